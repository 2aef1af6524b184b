from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

import warehouse
from tests.warehouse.rows import article, document
from transforms.contract.article import Article
from transforms.contract.columns import encode
from transforms.contract.documents import Rejected
from transforms.contract.errors import UsageError
from transforms.contract.reasons import Reason
from warehouse.ask.article import find_article
from warehouse.ask.holdings import OpenItems, holdings, last_runs, open_items, publication
from warehouse.catalog.tables import tables
from warehouse.lake.lake import Lake
from warehouse.ledger.quarantine import quarantine_item
from warehouse.ledger.runs import close_run, new_run
from warehouse.publish.publish import publish
from warehouse.write.documents import commit_documents, observation_id

pytestmark = pytest.mark.slow


PAGE = document("The wall fell.", url="https://gazette.example/wall")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with Lake.open(tmp_path) as lake:
        run = new_run()
        rejected = Rejected(Reason.EMPTY_INPUT, "no text", PAGE.origin)
        items = [
            quarantine_item(rejected, stage="clean", run_id=run.run_id, at=run.started_at, subject_id=subject)
            for subject in "xy"
        ]
        commit_documents(lake, run, [PAGE], items)
        found: dict[str, Any] = {
            "observation_id": observation_id(PAGE),
            "raw_id": PAGE.raw_id,
            "url": PAGE.origin.url,
        }
        rows = [article("abc", **found), replace(article("abd", **found), observation_id="o", url=None)]
        with lake.transaction("articles"):
            lake.insert(tables()["news.articles"], encode(Article, rows))
        publish(lake, run)
        close_run(lake, run, status="ok")
    connection = warehouse.connect(tmp_path)
    yield connection
    connection.close()


@pytest.mark.parametrize("wanted", ["abc", PAGE.origin.url])
def test_an_article_is_found_by_id_and_address(connection: duckdb.DuckDBPyConnection, wanted: str) -> None:
    found = find_article(connection, wanted)
    assert found.article.article_id == "abc"
    assert found.source is not None
    assert (found.source.container_uri, found.source.byte_count) == ("a.txt", 14)


def test_an_ambiguous_or_unknown_article_is_wrong_usage(connection: duckdb.DuckDBPyConnection) -> None:
    assert find_article(connection, "abd").source is None
    with pytest.raises(UsageError, match="fits several articles: abc, abd"):
        find_article(connection, "ab")
    with pytest.raises(UsageError, match="no article 'zz'"):
        find_article(connection, "zz")


def test_holdings_runs_quarantine_and_publication(connection: duckdb.DuckDBPyConnection) -> None:
    stored = holdings(connection)
    assert (stored.article_count, stored.version_count, stored.document_count, stored.byte_count) == (
        2,
        2,
        1,
        14,
    )
    (run,) = last_runs(connection)
    stamp = publication(connection)
    assert stamp is not None
    assert stamp.run_id == run.run_id
    assert open_items(connection) == [OpenItems("clean", "empty_input", 2, "no text")]
