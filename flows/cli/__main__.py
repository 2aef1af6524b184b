"""`python -m flows.cli` is `dateline`."""

from flows.cli import main

if __name__ == "__main__":
    main()
