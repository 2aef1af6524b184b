"""News wire text (IPTC 7901, ANPA 1312): each message between its control characters is a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.streams import StreamDamaged, read_whole
from transforms.read.records.markup import decode_text
from transforms.read.records.record import Record, record_parser

_MEDIA_TYPE = "text/vnd.iptc.anpa"
_MESSAGE = re.compile(rb"(?:\x16\x16)?\x01.*?(?:\x04|\Z|(?=(?:\x16\x16)?\x01))", re.DOTALL)
_PARTS = re.compile(r"\x01(?P<head>[^\x02]*)\x02(?P<story>[^\x03\x04]*)(?:\x03(?P<tail>[^\x04]*))?", re.DOTALL)
_AGENCIES = (
    (re.compile(r"\bdpa\b"), "dpa"),
    (re.compile(r"\(AP\)|\bAssociated Press\b"), "AP"),
    (re.compile(r"\bAFP\b"), "AFP"),
    (re.compile(r"\bReuters\b", re.IGNORECASE), "Reuters"),
    (re.compile(r"\bAAP\b"), "AAP"),
)
# ANPA: AP-WF-08-29-16 1626GMT; IPTC 7901: 212101 GMT Nov 18 (day, hour, minute, month, year).
_ANPA_DATE = re.compile(r"(\d\d)-(\d\d)-(\d\d)\s+(\d\d)(\d\d)\s?GMT")
_IPTC_DATE = re.compile(r"(\d\d)(\d\d)(\d\d)\s+GMT\s+(\w{3})\s+(\d\d)\b")
_BYLINE = re.compile(r"(?:By|Von|Par|Por)\s+\S", re.IGNORECASE)
_NO_STORY = re.compile(r"(?i)(?:AP Photos?|Eds|Editors|Graphic|With|Note)\b[^.]{0,12}[:\s]|END\b|[A-Z]{3}\d+")
_CONTROL = re.compile(r"[\x00-\x1f]+")
# Headline lines that only state the take of a story.
_TAKE = re.compile(
    r"(?i)(?:REFILE|EXTRA|URGENT|UPDATE|\d(?:ST|ND|RD|TH) LEAD|LEAD|ALERT|CORRECTED|ROUNDUP|FEATURE)\b"
)
_NOTEBOOK = re.compile(r"^#{1,2} (?:\w+ )?notebook\b|^## ", re.MULTILINE | re.IGNORECASE)


@reader("wire")
def read_wire(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the messages; `item_no` counts them from 1."""
    data = read_whole(stream)
    number = 0
    for number, message in enumerate(_MESSAGE.finditer(data), 1):
        yield RawDocument(message[0], _MEDIA_TYPE, origin, number)
    if number == 0:
        yield Rejected(Reason.UNREADABLE, "no message between control characters", origin, sample=data)


@record_parser(_MEDIA_TYPE)
def wire_record(raw: RawDocument) -> Record | Rejected:
    """The record of a message: headline and byline from the lines before the story, date from its tail."""
    try:
        text, repairs = decode_text(raw.body, raw.origin, "text/plain")
    except StreamDamaged:
        # A short message may have too many control characters for a text; here they are its frame.
        text, repairs = raw.body.decode("latin-1"), ()
    parts = _PARTS.search(text.replace("\r\n", "\n"))
    if parts is None:
        return Rejected(Reason.MALFORMED_RECORD, "no start of text in the message")
    record = Record(repairs=list(repairs))
    story = parts["story"]
    lines = story.split("\n")
    if any(line.startswith("^") for line in lines):
        _fill_anpa(record, lines)
    else:
        _fill_iptc(record, story)
    record.published = _date(parts["tail"] or "")
    record.names["published"] = "transmission"
    record.publisher = next(
        (name for pattern, name in _AGENCIES if pattern.search(parts["head"] + story)), None
    )
    slug = _CONTROL.sub(" ", parts["head"].strip().split("\n")[-1]).strip()
    record.keywords = [k for k in slug.split("/") if k] if "/" in slug else []
    return record


def _fill_anpa(record: Record, lines: list[str]) -> None:
    """Lines with ^ come before the story (slug, headline, notes, byline); a tab opens a paragraph."""
    before = [line[1:].strip().rstrip("<= ") for line in lines if line.startswith("^")]
    head_lines = [line for line in before[1:] if line and not _NO_STORY.match(line)]
    bylines = [n for n, line in enumerate(head_lines) if _BYLINE.match(line)]
    record.authors = [head_lines[n] for n in bylines]
    headlines = head_lines[: bylines[0]] if bylines else head_lines
    slug = before[0].rpartition(",")[0] if before else ""
    record.title = headlines[0] if headlines else slug or None
    record.teaser = headlines[1] if len(headlines) > 1 else None
    paragraphs: list[str] = []
    for line in lines:
        if line.startswith("\t"):
            paragraphs.append(line.strip().rstrip("<").strip())
        elif not line.startswith("^") and line.strip() and paragraphs:
            paragraphs[-1] += " " + line.strip().rstrip("<").strip()
    record.text = _typography("\n\n".join(p for p in paragraphs if p and p != "___")) or None


def _fill_iptc(record: Record, story: str) -> None:
    """The headline ends in " =" and an empty line; paragraphs are hard-wrapped."""
    head, _, rest = story.partition("=\n")
    if not rest:
        head, _, rest = story.partition("\n\n")
    head_lines = [line.strip() for line in head.strip().split("\n") if line.strip()]
    record.authors = [line for line in head_lines if _BYLINE.match(line)]
    headlines = [line for line in head_lines if line not in record.authors and not _TAKE.fullmatch(line)]
    record.title = " ".join(headlines) or None
    if notebook := _NOTEBOOK.search(rest):
        rest = rest[: notebook.start()]
    paragraphs = re.split(r"\n\s*\n|\n(?= {3})", rest.strip())
    record.text = _typography("\n\n".join(" ".join(p.split()) for p in paragraphs if p.strip())) or None


def _typography(text: str) -> str:
    """Restore quotation marks and dashes, which the wire's character set lacks."""
    text = text.replace("``", "“").replace("''", "”")
    return re.sub(r"(?<=\s)_(?=\s)", "—", text)


def _date(tail: str) -> str | None:
    if match := _ANPA_DATE.search(tail):
        month, day, year, hour, minute = match.groups()
        return f"20{year}-{month}-{day}T{hour}:{minute}Z"
    if match := _IPTC_DATE.search(tail):
        day, hour, minute, name, year = match.groups()
        return f"{day} {name} 20{year} {hour}:{minute} GMT"
    return None
