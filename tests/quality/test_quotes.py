"""Speakers of direct quotations, reported statements, and what the steps cost beside the parse, against floors."""

from __future__ import annotations

import dataclasses
import json
import runpy
from typing import Any

from tests.quality.data_folder import DATA, FLOORS, needs_data
from transforms.contract.article import Article
from transforms.contract.documents import Rejected
from transforms.enrich import enrich
from transforms.nlp.resources import Resources

STATEMENT_ARTICLES = 120
TABLES = ["languages", "mentions", "entities", "quotes"]

pytestmark = needs_data


def article(text: str) -> Article:
    values: dict[str, Any] = {field.name: None for field in dataclasses.fields(Article)}
    return Article(
        **values | {"article_id": "a", "version_no": 1, "text": text, "captions": "", "language": "en"}
    )


def read(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / path).read_text("utf-8").splitlines()]


def quotes(texts: list[str]) -> list[list[Any]]:
    found = []
    for _, rows in enrich([article(text) for text in texts], Resources(), tables=["quotes"]):
        assert not isinstance(rows, Rejected), rows.detail
        found.append(rows["quotes"])
    return found


def test_speakers_of_direct_quotations() -> None:
    gold = read("nlp/quote.jsonl")
    found = {
        row["id"]: {
            "quotes": [[q.start, q.end, q.speaker_start, q.speaker_end] for q in rows if q.kind == "direct"]
        }
        for row, rows in zip(gold, quotes([row["text"] for row in gold]), strict=True)
    }
    score = runpy.run_path(str(DATA / "nlp" / "score.py"))["quote"](gold, found)
    assert score["speaker_acc"] >= FLOORS["quotes"]["speaker_accuracy"]


def test_statements_with_their_sources() -> None:
    gold = read("events/stmt.jsonl")[:STATEMENT_ARTICLES]
    found = {}
    for row, rows in zip(gold, quotes([row["text"] for row in gold]), strict=True):
        utterances: dict[int, dict[str, Any]] = {}
        for quote in rows:
            utterance = utterances.setdefault(quote.utterance_no, {"content": [], "source": []})
            utterance["content"].append((quote.start, quote.end))
            if quote.speaker_start is not None:
                utterance["source"] = [[quote.speaker_start, quote.speaker_end]]
        found[row["id"]] = {"statements": list(utterances.values())}
    score = runpy.run_path(str(DATA / "events" / "score_events.py"))["stmt"](gold, found)
    reached = {
        "content_precision": score["soft"]["P"],
        "match_f1": score["match"]["F1"],
        "clause_and_speech_recall": score["not_direct"]["clausal+speech"]["matchR"],
        "clause_and_speech_with_source": score["not_direct"]["clausal+speech"]["source_of_all"],
    }
    assert {name: value for name, value in reached.items() if value < FLOORS["quotes"][name]} == {}
