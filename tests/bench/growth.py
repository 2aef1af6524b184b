"""The cost of a run by the size of the lake, after many small commits, and of a first load: a table and a chart.

    python -m tests.bench.growth [--sizes 1000 10000 100000 300000] [--commits 50 500 2000] [--runs 6 60]
        [--loads 2000 20000] [--rounds 2] [--write docs/growth.md] [--folder DIR]

The smallest size is loaded by a real run with the parser lexicon; larger lakes are replicated from its
rows, then a real run brings the tables of publishers up to date and publishes. Small commits are
transactions with the rows of 12 articles in all tables; every RUN_EVERY of them, a real run of 12
articles follows. `--runs` are real runs of 12 articles in one process. An empty list leaves a part out:
`--sizes 1000 10000 --commits 50 --runs 6 12 --loads 1000` takes a few minutes.

All times are CPU seconds (user + system, children included), the least of `--rounds`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import mean, median
from typing import TypeVar

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import PIPELINE, run_pipeline
from flows.stages.session import open_session
from tests.bench import growth_page
from tests.bench.growth_page import Costs, Files, Growth, Load, Measured, SmallRun
from tests.bench.news import FRESH, write_news
from tests.bench.replicate import Base, commit_copies, replicate
from tests.bench.timing import cpu, in_turn, peak_memory
from warehouse.lake.lake import Lake
from warehouse.lake.lease import lease

NEW = 200
SMALL = 12
RUN_EVERY = 50
START = 500
"""Articles of the lakes that small commits and small runs start from."""

_RECORDS = {"ops.runs", "ops.checks", "ops.source_health"}
_numbers = count(FRESH, NEW)
T = TypeVar("T")


def main(arguments: Sequence[str] = sys.argv[1:]) -> None:
    options = _options(arguments)
    folder = Path(options.folder or tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    growth = Growth()
    try:
        _measure_sizes(folder, growth, sorted(options.sizes), options.rounds)
        _measure_commits(folder, growth, sorted(options.commits), options.rounds)
        if options.runs:
            growth.runs = _apart(_small_runs, folder, sorted(options.runs))
        for size in options.loads:
            growth.loads.append(_apart(_first_load, folder, size))
    finally:
        print(growth_page.tables(growth))
        if options.folder is None:
            shutil.rmtree(folder)
    if options.write is not None:
        options.write.parent.mkdir(exist_ok=True)
        options.write.write_text(growth_page.page(growth), encoding="utf-8")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default in (
        ("sizes", [1_000, 10_000, 100_000, 300_000]),
        ("commits", [50, 500, 2_000]),
        ("runs", [6, 60]),
        ("loads", [2_000, 20_000]),
    ):
        parser.add_argument(f"--{name}", type=int, nargs="*", default=default)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", type=Path, help="write the page for the docs")
    parser.add_argument("--folder", help="keep the lakes here; it must be empty")
    return parser.parse_args(arguments)


def _measure_sizes(folder: Path, growth: Growth, sizes: Sequence[int], rounds: int) -> None:
    """One lake that grows from size to size."""
    if not sizes:
        return
    lake, smallest = folder / "sizes", sizes[0]
    _apart(_load, lake, folder / "sizes.jsonl", smallest)
    for size, before in zip(sizes, (smallest, *sizes), strict=False):
        with cpu() as built:
            _apart(_replicate, lake, folder / "base", range(before // smallest, size // smallest))
        measured = _measured(lake, folder / f"size-{size}", f"{size:,} articles", rounds, most_new=2 * NEW)
        growth.sizes[size] = measured
        _note(f"{size:,} articles", built.seconds, measured)


def _measure_commits(folder: Path, growth: Growth, commits: Sequence[int], rounds: int) -> None:
    """One lake that grows by small commits."""
    if not commits:
        return
    lake, base = folder / "commits", folder / "commits-base"
    _apart(_load, lake, folder / "commits.jsonl", START)
    _apart(_staged_run, lake, write_news(folder / "commits-base.jsonl", _next(SMALL)))
    done = 0
    for number in commits:
        with cpu() as built:
            for start in range(done, number, RUN_EVERY):
                some = range(start + 1, 1 + min(start + RUN_EVERY, number))
                _apart(_commit, lake, base, some, commits[-1])
                fresh = write_news(folder / f"commits-{some[-1]}.jsonl", _next(SMALL))
                _apart(_staged_run, lake, fresh)
        done = number
        measured = _measured(lake, folder / f"commits-{number}", f"{number:,} commits", rounds)
        growth.commits[number] = measured
        _note(f"{number:,} commits", built.seconds, measured)


def _measured(lake: Path, files: Path, name: str, rounds: int, *, most_new: int | None = None) -> Measured:
    """All costs of a lake, whose pending link scopes a first run of new articles clears."""
    files.mkdir()
    first = _apart(_staged_run, lake, write_news(files / "first.jsonl", _next(NEW)))
    if most_new is not None and first.rows["news.articles"] > most_new:
        raise RuntimeError(f"{name}: {first.rows['news.articles']} articles were cleaned, not {NEW}")
    known = files / "first.jsonl"
    nothing = [_apart(_staged_run, lake, known) for _ in range(rounds)]
    if pending := {table: rows for table, rows in nothing[0].rows.items() if table not in _RECORDS}:
        raise RuntimeError(f"{name}: rows were pending after a run: {pending}")
    shape = _files(lake)
    command = [sys.executable, "-m", "flows.cli"]
    run = [*command, "run", str(known), "--lake", str(lake), "--parser", "lexicon"]
    counted = [*command, "sql", "select count(*) from news.articles", "--lake", str(lake)]
    noop, rival, ratio = in_turn(_command(*run), _command(sys.executable, "-c", "import prefect"))
    opened, _, _ = in_turn(_command(*counted), lambda: None)
    new = [_apart(_staged_run, lake, write_news(files / f"new-{n}.jsonl", _next(NEW))) for n in range(rounds)]
    (lake / "news.duckdb").unlink()
    full = _apart(_staged_run, lake, known)
    return Measured(
        nothing=min(nothing, key=lambda costs: costs.seconds),
        new=min(new, key=lambda costs: costs.seconds),
        command=noop,
        prefect=rival,
        ratio=ratio,
        opened=opened,
        published_whole=full.stages["publish"],
        files=shape,
    )


def _next(number: int) -> range:
    """Numbers of new articles that no lake has."""
    start = next(_numbers)
    return range(start, start + number)


def _command(*words: str) -> Callable[[], object]:
    return lambda: subprocess.run(words, check=True, capture_output=True)


def _apart(function: Callable[..., T], *arguments: object) -> T:
    """Call a function in a process of its own, whose memory is nobody else's."""
    # DuckDB takes such a process for an interactive one and prints progress bars, which are not for the table.
    with multiprocessing.get_context("spawn").Pool(1, os.dup2, (2, 1)) as pool:
        return pool.apply(function, arguments)


def _note(name: str, built: float, measured: Measured) -> None:
    print(
        f"{name}: built in {built:.0f} CPU s; nothing new {measured.command:.2f} CPU s, {measured.nothing.memory} MB; "
        f"{NEW} new {measured.new.seconds:.2f} CPU s, {measured.new.memory} MB",
        file=sys.stderr,
        flush=True,
    )


def _settings(lake: Path) -> Settings:
    return Settings(lake=str(lake), parser="lexicon")


def _staged_run(lake: Path, source: Path) -> Costs:
    """One run as `run_pipeline` does it, its costs by stage."""
    settings, stages = _settings(lake), {}
    with cpu() as total, ExitStack() as stack:
        with cpu() as spent:
            session = stack.enter_context(open_session(settings, sources=sources_for(settings, [str(source)])))
        stages["open"] = spent.seconds
        for stage in PIPELINE:
            with cpu() as spent:
                stage.run(session)
            stages[stage.name] = spent.seconds
        with cpu() as spent:
            session.end()
            stack.close()
        stages["close"] = spent.seconds
    return Costs(total.seconds, stages, peak_memory(), dict(session.rows_by_table))


def _load(lake: Path, source: Path, size: int) -> None:
    """Load articles into a new lake by a real run."""
    settings = _settings(lake)
    run_pipeline(settings, sources_for(settings, [str(write_news(source, range(size)))]))


def _first_load(folder: Path, size: int) -> Load:
    source = write_news(folder / f"load-{size}.jsonl", range(size))
    return Load(size, _staged_run(folder / f"load-{size}", source))


def _replicate(lake: Path, base: Path, numbers: range) -> None:
    """Add copies of the base, which the first call exports."""
    with lease(lake), Lake.open(lake) as opened:
        replicate(opened, Base.of(opened, base), numbers)


def _commit(lake: Path, base: Path, numbers: range, total: int) -> None:
    """Add small commits; the first call exports their rows, those of the newest run."""
    with lease(lake), Lake.open(lake) as opened:
        commit_copies(opened, Base.of(opened, base, after=START), numbers, total=total)


def _small_runs(folder: Path, wanted: Sequence[int]) -> list[SmallRun]:
    """Runs of SMALL articles in this process; each wanted one as the median of the three that end with it."""
    lake, seconds, found = folder / "runs", [], []
    _load(lake, folder / "runs.jsonl", START)
    settings = _settings(lake)
    for number in range(1, wanted[-1] + 1):
        start = FRESH + 500_000 + number * SMALL
        source = write_news(folder / f"runs-{number}.jsonl", range(start, start + SMALL))
        with cpu() as spent:
            run_pipeline(settings, sources_for(settings, [str(source)]))
        seconds.append(spent.seconds)
        if number in wanted:
            found.append(SmallRun(number, median(seconds[-3:]), mean(seconds), max(seconds), _files(lake)))
    return found


def _files(lake: Path) -> Files:
    """Files of a lake's newest snapshot, and the size of its catalogue."""
    catalogue = lake / "catalog.sqlite"
    database = sqlite3.connect(catalogue)
    try:
        data, deletes = (
            database.execute(f"SELECT count(*) FROM {table} WHERE end_snapshot IS NULL").fetchone()[0]
            for table in ("ducklake_data_file", "ducklake_delete_file")
        )
        snapshots = database.execute("SELECT count(*) FROM ducklake_snapshot").fetchone()[0]
    finally:
        database.close()
    stored = sum(path.stat().st_size for path in (lake / "data").rglob("*.parquet"))
    return Files(data, deletes, snapshots, catalogue.stat().st_size / 1e6, stored / 1e6)


if __name__ == "__main__":
    main()
