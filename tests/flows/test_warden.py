"""A document that hangs, explodes or crashes its parser costs only itself."""

from __future__ import annotations

import os
import signal
import time

import pytest

from flows import warden
from transforms.contract import Cleaned, Origin, RawDocument, Rejected, registered_cleaners

TEXT = (
    "Council votes on the wall\n\n"
    "The council of Northport voted on Tuesday to rebuild the harbour wall after the storm of January.\n\n"
    "“We cannot wait for another storm,” said Mayor Ana Reyes. Work is expected to begin in April.\n"
)


def _document(text: str, media_type: str = "text/plain") -> RawDocument:
    return RawDocument(text.encode(), media_type, Origin("test"))


def _hang(raw: RawDocument, furniture: frozenset[str]) -> Rejected:
    while True:
        time.sleep(0.01)


def test_an_ordinary_document_is_cleaned_here(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(warden.clean_guarded(_document(TEXT)), Cleaned)


def test_what_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    warden.clean_guarded(_document(TEXT))
    monkeypatch.setattr(warden, "SECONDS", 0.3)
    monkeypatch.setitem(registered_cleaners(), "text/plain", _hang)  # type: ignore[arg-type]
    found = warden.clean_guarded(_document(TEXT))
    assert isinstance(found, Rejected)
    assert found.reason == "time_limit"


def test_a_large_document_goes_to_the_guarded_worker_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warden, "_RISKY_BYTES", 10)
    found = warden.clean_guarded(_document(TEXT))
    assert isinstance(found, Cleaned)
    assert found.article.title == "Council votes on the wall"
    worker = warden._warden().process
    assert worker is not None
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    assert isinstance(warden.clean_guarded(_document(TEXT)), Cleaned)


def test_a_worker_that_dies_or_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warden, "_RISKY_BYTES", 10)
    warden.clean_guarded(_document(TEXT))
    worker = warden._warden().process
    assert worker is not None
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    monkeypatch.setattr(warden, "SECONDS", 0.2)
    found = warden.clean_guarded(_document(TEXT))
    assert isinstance(found, Rejected)
    assert found.reason == "time_limit"
    monkeypatch.setattr(warden, "SECONDS", 60.0)
    assert isinstance(warden.clean_guarded(_document(TEXT)), Cleaned)
