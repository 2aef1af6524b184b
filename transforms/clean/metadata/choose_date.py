"""The publication date, chosen from weighed candidates, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from transforms.clean.metadata.evidence import weighty
from transforms.clean.metadata.text_dates import text_dates
from transforms.contract.article import Claim, Precision, PublishedBasis
from transforms.contract.reasons import Repair
from transforms.text.dates import parse_date

# In order of trust: the page's metadata, its envelope, its address, the date it shows, the date inferred
# from the story.
_TIERS: dict[PublishedBasis, int] = {
    "metadata": 0, "feed": 1, "record": 1, "url": 2, "visible": 3, "caption": 4, "text": 4,
}  # fmt: skip
_FINENESS: tuple[Precision, ...] = ("second", "minute", "hour", "day", "month", "year")
_DAY = timedelta(days=1)
# Candidates below it are only evidence: no date is better than a wrong one.
TRUSTED = 0.5
# The least confidence of a shown date that overrules a stated one.
_PLAIN = 0.66


@dataclass(frozen=True, slots=True)
class Candidate:
    """One date, stated or inferred from the text; `value` None: stated, but impossible."""

    value: datetime | None
    precision: Precision
    basis: PublishedBasis
    method: str
    clue: str
    raw_start: int | None = None
    raw_end: int | None = None
    confidence: float = 0.5
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """The date chosen (`at` None: unknown), and the candidates kept as evidence, best first."""

    at: datetime | None
    precision: Precision | None
    basis: PublishedBasis | None
    claims: list[Claim]
    repairs: list[Repair]


def read_candidates(
    text: str,
    *,
    basis: PublishedBasis,
    method: str,
    confidence: float,
    clue: str | None = None,
    raw_start: int | None = None,
    raw_end: int | None = None,
    day_first: bool | None = None,
    language: str | None = None,
) -> list[Candidate]:
    """Candidates in one stated date: none, one, or two where the order of day and month is ambiguous."""
    parsed = parse_date(text, day_first=day_first, language=language)
    if parsed is None:
        return []
    first = Candidate(
        parsed.value, parsed.precision, basis, method, clue or text, raw_start, raw_end,
        confidence, parsed.repairs,
    )  # fmt: skip
    if parsed.alternative is None:
        return [first]
    return [
        replace(first, confidence=confidence * 0.7),
        replace(first, value=parsed.alternative, confidence=0.3),
    ]


def text_candidates(
    title: str | None,
    paragraphs: Sequence[tuple[str, int | None]],
    captions: Sequence[tuple[str, int | None]] = (),
    *,
    lines: Sequence[tuple[str, int | None]] = (),
    language: str | None = None,
) -> list[Candidate]:
    """Candidates in an article without markup; each text comes with its offset in the raw text.

    `lines` are those that are neither body nor caption (bylines, datelines, "Published ..." lines).
    """
    return [
        Candidate(
            found.date.value, found.date.precision, found.basis, found.method, found.clue,
            found.raw_start, found.raw_end, found.confidence, found.date.repairs,
        )
        for found in text_dates(title, paragraphs, captions, lines=lines, language=language)
    ]  # fmt: skip


def choose(candidates: Iterable[Candidate], *, not_after: datetime | None = None) -> Published:
    """The best candidate by tier, then by confidence.

    Dates later than `not_after` are impossible. Agreement of candidates of other kinds raises confidence,
    disagreement lowers it.
    """
    distinct = {(c.value, c.precision, c.method): c for c in sorted(candidates, key=lambda c: c.confidence)}
    checked = [_checked(candidate, not_after) for candidate in distinct.values()]
    possible = [c for c in checked if c.value is not None]
    clear = sorted((_resolved(c, possible) for c in possible), key=_rank)
    impossible = [c for c in checked if c.value is None]
    best = clear[0] if clear and clear[0].confidence >= TRUSTED else None
    if best is not None:
        best = _first_shown(_finest(best, clear), clear)
        clear.remove(best)
        best = replace(best, confidence=_weighed(best, clear))
        clear.insert(0, best)
    claims = weighty(map(_claim, [*clear, *impossible]), chosen=int(best is not None))
    repairs = [] if best is None else list(best.repairs)
    # An impossible date is a repair unless a source of the same or a better tier has a possible one.
    repairs += [
        r for c in impossible if best is None or _TIERS[c.basis] < _TIERS[best.basis] for r in c.repairs
    ]
    repairs = list(dict.fromkeys(repairs))
    if best is None:
        return Published(None, None, None, claims, repairs)
    return Published(best.value, best.precision, best.basis, claims, repairs)


def iso(value: datetime, precision: Precision) -> str:
    """A moment in ISO 8601, to its precision."""
    if precision == "year":
        return f"{value:%Y}"
    if precision == "month":
        return f"{value:%Y-%m}"
    if precision == "day":
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m-%dT%H:%M}Z" if precision != "second" else f"{value:%Y-%m-%dT%H:%M:%S}Z"


def _checked(candidate: Candidate, not_after: datetime | None) -> Candidate:
    if candidate.value is None or not_after is None or candidate.value <= not_after:
        return candidate
    return replace(candidate, value=None, repairs=(Repair.DATE_FUTURE,))


def _resolved(candidate: Candidate, others: Sequence[Candidate]) -> Candidate:
    """An ambiguous date, confirmed when an unambiguous one has the same day."""
    if Repair.DATE_AMBIGUOUS not in candidate.repairs:
        return candidate
    certain = (o for o in others if Repair.DATE_AMBIGUOUS not in o.repairs)
    if not any(_agree(candidate, other) for other in certain):
        return candidate
    repairs = tuple(r for r in candidate.repairs if r != Repair.DATE_AMBIGUOUS)
    return replace(candidate, confidence=0.9, repairs=repairs)


def _rank(candidate: Candidate) -> tuple[bool, int, float]:
    return candidate.confidence < TRUSTED, _TIERS[candidate.basis], -candidate.confidence


def _finest(best: Candidate, others: Sequence[Candidate]) -> Candidate:
    """The most exact candidate of the same day and basis.

    A month or year is refined by any candidate within it.
    """
    if best.precision in ("month", "year"):
        exact = [
            o
            for o in others
            if o.precision not in ("month", "year") and o.confidence >= TRUSTED and _agree(best, o)
        ]
        return max(exact, key=lambda c: c.confidence, default=best)
    same = [o for o in others if o.basis == best.basis and o.confidence >= TRUSTED and _agree(best, o)]
    if best.basis == "url":  # an address states no hour
        same = [o for o in others if o.basis == "visible" and o.confidence >= _PLAIN and _agree(best, o)]
    if best.basis == "visible":
        same = [
            o
            for o in same
            if o.value is not None and best.value is not None and o.value.date() == best.value.date()
        ]
    return min([best, *same], key=lambda c: _FINENESS.index(c.precision))


def _first_shown(best: Candidate, others: Sequence[Candidate]) -> Candidate:
    """The date shown at the headline, where it is earlier than the one in the metadata.

    Content systems restate their date when a page is moved or saved again; the printed date stays.
    """
    if best.basis != "metadata" or best.value is None:
        return best
    visible = [o for o in others if o.basis == "visible" and o.confidence >= TRUSTED]
    shown = max(visible, key=lambda o: o.confidence, default=None)
    if (
        any(_agree(best, o) for o in visible)
        or shown is None
        or shown.value is None
        or shown.confidence < _PLAIN
        or Repair.DATE_AMBIGUOUS in shown.repairs
    ):
        return best
    return shown if shown.value < best.value - 2 * _DAY else best


def _weighed(best: Candidate, others: Sequence[Candidate]) -> float:
    """Confidence of the chosen date, confirmed or disputed by the strongest candidate of each other basis.

    Confirmations apply before disputes in any order of candidates, so agreement does not undo a dispute.
    """
    strongest: dict[PublishedBasis, Candidate] = {}
    for other in sorted(others, key=lambda o: -o.confidence):
        if other.basis != best.basis:
            strongest.setdefault(other.basis, other)
    doubt, undisputed = 1 - best.confidence, 1.0
    for other in strongest.values():
        if _agree(best, other):
            doubt *= 1 - other.confidence / 2
        elif _TIERS[other.basis] <= 3:
            undisputed *= 1 - other.confidence / 4
    return round(min((1 - doubt) * undisputed, 0.99), 3)


def _agree(one: Candidate, other: Candidate) -> bool:
    """Whether two dates agree at the coarser precision; time zones allow a day of difference."""
    assert one.value is not None
    assert other.value is not None
    coarser = max(one.precision, other.precision, key=_FINENESS.index)
    if coarser == "year":
        return one.value.year == other.value.year
    if coarser == "month":
        return (one.value.year, one.value.month) == (other.value.year, other.value.month)
    return abs(one.value - other.value) <= _DAY


def _claim(candidate: Candidate) -> Claim:
    if candidate.value is None:
        return Claim("", candidate.method, 0.0, candidate.clue, candidate.raw_start, candidate.raw_end)
    value = iso(candidate.value, candidate.precision)
    return Claim(
        value, candidate.method, candidate.confidence, candidate.clue, candidate.raw_start, candidate.raw_end
    )
