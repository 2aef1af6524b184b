"""A document that hangs, explodes or crashes its parser costs only itself."""

from __future__ import annotations

import os
import signal

import pytest

from flows.run import limits as guarded
from flows.run import sandbox as warden
from transforms.contract.documents import Cleaned, Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.steps import registered_cleaners
from transforms.enrich.given_text import plain_article
from transforms.nlp.resources import Resources

TEXT = (
    "Council votes on the wall\n\n"
    "The council of Northport voted on Tuesday to rebuild the harbour wall after the storm of January.\n\n"
    "“We cannot wait for another storm,” said Mayor Ana Reyes. Work is expected to begin in April.\n"
)


def _document(text: str, media_type: str = "text/plain") -> RawDocument:
    return RawDocument(text.encode(), media_type, Origin("test"))


def _hang(raw: RawDocument, known: PublisherContext) -> Rejected:
    while True:
        pass


def test_an_ordinary_document_is_cleaned_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(guarded.clean_with_limits(_document(TEXT)), Cleaned)


def test_what_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded.clean_with_limits(_document(TEXT))
    monkeypatch.setattr(guarded, "CLEAN_SECONDS", 0.3)
    monkeypatch.setitem(registered_cleaners(), "text/plain", _hang)  # type: ignore[arg-type]
    found = guarded.clean_with_limits(_document(TEXT))
    assert isinstance(found, Rejected)
    assert found.reason == "time_limit"


def test_a_large_document_goes_to_the_guarded_worker_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "_RISKY_BYTES", 10)
    found = guarded.clean_with_limits(_document(TEXT))
    assert isinstance(found, Cleaned)
    assert found.article.title == "Council votes on the wall"
    worker = warden._warden().process
    assert worker is not None
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    assert isinstance(guarded.clean_with_limits(_document(TEXT)), Cleaned)


def test_a_worker_that_hangs_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "_RISKY_BYTES", 10)
    monkeypatch.setattr(guarded, "CLEAN_SECONDS", 1e-6)
    found = guarded.clean_with_limits(_document(TEXT * 2000))
    assert isinstance(found, Rejected)
    assert found.reason == "time_limit"
    monkeypatch.setattr(guarded, "CLEAN_SECONDS", 10.0)
    monkeypatch.setattr(warden, "PATIENCE", 0.0)
    found = guarded.clean_with_limits(_document(TEXT))
    assert isinstance(found, Rejected)
    assert found.reason == "time_limit"
    monkeypatch.setattr(warden, "PATIENCE", 60.0)
    assert isinstance(guarded.clean_with_limits(_document(TEXT)), Cleaned)


def test_a_long_article_that_takes_too_much_work_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = plain_article("ordinary", TEXT, language="en")
    endless = plain_article("endless", "“a said " * 100_000, language="en")
    done = {
        article.article_id: found
        for article, found in guarded.enrich_with_limits(
            [endless, ordinary], Resources({"parser": "lexicon"}), tables=("times", "quotes")
        )
    }
    monkeypatch.setattr(guarded, "ENRICH_SECONDS", 0.5)
    ((_, refused),) = guarded.enrich_with_limits(
        [endless], Resources({"parser": "lexicon"}), tables=("quotes",)
    )
    assert isinstance(done["ordinary"], dict)
    assert done["ordinary"]["times"]
    assert isinstance(refused, Rejected)
    assert refused.reason == "time_limit"
    long_read = plain_article("long", TEXT * 400, language="en")
    monkeypatch.setattr(guarded, "ENRICH_SECONDS", 60.0)
    ((_, rows),) = guarded.enrich_with_limits([long_read], Resources({"parser": "lexicon"}), tables=("quotes",))
    assert isinstance(rows, dict)
    assert len(rows["quotes"]) == 400
