"""A site crawled into the lake by `dateline run`: killed, resumed, crawled again, and nothing twice."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.flows.corpus import ask, contents
from tests.flows.site import ARTICLES as ALL_ARTICLES
from tests.flows.site import SITEMAPS, Site, running
from warehouse.lake.lake import CATALOG, Lake

pytestmark = pytest.mark.slow

ARTICLES = ALL_ARTICLES // SITEMAPS  # one sitemap of the site
BATCH = 60
AHEAD = 32 + 2  # pages fetched before they are stored, and those in flight
# The command as it is, but that it commits as often as a crawl of hours would.
PROGRAM = (
    f"from flows.stages import ingest; ingest.BATCH_DOCUMENTS = {BATCH}; from flows.cli import main; main()"
)


def _start(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, "run", "--lake", str(folder / "lake")]
    command += ["--settings", str(folder / "dateline.toml")]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _finish(folder: Path) -> None:
    started = _start(folder)
    _, output = started.communicate(timeout=200)
    assert started.returncode == 0, output
    assert "Traceback" not in output


def _stored(folder: Path) -> int:
    """Documents in the catalogue, which a run may be writing to."""
    catalog = folder / "lake" / "catalog.sqlite"
    if not catalog.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{catalog}?mode=ro", uri=True)) as db:
        try:
            ((stored,),) = db.execute(
                "SELECT coalesce(sum(record_count), 0) FROM ducklake_data_file JOIN ducklake_table "
                "USING (table_id) WHERE table_name = 'documents'"
            )
            inlined = db.execute(
                "SELECT i.table_name FROM ducklake_inlined_data_tables i JOIN ducklake_table t USING (table_id) "
                "WHERE t.table_name = 'documents'"
            ).fetchall()
            for (name,) in inlined:
                stored += db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        except sqlite3.OperationalError:  # not made yet, or written to at this moment
            return 0
    return int(stored)


def _let_time_pass(folder: Path) -> None:
    """As if everything had been fetched a day and a half ago."""
    with Lake.open(folder / "lake") as lake:
        lake.connection.execute(
            f"UPDATE {CATALOG}.raw.fetch_state SET fetched_at = fetched_at - INTERVAL 36 HOURS, "
            "next_due_at = next_due_at - INTERVAL 36 HOURS"
        )


def _without_states(held: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {name: rows for name, rows in held.items() if name not in ("raw.fetch_state", "ops.source_health")}


def test_a_crawl_into_the_lake_that_is_killed_goes_on_and_then_finds_nothing_new(tmp_path: Path) -> None:
    with running(Site(article_delay=0.004)) as site:
        (tmp_path / "dateline.toml").write_text(
            'parser = "lexicon"\n'
            f'[sources.harbour]\nkind = "sitemap"\nurl = "{site.url}/sitemap-0.xml"\n'
            f'[fetch]\ndelay = 0.0\nresolve = {{ "news.example" = {json.dumps(site.resolve()["news.example"])} }}\n'
        )
        killed = _start(tmp_path)
        while _stored(tmp_path) < BATCH:
            assert killed.poll() is None, killed.communicate()
            time.sleep(0.02)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        kept = _stored(tmp_path)
        assert BATCH <= kept < ARTICLES

        _finish(tmp_path)
        asked = Counter(path for path in site.paths() if path.startswith("/articles/"))
        assert len(asked) == ARTICLES
        assert asked.total() - ARTICLES <= BATCH + AHEAD
        urls = ask(tmp_path / "lake", "SELECT url, count(*) FROM news.articles GROUP BY ALL ORDER BY ALL")
        assert urls == [(url, 1) for url in sorted(site.articles(range(ARTICLES), "news.example"))]
        done = contents(tmp_path / "lake")

        before = len(site.hits)
        _finish(tmp_path)
        assert len(site.hits) == before
        assert contents(tmp_path / "lake") == done

        _let_time_pass(tmp_path)
        _finish(tmp_path)
        statuses = Counter(hit.status for hit in site.hits[before:])
        # The server knows no validators for one article in ten: there the body is compared.
        assert statuses == {304: ARTICLES + 1 - ARTICLES // 10, 200: ARTICLES // 10 + 1}
        assert _without_states(contents(tmp_path / "lake")) == _without_states(done)

    runs = ask(
        tmp_path / "lake",
        "SELECT status, read = accepted + repaired + duplicate + quarantined, accepted + repaired "
        "FROM ops.runs ORDER BY started_at",
    )
    assert runs == [("crashed", True, 0), ("ok", True, ARTICLES), ("ok", True, 0), ("ok", True, 0)]
