"""Typed lines of a text: title, byline, body, caption, credit, promo, widget and others.

Rules type the lines they recognise; the trained line model decides on the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from transforms.clean.lines.credits import is_credit_shape
from transforms.clean.lines.line_model import content_probabilities
from transforms.clean.lines.line_rules import caption_parts, credit_start, is_marker, known_line, split_credit
from transforms.clean.lines.related import related_lists
from transforms.clean.lines.tails import line_tail
from transforms.clean.metadata.bylines import is_only_names
from transforms.clean.plain.headlines import name_title, unglue
from transforms.clean.plain.typed_lines import Typed, is_sentence
from transforms.clean.plain.unwrap import unwrap
from transforms.text.folding import UNSPACED, count_words, fold_line
from transforms.text.offsets import MappedText

_TAIL = 5
_DOUBT = 0.8
_MORE_LIKELY, _HARDLY = 0.5, 0.05
_SPACED_WORDS, _LONG_WORDS = 6, 15
# From this probability on the model overrules rules of these kinds that are not certain.
_CERTAIN, _OVERRULED = 0.95, ("promo", "widget", "other")
_TOP = 2
_BULLETS = ("*", "•", "▪", "◦", "‣")
_CREDIT_REACH, _NAME_REACH, _CAPTION_WORDS = 130, 40, 60
_LABELS = ("rule:caption_label_line", "rule:credit_label_line")
_CREDIT_WORDS = 12
_DOUBT_ON_PAGE = 0.95
_NAVIGATION_RUN = 4
_SIGNED = 3


def segment(
    text: MappedText, *, title: str | None = None, boilerplate: frozenset[str] = frozenset()
) -> list[Typed]:
    """Type the lines of a repaired text in order; blank ones are left out.

    `title` is the headline where another source states it, `boilerplate` the folded lines that the
    publisher repeats. Lines of one hard-wrapped paragraph become one segment, a caption line with a credit
    several.
    """
    unwrapped = unwrap(text)
    lines = list(_filled_lines(unwrapped))
    if not lines:
        return []
    # Blank lines between paragraphs: a written text, not the lines of a page.
    is_spaced = unwrapped.text.count("\n") + 1 >= 2 * len(lines) - len(lines) // 3 - 1 > 0
    lines = [
        piece
        for number, line in enumerate(lines)
        for piece in (unglue(line, title) if number < _TOP else [line])
    ]
    shares = _shares([line.text for line in lines])
    last = len(lines) - _TAIL
    typed = [
        _typed(line, share, boilerplate, is_spaced=is_spaced, is_doubtful=number >= last and share < _DOUBT)
        for number, (line, share) in enumerate(zip(lines, shares, strict=True))
    ]
    _name_labelled(typed)
    _name_captions(typed)
    _name_signers(typed)
    name_title(typed, title)
    _keep_some_body(typed)
    _name_related(typed, is_spaced=is_spaced)
    _name_navigation(typed)
    return [part for one in typed for part in _parts(one)]


def _filled_lines(text: MappedText) -> Iterator[MappedText]:
    """The lines that are not blank, stripped."""
    start = 0
    for line in text.text.split("\n"):
        filled = line.strip()
        if filled:
            at = start + len(line) - len(line.lstrip())
            yield text.slice(at, at + len(filled))
        start += len(line) + 1


def _shares(lines: Sequence[str]) -> list[float]:
    """The model's probabilities; advertisement markers, which may be anywhere, are hidden from it."""
    seen = [number for number, line in enumerate(lines) if not is_marker(line)]
    shares = [0.0] * len(lines)
    for number, share in zip(seen, content_probabilities([lines[n] for n in seen]), strict=True):
        shares[number] = share
    return shares


def _typed(
    line: MappedText, share: float, boilerplate: frozenset[str], *, is_spaced: bool, is_doubtful: bool
) -> Typed:
    if boilerplate and fold_line(line.text) in boilerplate:
        return Typed("other", line, "rule:boilerplate", 0.95)
    if not any(c.isalnum() for c in line.text):
        return Typed("other", line, "rule:ornament", 0.9)
    rule = known_line(line.text, is_doubtful=is_doubtful)
    if rule is not None and (rule.is_certain or share < _CERTAIN or rule.kind not in _OVERRULED):
        return Typed(rule.kind, line, f"rule:{rule.name}", 0.9)
    if share >= _MORE_LIKELY or (share >= _HARDLY and share >= _least_share(line.text, is_spaced=is_spaced)):
        return Typed("body", line, "model", share)
    return Typed("other", line, "model", 1 - share)


def _least_share(text: str, *, is_spaced: bool) -> float:
    """The least probability of a body line: a paragraph lost is worse than a line too many.

    Lower for scripts rare in training, for long sentences, and for sentences and list items among spaced
    paragraphs: the model is trained on web pages, where much more is boilerplate.
    """
    is_prose = is_sentence(text) or (is_spaced and text.startswith(_BULLETS))
    if 2 * len(UNSPACED.findall(text)) > len(text):
        return _HARDLY if is_spaced and is_prose else 0.2
    words = count_words(text) if is_prose else 0
    if words >= (_SPACED_WORDS if is_spaced else _LONG_WORDS):
        return 0.3
    return 0.4 if is_spaced and is_prose else _MORE_LIKELY


def _name_labelled(typed: Sequence[Typed]) -> None:
    """Type the line below a label that stands alone: "Image caption,", "Image source,"."""
    for label, below in pairwise(typed):
        words = count_words(below.text.text)
        if below.basis in _LABELS or words > _CAPTION_WORDS:
            continue
        if label.basis == "rule:caption_label_line":
            below.kind, below.basis, below.confidence = "caption", "rule:caption_below", 0.9
        elif label.basis == "rule:credit_label_line" and words <= _CREDIT_WORDS:
            below.kind, below.basis, below.confidence = "credit", "rule:credit_before", 0.9


def _name_related(typed: Sequence[Typed], *, is_spaced: bool) -> None:
    """Type body lines that are titles in a list of related articles as promotion.

    On the lines of a page only where the model, which is trained on those, is in doubt.
    """
    for place in related_lists([one.text.text for one in typed]):
        one = typed[place]
        if one.kind == "body" and one.basis == "model" and (is_spaced or one.confidence < _DOUBT_ON_PAGE):
            one.kind, one.basis, one.confidence = "promo", "rule:related_title", 0.8


def _name_captions(typed: Sequence[Typed]) -> None:
    """Type lines that end with a photographer's or an agency's credit as captions, except paragraphs."""
    for one in typed:
        if one.basis != "model":
            continue
        text = one.text.text
        if is_credit_shape(text):
            one.kind, one.basis, one.confidence = "credit", "rule:credit_shape", 0.7
        elif one.kind == "other" or _may_end_in_credit(text):
            _, credit = split_credit(text)
            rule = known_line(credit) if credit else None
            # "Photo: Jane Doe" begins both; after a paragraph "(AP)" alone may name its source.
            is_credited = rule is not None and rule.kind in ("credit", "caption")
            if one.kind == "body" and rule is not None and rule.name == "credit_bare":
                is_credited = False
            if is_credited or (one.kind == "other" and credit and is_credit_shape(credit)):
                one.kind, one.basis, one.confidence = "caption", "rule:credited", 0.8


def _may_end_in_credit(text: str) -> bool:
    """Whether a body line is short and ends like a caption with a whole credit."""
    end = text[-_CREDIT_REACH:]
    is_hinted = (
        (text.endswith(")") and "(" in end) or "hoto" in end or "redit:" in end or "/" in end[-_NAME_REACH:]
    )
    return is_hinted and count_words(text) <= _CAPTION_WORDS


def _name_signers(typed: Sequence[Typed]) -> None:
    """Type top lines of names alone as bylines; unknown names only if an outlet is named below."""
    for one, below in zip(typed[:_SIGNED], [*typed[1 : _SIGNED + 1], None], strict=False):
        has_outlet = below is not None and below.basis == "rule:credit_bare"
        if (
            one.kind == "other"
            and one.basis == "model"
            and is_only_names(one.text.text, is_known=not has_outlet)
        ):
            one.kind, one.basis, one.confidence = "byline", "rule:names", 0.7


def _keep_some_body(typed: list[Typed]) -> None:
    """If the model finds no body, type the lines that are sentences as body."""
    if any(one.kind == "body" for one in typed):
        return
    for one in typed:
        if one.basis == "model" and count_words(one.text.text) >= 6 and is_sentence(one.text.text):
            one.kind, one.basis, one.confidence = "body", "rule:only_text", 0.5


def _name_navigation(typed: list[Typed]) -> None:
    """Type runs of short lines of no other kind as navigation."""
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
    """Parts of a caption line: label, caption, player button, credit; of a body line: text and label at the end."""
    if one.kind == "credit" and (start := credit_start(one.text.text)):
        yield Typed("widget", one.text.slice(0, start).strip(), "rule:caption_label", one.confidence)
        yield Typed("credit", one.text.slice(start, len(one.text)), "rule:credit_before", one.confidence)
        return
    if one.kind == "body" and (tail := line_tail(one.text.text)):
        yield Typed("body", one.text.slice(0, tail.start).strip(), one.basis, one.confidence)
        yield Typed(tail.kind, one.text.slice(tail.start, len(one.text)).strip(), f"rule:{tail.name}", 0.9)
        return
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
