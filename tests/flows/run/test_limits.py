"""A document that hangs, explodes or crashes its parser costs only itself."""

from __future__ import annotations

import os
import signal

import pytest

from flows.run import limits
from transforms.contract.documents import Cleaned, Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.errors import ModelMissing
from transforms.contract.steps import registered_cleaners
from transforms.enrich.given_text import plain_article
from transforms.nlp.resources import Resources

pytestmark = pytest.mark.slow


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


def _explode(raw: RawDocument, known: PublisherContext) -> Rejected:
    raise MemoryError


def test_an_ordinary_document_is_cleaned_here() -> None:
    assert isinstance(limits.clean_with_limits(_document(TEXT)), Cleaned)


def test_a_document_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    limits.clean_with_limits(_document(TEXT))
    monkeypatch.setattr(limits, "CLEAN_SECONDS", 0.3)
    monkeypatch.setitem(registered_cleaners(), "text/plain", _hang)
    found = limits.clean_with_limits(_document(TEXT))
    assert isinstance(found, Rejected)
    assert found.reason == "time_limit"


def test_a_document_that_needs_too_much_memory_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    limits.clean_with_limits(_document(TEXT))
    monkeypatch.setitem(registered_cleaners(), "text/plain", _explode)
    found = limits.clean_with_limits(_document(TEXT))
    assert isinstance(found, Rejected)
    assert found.reason == "memory_limit"


def test_a_large_document_goes_to_the_sandbox_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_RISKY_BYTES", 10)
    found = limits.clean_with_limits(_document(TEXT))
    assert isinstance(found, Cleaned)
    assert found.article.title == "Council votes on the wall"
    process_id = limits._sandbox().process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGKILL)
    os.waitid(os.P_PID, process_id, os.WEXITED | os.WNOWAIT)
    assert isinstance(limits.clean_with_limits(_document(TEXT)), Cleaned)


def test_a_large_document_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_RISKY_BYTES", 10)
    monkeypatch.setattr(limits, "CLEAN_SECONDS", 1e-6)
    found = limits.clean_with_limits(_document(TEXT * 2000))
    assert isinstance(found, Rejected)
    assert found.reason == "time_limit"


def test_a_long_article_that_takes_too_much_work_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = plain_article("ordinary", TEXT, language="en")
    endless = plain_article("endless", "“a said " * 100_000, language="en")
    done = {
        article.article_id: found
        for article, found in limits.enrich_with_limits(
            [endless, ordinary], Resources({"parser": "lexicon"}), tables=("times", "quotes")
        )
    }
    monkeypatch.setattr(limits, "ENRICH_SECONDS", 0.5)
    ((_, rejected),) = limits.enrich_with_limits(
        [endless], Resources({"parser": "lexicon"}), tables=("quotes",)
    )
    assert isinstance(done["ordinary"], dict)
    assert done["ordinary"]["times"]
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "time_limit"
    long_read = plain_article("long", TEXT * 400, language="en")
    monkeypatch.setattr(limits, "ENRICH_SECONDS", 60.0)
    ((_, rows),) = limits.enrich_with_limits([long_read], Resources({"parser": "lexicon"}), tables=("quotes",))
    assert isinstance(rows, dict)
    assert len(rows["quotes"]) == 400


def test_a_missing_parser_is_not_the_fault_of_a_long_article() -> None:
    long_read = plain_article("long", TEXT * 400, language="en")
    with pytest.raises(ModelMissing):
        list(
            limits.enrich_with_limits(
                [long_read], Resources({"parser": "spacy:no_such_package"}), tables=("quotes",)
            )
        )
