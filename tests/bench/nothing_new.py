"""A run that finds nothing new against importing prefect: whole processes, in turn.

python -m tests.bench.nothing_new
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench.timing import in_turn

EXAMPLES = Path(__file__).parents[2] / "flows" / "examples"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ours = [sys.executable, "-m", "flows.cli", "run", str(EXAMPLES), "--lake", f"{folder}/lake"]
        rival = [sys.executable, "-c", "import prefect"]
        subprocess.run(ours, check=True, capture_output=True)
        walls: dict[str, list[float]] = {"ours": [], "rival": []}

        def run(name: str, command: list[str]) -> None:
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            walls[name].append(time.perf_counter() - began)

        mine, theirs, ratio = in_turn(lambda: run("ours", ours), lambda: run("rival", rival), rounds=5)
        wall = median(a / b for a, b in zip(walls["ours"][1:], walls["rival"][1:], strict=True))
    print(
        f"nothing new: {mine:.2f} CPU s; import prefect: {theirs:.2f} CPU s; ratio {ratio:.2f}, wall {wall:.2f}"
    )


if __name__ == "__main__":
    main()
