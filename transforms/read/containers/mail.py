"""Mail: a message or a folder of them (mbox); each message is a document, as it came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from typing import BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import StreamDamaged, lines, read_whole
from transforms.read.records.record import Record, record_parser

_MEDIA_TYPE = "message/rfc822"
_KNOWN = ("from", "subject", "date", "to", "message-id", "received")
# RFC 4155: address and asctime. A sentence may begin with "From" after a blank line, and mention a time.
_POSTMARK = re.compile(rb"From \S+\s.*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d\d:\d\d.*\d{4}")
_ADDRESS_IN_TEXT = re.compile(r"https?://\S+")


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
    """The record of a message: its subject, its sender as publisher, and its fullest text."""
    try:
        message = message_from_bytes(raw.body, policy=policy.default)
    except RecursionError:
        return Rejected(Reason.ARCHIVE_TOO_DEEP, "messages inside messages")
    assert isinstance(message, EmailMessage)
    record = Record(names={"published": "mail:Date", "title": "mail:Subject", "publisher": "mail:From"})
    record.title = _header(message, "Subject")
    record.published = _header(message, "Date")
    record.guid = (_header(message, "Message-ID") or "").strip("<> ") or None
    record.publisher = _sender(message)
    record.language = _header(message, "Content-Language")
    plain, rich = _bodies(message)
    # Newsletters often have a plain part that only says where to read the other one.
    if rich and (
        not plain or len(plain) < 200 or len("".join(_ADDRESS_IN_TEXT.findall(plain))) > len(plain) / 4
    ):
        record.html = rich
    else:
        record.text = plain
    return record


def _bodies(message: EmailMessage) -> tuple[str | None, str | None]:
    """The first plain and the first HTML part that are not attachments."""
    plain = rich = None
    for number, part in enumerate(message.walk()):
        if number > LIMITS.mail_parts:
            break
        if part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        if kind == "text/plain" and plain is None:
            plain = _content(part) or None
        elif kind == "text/html" and rich is None:
            rich = _content(part) or None
    return plain, rich


def _content(part: EmailMessage) -> str:
    from transforms.read.records.markup import decode_text

    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return ""
    origin = Origin("", charset=part.get_content_charset())
    try:
        return decode_text(payload, origin, part.get_content_type())[0].strip()
    except StreamDamaged:
        return ""


def _parsed(message: EmailMessage, name: str) -> object:
    """A header's value as the standard library parses it; None when that fails or the header is too long."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if not raw or len(raw) > LIMITS.mail_header:
        return None
    try:
        return message.get(name)
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
        return None


def _header(message: EmailMessage, name: str) -> str | None:
    value = _parsed(message, name)
    return " ".join(str(value).split()) or None if value is not None else None


def _sender(message: EmailMessage) -> str | None:
    """The sender's name, else the domain of the address."""
    header = _parsed(message, "From")
    for address in header.addresses if isinstance(header, AddressHeader) else ():
        if name := str(address.display_name).strip() or str(address.domain).strip():
            return name
    return None
