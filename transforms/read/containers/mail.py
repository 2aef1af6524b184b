"""Mail: a message or a folder of them (mbox); each message is a document, as it came."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from typing import BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import StreamDamaged, lines, read_whole
from transforms.read.containers.mail_text import MailText, split_markup, split_plain, unflowed, without_prefix
from transforms.read.records.record import Record, record_parser

_MEDIA_TYPE = "message/rfc822"
_KNOWN = ("from", "subject", "date", "to", "message-id", "received")
# RFC 4155: address and asctime. A sentence may begin with "From" after a blank line, and mention a time.
_POSTMARK = re.compile(rb"From \S+\s.*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d\d:\d\d.*\d{4}")
_ADDRESS_IN_TEXT = re.compile(r"https?://\S+")
_HIDDEN = re.compile(r"<(style|script|head)\b.*?</\1\s*>|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_RAW_BYTES = re.compile("[\udc80-\udcff]")
_DEEPEST = 20
_MUCH_MORE = 1.25


@reader("eml")
def read_message(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the one message."""
    yield _document(read_whole(stream), origin, 0)


@reader("mbox")
def read_mbox(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the messages of a folder in mboxrd form; `item_no` counts them from 1."""
    parts: list[bytes] = []
    number = size = 0
    is_after_blank = True
    for line in lines(stream):
        if line is None:
            yield Rejected(Reason.LINE_TOO_LONG, "a line of a message", origin, number)
            continue
        if is_after_blank and _POSTMARK.match(line):
            if number:
                yield _document(b"".join(parts), origin, number)
            number, parts, size = number + 1, [], 0
        elif size <= LIMITS.document_bytes:
            parts.append(line[1:] if re.match(rb">+From ", line) else line)
            size += len(line)
        is_after_blank = not line.strip()
    if number:
        yield _document(b"".join(parts), origin, number)


def _document(message: bytes, origin: Origin, number: int) -> RawDocument | Rejected:
    # Some mail systems write a line of blanks before the headers.
    message = message.lstrip(b" \t\r\n") if message[:1] in b" \t" else message
    if len(message) > LIMITS.document_bytes:
        return Rejected(Reason.TOO_LARGE, f"{len(message)} bytes", origin, number, sample=message)
    head = message.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("latin-1").lower()
    if not any(re.search(rf"^{name}:", head, re.MULTILINE) for name in (*_KNOWN, "content-type")):
        return Rejected(Reason.HEADERS_MISSING, "no mail header", origin, number, sample=message)
    return RawDocument(message, _MEDIA_TYPE, origin, number)


@record_parser(_MEDIA_TYPE)
def mail_record(raw: RawDocument) -> Record | Rejected:
    """The record of a message: its subject, its sender as publisher, and its fullest text.

    Of a message that forwards another, the record is that other's.
    """
    try:
        message = message_from_bytes(raw.body, policy=policy.default)
    except RecursionError:
        return Rejected(Reason.ARCHIVE_TOO_DEEP, "messages inside messages")
    assert isinstance(message, EmailMessage)
    outer = _record(message)
    inner = _attached(message)
    if inner is None or not (inner.text or inner.html):
        return outer
    note = outer.text or re.sub(r"<[^<>]*>", " ", outer.html or "")
    if len(note) > len(inner.text or inner.html or ""):
        return outer
    inner.before = (*(line for part in note.split("\n") if (line := part.strip())), *inner.before)
    inner.names = {kind: name.replace("mail:", "mail:attached:") for kind, name in inner.names.items()}
    return inner


def _record(message: EmailMessage) -> Record:
    record = Record(names={"published": "mail:Date", "title": "mail:Subject", "publisher": "mail:From"})
    subject = _header(message, "Subject", record)
    record.title = without_prefix(subject) if subject else None
    record.published = _header(message, "Date", record)
    record.guid = (_header(message, "Message-ID", record) or "").strip("<> ") or None
    record.publisher = _sender(_parsed(message, "From", record))
    record.language = _header(message, "Content-Language", record)
    body = _body(_parts(message))
    if body is None:
        return record
    is_reply = subject is not None and subject[:3].casefold() == "re:"
    split = (split_markup if body.is_markup else split_plain)(body.text, is_reply=is_reply)
    record.before, record.after = split.before, split.after
    if body.is_markup:
        record.html = split.article
    else:
        record.text = split.article
    _state_forwarded(record, split)
    return record


def _state_forwarded(record: Record, split: MailText) -> None:
    """The facts of the message that was forwarded in place of those of the mail that forwards it."""
    headers = split.headers
    if sender := headers.get("from"):
        record.publisher = _sender(policy.default.header_factory("From", sender.replace("[mailto:", "<")))
        record.published = headers.get("date")
        record.names |= {"publisher": "mail:forwarded:From", "published": "mail:forwarded:Date"}
    if subject := headers.get("subject"):
        record.title = without_prefix(subject)
        record.names["title"] = "mail:forwarded:Subject"


def _attached(message: EmailMessage) -> Record | None:
    """The record of the first message attached to another."""
    for number, part in enumerate(message.walk()):
        if number > LIMITS.mail_parts:
            break
        if part is not message and part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            return _record(first) if isinstance(first, EmailMessage) else None
    return None


@dataclass(frozen=True, slots=True)
class _Body:
    """A text of a mail, plain or HTML."""

    text: str
    is_markup: bool

    @property
    def printed_length(self) -> int:
        """Characters that a reader sees, addresses of links not counted."""
        plain = _HIDDEN.sub(" ", self.text) if self.is_markup else self.text
        return len(" ".join(_ADDRESS_IN_TEXT.sub(" ", plain).split()))


def _body(parts: list[_Body]) -> _Body | None:
    """The parts as one text: all plain, or as markup where one is."""
    if len(parts) <= 1:
        return parts[0] if parts else None
    if not any(part.is_markup for part in parts):
        return _Body("\n\n".join(part.text for part in parts), is_markup=False)
    return _Body(
        "\n".join(part.text if part.is_markup else _paragraphs(part.text) for part in parts), is_markup=True
    )


def _paragraphs(plain: str) -> str:
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in re.split(r"\n\s*\n", plain))


def _parts(part: EmailMessage, depth: int = 0) -> list[_Body]:
    """The texts to read in order: of alternatives the fullest, no attachments, no attached messages."""
    kind = part.get_content_type()
    if kind == "message/rfc822" and depth:
        return []
    if part.is_multipart():
        payload = part.get_payload()
        inner = [p for p in payload if isinstance(p, EmailMessage)] if isinstance(payload, list) else []
        if depth > _DEEPEST or len(inner) > LIMITS.mail_parts:
            return []
        found = [texts for p in inner if (texts := _parts(p, depth + 1))]
        if kind == "multipart/alternative":
            return _fullest(found)
        return [text for texts in found for text in texts]
    if part.get_content_disposition() == "attachment" or kind not in ("text/plain", "text/html"):
        return []
    text = _content(part)
    return [_Body(text, kind == "text/html")] if text else []


def _fullest(alternatives: list[list[_Body]]) -> list[_Body]:
    """The plain alternative, unless another prints much more: many only say where to read the other one."""
    ranked = sorted(alternatives, key=lambda texts: any(text.is_markup for text in texts))
    lengths = [sum(text.printed_length for text in texts) for texts in ranked]
    best = 0
    for place, length in enumerate(lengths):
        if length > _MUCH_MORE * lengths[best]:
            best = place
    return ranked[best] if ranked else []


def _content(part: EmailMessage) -> str:
    from transforms.read.records.markup import decode_text

    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return ""
    origin = Origin("", charset=part.get_content_charset())
    try:
        text = decode_text(payload, origin, part.get_content_type())[0]
    except StreamDamaged:
        return ""
    if part.get_content_type() == "text/plain" and str(part.get_param("format", "")).lower() == "flowed":
        text = unflowed(text, is_space_deleted=str(part.get_param("delsp", "")).lower() == "yes")
    return text.replace("\r\n", "\n").strip("\r\n\t\ufeff").rstrip()


def _parsed(message: EmailMessage, name: str, record: Record) -> object:
    """A header's value as the standard library parses it; None when that fails or the header is too long.

    Bytes beyond ASCII, which no header should have, are read in the charset of the body, or as they look.
    """
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if not raw or len(raw) > LIMITS.mail_header:
        return None
    try:
        if _RAW_BYTES.search(raw):
            return policy.default.header_factory(name, _decoded(raw, message, record))
        return message.get(name)
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
        return None


def _decoded(header: str, message: EmailMessage, record: Record) -> str:
    from transforms.text.encoding import decode

    charsets = (part.get_content_charset() for part in message.walk() if part.get_content_maintype() == "text")
    body = header.encode("ascii", "surrogateescape")
    found = decode(body, declared=next((c for c in charsets if c), None), media_type="text/plain")
    if isinstance(found, Rejected):
        return header.encode("ascii", "replace").decode()
    record.note(Repair.CHARSET_GUESSED)
    return " ".join(found.text.split())


def _header(message: EmailMessage, name: str, record: Record) -> str | None:
    value = _parsed(message, name, record)
    return " ".join(str(value).split()) or None if value is not None else None


def _sender(header: object) -> str | None:
    """The sender's name, else the domain of the address."""
    for address in header.addresses if isinstance(header, AddressHeader) else ():
        if name := str(address.display_name).strip() or str(address.domain).strip():
            return name
    return None
