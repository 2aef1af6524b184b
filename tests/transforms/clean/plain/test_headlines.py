"""Headline, deck and credit run into one line are separated; other lines stay whole."""

from __future__ import annotations

import pytest

from transforms.clean.plain.headlines import unglue
from transforms.clean.plain.segments import segment
from transforms.text.offsets import MappedText
from transforms.text.repair import repair_text

from .test_segments import LEAD

HEAD = "Northport votes to rebuild its harbour wall"
DECK = "The council’s decision came after the storm of last winter"
CREDIT = "Mila Okafor/Harbour Gazette"


def pieces(line: str, title: str | None = None) -> list[str]:
    found = list(unglue(MappedText.of(line), title))
    for piece in found:
        span = piece.raw_span(0, len(piece))
        assert span is not None
        assert line[slice(*span)] == piece.text
    return [piece.text for piece in found]


def test_headline_deck_and_credit_are_separated() -> None:
    assert pieces(HEAD + DECK + CREDIT, HEAD) == [HEAD, DECK, CREDIT]
    assert pieces(HEAD + DECK, HEAD) == [HEAD, DECK]


@pytest.mark.parametrize(("line", "title"), [(HEAD, HEAD), (f"{HEAD} {DECK}", HEAD), (HEAD + DECK, None)])
def test_other_lines_stay_whole(line: str, title: str | None) -> None:
    assert pieces(line, title) == [line]


@pytest.mark.parametrize(
    "headline",
    [
        "“The water came at night. We ran for our lives”: families return to Mill Lane",
        "'We have nothing left. It's over': families return to Mill Lane",
        "Families return to Mill Lane: “The water came at night. We ran.”",
    ],
)
def test_a_headline_may_quote_sentences(headline: str) -> None:
    typed = segment(repair_text(f"{headline}\n\n{LEAD}\n\n{LEAD.replace('Tuesday', 'Friday')}")[0])
    assert (typed[0].kind, typed[0].text.text) == ("title", headline)


def test_a_quotation_alone_is_a_paragraph() -> None:
    quote = "“The water came at night and took the boats. We ran for our lives.”"
    typed = segment(repair_text(f"{quote}\n\n{LEAD}\n\n{LEAD.replace('Tuesday', 'Friday')}")[0])
    assert typed[0].kind == "body"
