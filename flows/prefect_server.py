"""A Prefect server on this machine that ends with the process that started it, however that ends."""

from __future__ import annotations

import os
import runpy
import sys
import threading


def _end_with_starter() -> None:
    """Standard input is a pipe that only the starter writes to: the system closes it, even after kill -9."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_starter, daemon=True).start()
    sys.argv = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", sys.argv[1]]
    runpy.run_module("prefect", run_name="__main__")
