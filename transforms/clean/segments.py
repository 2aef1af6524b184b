"""Every line of a text, typed: title, byline, body, caption, credit, promo, widget and the rest.

Rules name what can be recognised; the trained line model decides on the other lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transforms.article import SegmentKind
from transforms.clean.authors import is_only_names
from transforms.clean.line_rules import caption_parts, is_marker, known_line, split_credit
from transforms.clean.lines import content_probabilities
from transforms.clean.wraps import unwrap
from transforms.offsets import MappedText
from transforms.text import count_words, fold, fold_line

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]」』]*(?:\s|$)|[。！？]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_UNMARKED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_TWO_SENTENCES = re.compile(r"[^\W\d_]{4,}[.!?]\s+\S+\s\S+\s|[。！？].")
_TITLE_WORDS = 30
_SUBTITLE_WORDS = 30
_HEAD = 12
_TAIL = 5
_DOUBT = 0.8
_NAVIGATION_RUN = 4
_SIGNED = 3


@dataclass(slots=True)
class Typed:
    """One segment of the text: what it is, what says so (`rule:<name>` or `model`), and how surely."""

    kind: SegmentKind
    text: MappedText
    basis: str
    confidence: float


def segment(
    text: MappedText, *, title: str | None = None, furniture: frozenset[str] = frozenset()
) -> list[Typed]:
    """Type the lines of a mended text in order; blank ones are left out.

    `title` is the headline where another source states it, `furniture` the folded lines that the
    publisher repeats. Lines of one hard-wrapped paragraph come out as one segment, a caption line
    with a credit as several.
    """
    parts = [part.strip() for part in unwrap(text).split_lines()]
    lines = [part for part in parts if part.text]
    if not lines:
        return []
    # Blank lines between paragraphs: written as a text, not the lines of a page.
    is_spaced = len(parts) >= 2 * len(lines) - len(lines) // 3 - 1 > 0
    shares = _shares([line.text for line in lines])
    last = len(lines) - _TAIL
    typed = [
        _typed(line, share, furniture, is_spaced=is_spaced, is_doubtful=number >= last and share < _DOUBT)
        for number, (line, share) in enumerate(zip(lines, shares, strict=True))
    ]
    _name_captions(typed)
    _name_signers(typed)
    _name_title(typed, title)
    _keep_some_body(typed)
    _name_navigation(typed)
    return [part for one in typed for part in _parts(one)]


def _shares(lines: Sequence[str]) -> list[float]:
    """The model's probabilities; advertisement markers, which may stand anywhere, are hidden from it."""
    seen = [number for number, line in enumerate(lines) if not is_marker(line)]
    shares = [0.0] * len(lines)
    for number, share in zip(seen, content_probabilities([lines[n] for n in seen]), strict=True):
        shares[number] = share
    return shares


def _typed(
    line: MappedText, share: float, furniture: frozenset[str], *, is_spaced: bool, is_doubtful: bool
) -> Typed:
    if furniture and fold_line(line.text) in furniture:
        return Typed("other", line, "rule:furniture", 0.95)
    if not any(c.isalnum() for c in line.text):
        return Typed("other", line, "rule:ornament", 0.9)
    rule = known_line(line.text, is_doubtful=is_doubtful)
    if rule is not None:
        return Typed(rule.kind, line, f"rule:{rule.name}", 0.9)
    if share >= _least_share(line.text, is_spaced=is_spaced):
        return Typed("body", line, "model", share)
    return Typed("other", line, "model", 1 - share)


def _least_share(text: str, *, is_spaced: bool) -> float:
    """From which probability on a line is body.

    Lower in scripts of which the model has seen little, and for sentences among spaced paragraphs:
    the model knows the lines of web pages, where much more is furniture.
    """
    is_sentence_apart = is_spaced and is_sentence(text)
    if 2 * len(_UNSPACED.findall(text)) > len(text):
        return 0.05 if is_sentence_apart else 0.2
    return 0.3 if is_sentence_apart and count_words(text) >= 6 else 0.5


def _name_captions(typed: Sequence[Typed]) -> None:
    """A line that is no paragraph and ends with a photographer's or an agency's credit is a caption."""
    for one in typed:
        if one.kind == "other" and one.basis == "model":
            _, credit = split_credit(one.text.text)
            rule = known_line(credit) if credit else None
            if rule is not None and rule.kind in ("credit", "caption"):  # "Photo: Jane Doe" begins both
                one.kind, one.basis, one.confidence = "caption", "rule:credited", 0.8


def _name_signers(typed: Sequence[Typed]) -> None:
    """A line of the head that holds names alone is a byline; strange names when an outlet is named below."""
    for one, below in zip(typed[:_SIGNED], [*typed[1 : _SIGNED + 1], None], strict=False):
        has_outlet = below is not None and below.basis == "rule:credit_bare"
        if (
            one.kind == "other"
            and one.basis == "model"
            and is_only_names(one.text.text, is_known=not has_outlet)
        ):
            one.kind, one.basis, one.confidence = "byline", "rule:names", 0.7


def _name_title(typed: list[Typed], title: str | None) -> None:
    """The line that is the title, and a subtitle right behind it."""
    place = _stated_title(typed, title) if title else _printed_title(typed)
    if place is None:
        return
    typed[place].kind, typed[place].basis = "title", "rule:title"
    typed[place].confidence = 0.95 if title else 0.8
    below = typed[place + 1 : place + 2]
    for one in below:
        is_unnamed = one.kind == "other" and one.basis == "model"
        if is_unnamed and _is_deck(one.text.text) and any(after.kind == "body" for after in typed[place + 2 :]):
            one.kind, one.basis = "subtitle", "rule:below_title"


def _stated_title(typed: Sequence[Typed], title: str) -> int | None:
    wanted = fold(title)
    for place, one in enumerate(typed):
        folded = fold(one.text.text)
        if folded == wanted or (len(folded) > 20 and wanted.startswith(folded)):
            return place
    return None


def _printed_title(typed: Sequence[Typed]) -> int | None:
    """The headline-shaped line of the head: the first one of a plain article, the longest of a whole page."""
    body = next((i for i, one in enumerate(typed) if one.kind == "body" and _is_long(one.text.text)), None)
    if body is None:
        return 0 if len(typed) > 1 and _is_headline(typed[0], first=True) else None
    head = range(max(0, body - _HEAD), body) if body else range(1)
    shaped = [i for i in head if _is_headline(typed[i], first=i == 0)]
    if not shaped or (body == 0 and len(typed) == 1):
        return None
    if shaped[0] == 0 and (body <= 4 or count_words(typed[0].text.text) >= 4):
        return 0
    return max(shaped, key=lambda i: (min(count_words(typed[i].text.text), 6), i))


def _is_headline(one: Typed, *, first: bool) -> bool:
    """Whether a line has a headline's shape: some words, no sentence's end; a first line is believed more."""
    text = one.text.text
    if one.basis.startswith("rule:") and not (first and one.basis == "rule:promo_capitals"):
        return False
    if not (2 if first else 4) <= count_words(text) <= _TITLE_WORDS or len(text) > 200:
        return False
    if _TWO_SENTENCES.search(text) or (one.kind != "other" and not first):
        return False
    return not text.rstrip("\"'”’)").endswith((".", "。", "…", ":", ","))


def is_sentence(text: str) -> bool:
    """Whether a text has a sentence's end, or is in a script whose sentences have no end mark (Thai, Lao, ...)."""
    return bool(_SENTENCE_END.search(text) or _UNMARKED.search(text[-20:]))


def _is_deck(text: str) -> bool:
    return 5 <= count_words(text) <= _SUBTITLE_WORDS


def _is_long(text: str) -> bool:
    return count_words(text) >= 12


def _keep_some_body(typed: list[Typed]) -> None:
    """Where the model finds no body at all, the lines that are sentences are the body."""
    if any(one.kind == "body" for one in typed):
        return
    for one in typed:
        if one.basis == "model" and count_words(one.text.text) >= 6 and is_sentence(one.text.text):
            one.kind, one.basis, one.confidence = "body", "rule:only_text", 0.5


def _name_navigation(typed: list[Typed]) -> None:
    """Short lines in a row that are nothing else are menus."""
    run: list[Typed] = []
    for one in [*typed, None]:
        if one is not None and one.kind == "other" and one.basis == "model" and count_words(one.text.text) <= 6:
            run.append(one)
            continue
        if len(run) >= _NAVIGATION_RUN:
            for short in run:
                short.kind = "navigation"
        run = []


def _parts(one: Typed) -> Iterator[Typed]:
    """A caption line in its parts: label, caption, player button, credit."""
    if one.kind != "caption":
        yield one
        return
    parts = caption_parts(one.text.text)
    credit = (parts.credit_start, parts.credit_end)
    if parts.credit_start < parts.start:
        pieces = (
            ("widget", 0, parts.credit_start, "rule:caption_label"),
            ("credit", *credit, "rule:credit_before"),
            ("widget", parts.credit_end, parts.start, "rule:caption_label"),
            ("caption", parts.start, parts.end, one.basis),
        )
    else:
        pieces = (
            ("widget", 0, parts.start, "rule:caption_label"),
            ("caption", parts.start, parts.end, one.basis),
            ("widget", parts.end, parts.credit_start, "rule:player"),
            ("credit", *credit, "rule:caption_credit"),
        )
    for kind, start, end, basis in pieces:
        text = one.text.slice(start, end).strip()
        if any(c.isalnum() for c in text.text):
            yield Typed(kind, text, basis, one.confidence)  # type: ignore[arg-type]
