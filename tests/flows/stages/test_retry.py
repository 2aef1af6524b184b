"""Retrying quarantined items: an item that now succeeds is resolved, and its rows exist once."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from flows.stages.reports import RetryReport
from flows.stages.retry import retry
from tests.flows.corpus import ask, contents, write_corpus
from transforms.contract.article import Article
from transforms.contract.errors import LakeError
from transforms.contract.steps import registered_steps

pytestmark = pytest.mark.slow


_OWN_NAMES = {"text": "story", "title": "head", "url": "at"}
_RECORD = (
    b'{"at": "https://news.example/own", "head": "Ferry returns to Lund", "story": "The ferry between Lund and '
    b'Eastholm returned on Monday after nine days of repairs, the harbour office said. Many took the bus."}\n'
)


def _run(settings: Settings, *targets: Path) -> None:
    run_pipeline(settings, sources_for(settings, [str(t) for t in targets]))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(lake=str(tmp_path / "lake"), parser="lexicon")


def test_a_step_that_failed_is_redone_and_no_row_is_doubled(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write_corpus(tmp_path / "in.jsonl", 3)
    _run(settings, corpus)
    sound = contents(tmp_path / "lake")
    times = registered_steps()["times"]

    def failing(article: Article, *needed: Any) -> Iterator[Any]:
        if article.url == "https://news.example/1":
            raise ValueError("poisoned")
        return iter(times.find(article, *needed))

    with monkeypatch.context() as patch:
        patch.setitem(registered_steps(), "times", dataclasses.replace(times, version="next", find=failing))
        _run(settings, corpus)
        assert ask(settings.lake, "SELECT stage, status FROM raw.quarantine") == [("enrich", "open")]
    monkeypatch.setitem(registered_steps(), "times", dataclasses.replace(times, version="next"))
    retry(settings)
    assert ask(settings.lake, "SELECT stage, status FROM raw.quarantine") == [("enrich", "resolved")]
    after = contents(tmp_path / "lake")
    for table in ("news.times", "news.quotes", "news.mentions", "news.entities", "news.languages"):
        assert after[table] == sound[table], table


def test_a_document_that_could_not_be_fingerprinted_is_taken_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Path(__file__).parents[3] / "flows" / "examples" / "pages" / "tunnel.html"

    def failing(*_: Any) -> None:
        raise ValueError("poisoned")

    with monkeypatch.context() as patch:
        patch.setattr("transforms.link.boilerplate.fingerprint.fingerprint", failing)
        _run(settings, page)
        assert ask(settings.lake, "SELECT stage, status FROM raw.quarantine") == [("fingerprint", "open")]
    retry(settings)
    assert ask(settings.lake, "SELECT stage, status FROM raw.quarantine") == [("fingerprint", "resolved")]
    assert ask(settings.lake, "SELECT count(*) FROM news.fingerprints") == [(1,)]


def test_a_repaired_file_is_read_with_the_field_names_of_its_source(tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl.gz"
    file.write_bytes(gzip.compress(_RECORD)[:60])
    source = {"path": str(file), "fields": _OWN_NAMES}
    settings = Settings(lake=str(tmp_path / "lake"), parser="lexicon", sources={"own": source})
    run_pipeline(settings, sources_for(settings, []))
    assert ask(settings.lake, "SELECT count(*) FROM news.articles") == [(0,)]
    file.write_bytes(gzip.compress(_RECORD))
    held = retry(settings)
    assert (held.report(RetryReport).retried, held.report(RetryReport).resolved) == (1, 1)
    assert ask(settings.lake, "SELECT source_id, title FROM news.articles") == [
        ("own", "Ferry returns to Lund")
    ]


def test_an_item_rejected_again_after_a_repair_is_open_again(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "in.txt.gz"
    whole = gzip.compress(
        b"The ferry between Lund and Eastholm returned on Monday, the harbour office said.\n" * 3
    )
    for content, status in ((whole[:40], "open"), (whole, "resolved"), (whole[:40], "open")):
        file.write_bytes(content)
        (retry if status == "resolved" else _run)(settings, *([] if status == "resolved" else [file]))
        quarantined = ask(settings.lake, "SELECT status FROM raw.quarantine WHERE reason = 'truncated_stream'")
        assert quarantined == [(status,)]


def test_a_deleted_file_leaves_its_quarantine_item_open(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_bytes(b"")
    _run(settings, file)
    file.unlink()
    assert retry(settings).run.read == 0
    assert ask(settings.lake, "SELECT status, attempts FROM raw.quarantine") == [("open", 1)]


def test_there_must_be_a_lake(settings: Settings) -> None:
    with pytest.raises(LakeError, match="there is no lake"):
        retry(settings)
    assert not Path(settings.lake).exists()
