"""The published file: marts, dictionary and macros in one DuckDB file that any tool can open and copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from transforms.contract.columns import decode
from transforms.contract.ids import digest
from warehouse.catalog.dictionary import dictionary
from warehouse.catalog.rows import Publication, Run
from warehouse.lake.connect import PUBLISHED
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, Lake
from warehouse.publish.build import build, refresh
from warehouse.publish.checks import have_passed, run_checks
from warehouse.publish.slice import sliced
from warehouse.publish.sqlfiles import SqlFile, in_build_order, sql_files

# A file that has grown by more than this share since it was built from the whole lake has dead space. The
# blocks that a refresh replaces are free for the next one: in a small file they are most of it.
_MOST_GROWTH = 1 / 3
_GROWTH_IGNORED = 16 << 20


@dataclass(frozen=True, slots=True)
class PublishReport:
    """The published file and rows by mart; there are none when the file was current already.

    `refreshed` is the number of articles whose rows were computed again; None: all of them were.
    """

    path: Path = Path()
    rows: dict[str, int] = field(default_factory=dict)
    is_current: bool = True
    refreshed: int | None = None


def publish(lake: Lake, run: Run) -> PublishReport:
    """Check the lake, bring a copy of the published file up to date and replace the file with it.

    Checks and marts are computed for the articles that changed since the file was published, and for
    the whole lake where that is unknown or cheaper. Readers of the old file keep it until they open it
    again. A failed check raises CheckFailed and leaves the old file. Nothing is done when the file is
    current for lake and code.
    """
    target = lake.location.published
    marts, checks = in_build_order(sql_files("marts")), sql_files("checks")
    before = _published_stamp(lake, target)
    stamp = _stamp(lake, run, marts, checks, before)
    if before is not None and _is_current(before, stamp):
        return PublishReport(target, {}, is_current=True)
    with _changed(lake, target, before, stamp, [*marts, *checks]) as touched:
        passed_before = (
            before is not None and before.checks_hash == stamp.checks_hash and have_passed(lake, checks)
        )
        is_sliced = touched is not None and passed_before
        run_checks(lake, run, checks, failure="nothing was published", is_sliced=is_sliced)
        fresh = lake.staging / run.run_id / target.name
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        try:
            if touched is None:
                rows = build(lake, fresh, marts, stamp)
            else:
                shutil.copyfile(target, fresh)
                rows = refresh(lake, fresh, marts, stamp)
            lake.location.publish(fresh)
        finally:
            fresh.unlink(missing_ok=True)
    return PublishReport(target, rows, is_current=False, refreshed=touched)


def _stamp(
    lake: Lake, run: Run, marts: Sequence[SqlFile], checks: Sequence[SqlFile], before: Publication | None
) -> Publication:
    return Publication(
        published_at=datetime.now(UTC),
        snapshot_id=lake.data_snapshot_id,
        run_id=run.run_id,
        code_version=version("dateline"),
        marts_hash=digest(*map(repr, (*marts, *sql_files("macros"), *dictionary()))),
        checks_hash=digest(*map(repr, checks)),
        full_build_bytes=0 if before is None else before.full_build_bytes,
    )


@contextmanager
def _changed(
    lake: Lake, target: Path, before: Publication | None, stamp: Publication, files: Sequence[SqlFile]
) -> Iterator[int | None]:
    """Attach the slice of articles that changed since the file was published; yields their number.

    Yields None when there is no slice: checks and marts must then read the whole lake.
    """
    if (
        before is None
        or (before.code_version, before.marts_hash) != (stamp.code_version, stamp.marts_hash)
        or target.stat().st_size > (1 + _MOST_GROWTH) * before.full_build_bytes + _GROWTH_IGNORED
    ):
        yield None
        return
    with sliced(lake, target, before.snapshot_id, [f for f in files if f.refresh == "article_id"]) as touched:
        yield touched


def _published_stamp(lake: Lake, path: Path) -> Publication | None:
    """The stamp of the published file; None when there is none, or it is damaged or of another layout.

    None also when the lake does not know the run that published it: after a restored backup the same
    snapshot numbers stand for other rows.
    """
    if not path.exists():
        return None
    try:
        lake.connection.execute(f"ATTACH {quoted(str(path))} AS {PUBLISHED} (READ_ONLY)")
    except duckdb.Error:
        return None
    try:
        names = ", ".join(column.name for column in fields(Publication))
        stamps = decode(Publication, lake.arrow(f"SELECT {names} FROM {PUBLISHED}.meta.publish"))
    except duckdb.Error:
        return None
    finally:
        lake.connection.execute(f"DETACH {PUBLISHED}")
    if len(stamps) != 1:
        return None
    is_own = lake.rows(f"SELECT 1 FROM {CATALOG}.ops.runs WHERE run_id = ? LIMIT 1", [stamps[0].run_id])
    return stamps[0] if is_own else None


def _is_current(before: Publication, stamp: Publication) -> bool:
    compared = ("snapshot_id", "code_version", "marts_hash", "checks_hash")
    return all(getattr(before, name) == getattr(stamp, name) for name in compared)
