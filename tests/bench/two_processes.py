"""Two worker processes against one: wall seconds of the same run.

python -m tests.bench.two_processes [ARTICLES]
"""

from __future__ import annotations

import sys
import tempfile
import time

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from tests.quality.data_folder import DATA


def main(count: int = 800) -> None:
    walls = {}
    with tempfile.TemporaryDirectory() as folder:
        for workers in (1, 2):
            settings = Settings(lake=f"{folder}/{workers}", runner="processes", workers=workers, batch_size=100)
            sources = sources_for(settings, [str(DATA / "news-dev.parquet")])
            began = time.perf_counter()
            run_pipeline(settings, sources, limit=count)
            walls[workers] = time.perf_counter() - began
    print(
        f"{count} articles: one process {walls[1]:.1f} s, two {walls[2]:.1f} s: {walls[1] / walls[2]:.2f} times"
    )


if __name__ == "__main__":
    main(*(int(n) for n in sys.argv[1:2]))
