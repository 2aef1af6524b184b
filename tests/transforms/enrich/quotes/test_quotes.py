from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from transforms.enrich.quotes.quoted_spans import find_quoted_spans

Rows = Callable[..., list[Any]]


def direct(rows: list[Any]) -> list[Any]:
    return [row for row in rows if row.kind == "direct"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“We will stay,” she said. “It is ours.”", ["We will stay,", "It is ours."]),
        ('He said "we stay." Then he left.', ["we stay."]),
        ("‘It’s the workers’ fault,’ she said.", ["It’s the workers’ fault,"]),
        ("''Well then,'' he said", ["Well then,"]),
        ("``Well then,'' he said", ["Well then,"]),
        ("„Gut so“, sagte er. «Bon», dit-il. »Ja«, sagt sie.", ["Gut so", "Bon", "Ja"]),
        ("“One.\n\n“Two.”\n\nThree.", ["One.", "Two."]),
        ("The '90s were 'very good,' he said, and 'em was a word.", ["very good,"]),
        ('It’s 5\'10" tall and 6" wide.', []),
        ("An “open mark that nothing closes\n\nNext.", []),
        ("the dogs' bowl and the cats' bowl", []),
        ("`` We stay , '' said Reyes .", ["We stay ,"]),
        ('" We stay , " said Reyes . " It is ours . "', ["We stay ,", "It is ours ."]),
        ("' We stay , ' said Reyes .", ["We stay ,"]),
        ("` We stay , ' said Reyes .", ["We stay ,"]),
        ("‘‘We stay,’’ said Reyes.", ["We stay,"]),
        ("‹We stay›, she said.", ["We stay"]),
        ("The dogs ' owners and the cats ' owners met .", []),
        ('He measured 6 " by 4 " and left .', []),
        ("“", []),
        ("", []),
    ],
)
def test_marks_of_all_kinds(text: str, quoted: list[str]) -> None:
    assert [text[q.start : q.end] for q in find_quoted_spans(text)] == quoted


@pytest.mark.parametrize(
    ("text", "speaker", "method", "cue"),
    [
        ("“We will keep the harbour open,” Laura Benson said on Monday.", "Laura Benson", "subject", "say"),
        ("“We will keep the harbour open,” said Laura Benson.", "Laura Benson", "inverted", "say"),
        ("Laura Benson said: “We will keep the harbour open.”", "Laura Benson", "subject", "say"),
        ("Laura Benson told reporters, “We will keep the harbour open.”", "Laura Benson", "subject", "tell"),
        (
            "“We will keep the harbour open,” Laura Benson, mayor of Northport, said.",
            "Laura Benson",
            "subject",
            "say",
        ),
        (
            "According to Laura Benson, “the harbour will be open all winter.”",
            "Laura Benson",
            "according_to",
            "according to",
        ),
        ("“We will keep the harbour open.” — Laura Benson", "Laura Benson", "signature", "—"),
        (
            "Laura Benson, Northport Herald: “The harbour was never going to be closed.”",
            "Laura Benson",
            "colon",
            ":",
        ),
        (
            "‘We will keep the harbour open,’ said a ministry spokesman.",
            "a ministry spokesman",
            "inverted",
            "say",
        ),
        ("''We will keep the harbour open,'' Laura Benson said.", "Laura Benson", "subject", "say"),
    ],
)
def test_a_direct_quotation_has_its_speaker(
    rows_of: Rows, text: str, speaker: str, method: str, cue: str
) -> None:
    [quote] = direct(rows_of("quotes", text))
    assert (quote.speaker, quote.method, quote.cue) == (speaker, method, cue)
    assert text[quote.speaker_start : quote.speaker_end] in text
    assert "harbour" in quote.text
    assert quote.text[0].isalpha()


@pytest.mark.parametrize(
    "text",
    [
        "“We will keep the harbour open,” Laura Benson said.",
        "Laura Benson told reporters: “We will keep the harbour open.”",
    ],
)
def test_without_a_tree_word_order_finds_the_speaker(rows_of: Rows, text: str) -> None:
    [quote] = direct(rows_of("quotes", text, parser="lexicon"))
    assert quote.speaker == "Laura Benson"


def test_parts_of_one_utterance_share_number_speaker_and_relay(rows_of: Rows, sample: str) -> None:
    first, second = direct(rows_of("quotes", sample))
    assert (first.speaker, second.speaker) == ("Ana Reyes", "Ana Reyes")
    assert first.utterance_no == second.utterance_no
    assert second.method == "carry_over"
    assert first.relay == "Norland state television"
    assert first.venue == "at a meeting with harbour officials"


def test_a_quotation_across_paragraphs_is_one_utterance(rows_of: Rows) -> None:
    text = "“The harbour is old and it is deep.\n\n“It will stay open for us,” Laura Benson said."
    first, second = direct(rows_of("quotes", text))
    assert first.speaker == second.speaker == "Laura Benson"
    assert first.utterance_no == second.utterance_no


def test_marks_around_a_word_or_a_title_are_not_a_quote(rows_of: Rows) -> None:
    text = "The so-called “smart” quay opened. A film, “The Winter Of The Harbour,” was shown."
    assert direct(rows_of("quotes", text)) == []


@pytest.mark.parametrize(
    ("text", "speaker", "clause", "cue"),
    [
        ("Laura Benson said that the port was safe.", "Laura Benson", "the port was safe", "say"),
        ("Germany insists that the port is safe.", "Germany", "the port is safe", "insist"),
        ("The port is safe, according to Laura Benson.", "Laura Benson", "The port is safe", "according to"),
        ("The port is safe, officials said.", "officials", "The port is safe", "say"),
        ("The ministry vowed to keep the port open.", "The ministry", "to keep the port open", "vow"),
    ],
)
def test_indirect_statements(rows_of: Rows, text: str, speaker: str, clause: str, cue: str) -> None:
    [quote] = rows_of("quotes", text)
    assert (quote.kind, quote.speaker, quote.text, quote.cue) == ("indirect", speaker, clause, cue)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Rents will rise, according to Peter Lamb, head of housing at the council.", "Rents will rise"),
        ("Sales fell, said Dana Whitlock, a spokeswoman for the chain.", "Sales fell"),
        ("According to Hannah Osei, who chairs the board, the pool will shut.", "the pool will shut"),
        (
            "According to a report by the Coast Institute, a charity in Tarn, gulls are moving inland.",
            "gulls are moving inland",
        ),
        (
            "According to Dana Whitlock, the pool, the hall and the library will shut.",
            "the pool, the hall and the library will shut",
        ),
    ],
)
def test_the_description_of_a_speaker_is_not_a_statement(rows_of: Rows, text: str, clause: str) -> None:
    assert [row.text for row in rows_of("quotes", text)] == [clause]


def test_the_description_of_a_speaker_between_two_parts_is_not_a_statement(rows_of: Rows) -> None:
    text = "“The gates,” said Hannah Osei, an engineer who drew the lock herself, “are older than I am.”"
    rows = rows_of("quotes", text)
    assert [(row.kind, row.text) for row in rows] == [
        ("direct", "The gates,"),
        ("direct", "are older than I am."),
    ]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“It is false,” Hannah Osei’s lawyer responded.", "Hannah Osei’s lawyer"),
        ("Hannah Osei’s lawyer, Peter Lamb, rejected the claim: “It is all false.”", "Peter Lamb"),
    ],
)
def test_the_one_whose_lawyer_speaks_is_not_the_speaker(rows_of: Rows, text: str, speaker: str) -> None:
    assert [row.speaker for row in direct(rows_of("quotes", text))] == [speaker]


def test_an_inserted_attribution_covers_both_sides(rows_of: Rows) -> None:
    rows = rows_of("quotes", "By the end of the year, Laura Benson said, the old port will be closed.")
    assert [row.text for row in rows] == ["By the end of the year", "the old port will be closed"]
    assert len({row.utterance_no for row in rows}) == 1


@pytest.mark.parametrize(
    ("text", "is_negated", "is_hedged"),
    [
        ("Laura Benson said that the port was safe.", False, False),
        ("Laura Benson did not say that the port was safe.", True, False),
        ("Laura Benson denied that the port was unsafe.", True, False),
        ("Laura Benson declined to say whether the port was safe.", True, False),
        ("Laura Benson appeared to suggest that the port was safe.", False, True),
        ("Laura Benson reportedly said that the port was safe.", False, True),
    ],
)
def test_negated_and_hedged_attributions(rows_of: Rows, text: str, is_negated: bool, is_hedged: bool) -> None:
    rows = [row for row in rows_of("quotes", text) if "port" in row.text and not row.text.startswith("to ")]
    assert [(row.is_negated, row.is_hedged) for row in rows] == [(is_negated, is_hedged)]


def test_a_pronoun_keeps_its_span_and_gets_the_nearest_matching_person(rows_of: Rows) -> None:
    text = "Laura Benson met Karl Weber on Monday. “We will keep the harbour open,” she said."
    [quote] = direct(rows_of("quotes", text))
    assert text[quote.speaker_start : quote.speaker_end] == "she"
    assert quote.speaker == "Laura Benson"


def test_a_form_of_address_decides_the_gender_of_a_pronoun(rows_of: Rows) -> None:
    text = "Dame Quinn Benson met Lord Sage Weber. “We will keep the harbour open,” he said."
    [quote] = direct(rows_of("quotes", text, parser="lexicon"))
    assert quote.speaker == "Sage Weber"


def test_a_pronoun_without_a_matching_person_has_no_speaker(rows_of: Rows) -> None:
    [quote] = direct(rows_of("quotes", "“We will keep the harbour open,” she said."))
    assert quote.speaker is None
    assert quote.speaker_start is not None


def test_the_object_of_the_cue_is_the_addressee(rows_of: Rows) -> None:
    [quote] = direct(
        rows_of("quotes", "“We will keep the harbour open,” Laura Benson told the harbour council.")
    )
    assert quote.addressee == "the harbour council"
