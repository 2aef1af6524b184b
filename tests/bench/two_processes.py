"""Wall time with two workers and with one on the same articles, and the time that the driver spends, by part.

    python -m tests.bench.two_processes [ARTICLES [ROUNDS]]

One worker is the default, in the driver's process. Both are whole commands, in turn; the best of the
rounds counts. The parts are wall and CPU seconds of the driver alone: all but the waiting is serial.
"""

from __future__ import annotations

import ctypes
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from tests.bench.timing import cpu
from tests.quality.data_folder import DATA

PR_SET_CHILD_SUBREAPER = 36
PARTS = {
    "open": ("warehouse.lake.lake:Lake.open",),
    "ingest": ("flows.stages.ingest:ingest_items",),
    "pending": (
        "flows.stages.fingerprint:pending_fingerprints",
        "flows.stages.clean:pending_documents",
        "flows.stages.enrich:pending_articles",
    ),
    "staging": (
        "flows.stages.fingerprint:stage_documents",
        "flows.stages.clean:stage_documents",
        "flows.stages.enrich:stage_articles",
    ),
    "commits": (
        "flows.stages.fingerprint:commit_fingerprints",
        "flows.stages.clean:commit_articles",
        "flows.stages.enrich:commit_annotations",
    ),
    "links": ("flows.stages.link:_run_links",),
    "publish": ("flows.stages.publish:publish_lake",),
    "waiting": ("flows.run.in_order:_first_ready",),
    "worker start": (
        "flows.run.in_order:InOrder.start",
        "flows.run.in_order:InOrder._submit",
        "flows.run.in_order:InOrder.close",
    ),
}


class Parts:
    """Wall and CPU seconds of the driver by part, each without the parts inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._current = "else"
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def enter(self, part: str) -> str:
        """Count from now on under this part; returns the part before."""
        wall, used = time.perf_counter(), time.process_time()
        spent = self.seconds[self._current]
        spent[0] += wall - self._wall
        spent[1] += used - self._cpu
        before, self._current, self._wall, self._cpu = self._current, part, wall, used
        return before

    def time(self, part: str, place: str) -> None:
        """Count calls of the function at "module:name" under this part."""
        module, _, name = place.partition(":")
        *owners, attribute = name.split(".")
        owner: Any = functools.reduce(getattr, owners, import_module(module))
        function: Callable[..., Any] = getattr(owner, attribute)

        def timed(*arguments: Any, **options: Any) -> Any:
            before = self.enter(part)
            try:
                return function(*arguments, **options)
            finally:
                self.enter(before)

        setattr(owner, attribute, timed)


def run(lake: str, workers: int, count: int) -> None:
    """One run, timed; prints the parts of its driver."""
    parts = Parts()
    for part, places in PARTS.items():
        for place in places:
            parts.time(part, place)
    settings = Settings(lake=lake, runner="inline" if workers == 1 else "processes", workers=workers)
    run_pipeline(settings, sources_for(settings, [str(DATA / "news-dev.parquet")]), limit=count)
    parts.enter("else")
    print(json.dumps(parts.seconds))


def _reap() -> None:
    """Wait for the process that workers are forked from, so that its CPU time and theirs count."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def main(count: int = 240, rounds: int = 3) -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    best: dict[int, tuple[float, float, dict[str, list[float]]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            for workers in (1, 2):
                command = [sys.executable, "-m", __spec__.name, f"{folder}/{number}-{workers}"]
                with cpu() as spent:
                    began = time.perf_counter()
                    done = subprocess.run([*command, str(workers), str(count)], check=True, capture_output=True)
                    wall = time.perf_counter() - began
                    _reap()
                parts = json.loads(done.stdout.splitlines()[-1])
                if workers not in best or wall < best[workers][0]:
                    best[workers] = wall, spent.seconds, parts
    (one, one_cpu, _), (two, two_cpu, parts) = best[1], best[2]
    print(f"{count} articles, one worker: {one:.1f} s ({one_cpu:.1f} CPU s)")
    print(f"two workers: {two:.1f} s ({two_cpu:.1f} CPU s): {one / two:.2f} times as fast")
    waiting, _ = parts.pop("waiting")
    parts["start of Python"] = [two - waiting - sum(wall for wall, _ in parts.values()), 0.0]
    serial = sum(wall for wall, _ in parts.values())
    print(
        f"serial in the driver of two: {serial:.1f} s, {serial / two:.0%}; waiting for workers: {waiting:.1f} s"
    )
    for part, (wall, used) in sorted(parts.items(), key=lambda item: -item[1][0]):
        print(f"  {part:<16} {wall:6.2f} s wall {used:6.2f} s CPU")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        run(sys.argv[1], *map(int, sys.argv[2:]))
    else:
        main(*map(int, sys.argv[1:]))
