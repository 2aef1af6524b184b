from __future__ import annotations

import time
from email.message import EmailMessage

import pytest

from tests.transforms.read.reading import read, reasons, records
from transforms.contract.documents import Rejected
from transforms.read.records.record import record_of

RICH = "The wall is to stand before winter, the council said."
LONG = "The council in Northport voted to rebuild the harbour wall.\n" * 10


def message(plain: str | None, rich: str | None = None) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Harbour Daily <news@example.org>"
    mail["Subject"] = "Wall: 7 für, 2 gegen"
    mail["Date"] = "Tue, 05 Mar 2024 10:00:00 +0100"
    mail["Message-ID"] = "<n1@example.org>"
    if plain is not None:
        mail.set_content(plain)
    if rich is not None:
        mail.add_alternative(rich, subtype="html")
    return mail.as_bytes()


def test_a_message() -> None:
    (one,) = records(message(LONG), "a.eml")
    assert (one.title, one.publisher, one.guid) == ("Wall: 7 für, 2 gegen", "Harbour Daily", "n1@example.org")
    assert one.published == "Tue, 05 Mar 2024 10:00:00 +0100"
    assert one.text == LONG.strip()


@pytest.mark.parametrize(("plain", "is_rich"), [
    (LONG, False), ("Read this mail in a browser.", True), ("https://news.example/a?b=1234567890\n" * 20, True),
])  # fmt: skip
def test_the_fuller_part_is_read(plain: str, *, is_rich: bool) -> None:
    (one,) = records(message(plain, f"<p>{RICH}</p>"), "a.eml")
    assert (one.html == f"<p>{RICH}</p>", one.text is None) == (is_rich, is_rich)


def test_attachments_are_not_text() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Wall"
    mail["From"] = "news@example.org"
    mail.add_attachment(LONG, filename="a.txt")
    (document,), _ = read(mail.as_bytes(), "a.eml")
    refused = record_of(document)
    assert isinstance(refused, Rejected)
    assert refused.reason == "record_without_text"


def test_a_folder_of_messages() -> None:
    mark = b"From news@example.org Tue Mar  5 10:00:00 2024\n"
    quoted = message(LONG + "\nFrom the sea it looks well.\n").replace(b"\nFrom the", b"\n>From the")
    documents, rejected = read(
        mark + message(LONG) + b"\n" + mark + quoted + b"\n" + mark + b"\nno header\n", "a.mbox"
    )
    assert [d.item_no for d in documents] == [1, 2]
    assert b"\nFrom the sea" in documents[1].body
    assert reasons(rejected) == ["headers_missing"]


@pytest.mark.parametrize(
    "header", ["From: =?utf-8?b?!!!?= <", "Date: never", "Subject: =?klingon?q?x?=", "From: <@>, ;:"]
)
def test_broken_headers_do_not_make_it_fail(header: str) -> None:
    documents, _ = read(f"{header}\r\nTo: a@example.org\r\nMIME-Version: 1.0\r\n\r\n{LONG}".encode(), "a.eml")
    found = record_of(documents[0])
    assert not isinstance(found, Rejected)
    assert found.text == LONG.strip()


_BODY = b"Date: Tue, 5 Mar 2024 10:00:00 +0000\r\n\r\nThe council voted on the harbour wall on Tuesday.\r\n"


@pytest.mark.parametrize(
    "header",
    [
        b"From: " + b"(" * 100_000 + b"\r\nSubject: Harbour wall\r\n",
        b"From: Desk <desk@news.example>\r\nSubject: " + b"=?utf-8?B?w6k=?=" * 50_000 + b"\r\n",
        b"From: " + b"(" * 5_000 + b"\r\nSubject: Harbour wall\r\n",
    ],
)
def test_headers_that_are_bombs_are_not_parsed(header: bytes) -> None:
    began = time.process_time()
    (found,) = records(header + _BODY, "a.eml")
    assert time.process_time() - began < 3
    assert found.text == "The council voted on the harbour wall on Tuesday."
    assert found.published == "Tue, 05 Mar 2024 10:00:00 +0000"


def test_messages_inside_messages_come_to_an_end() -> None:
    envelope = b"From: Desk <desk@news.example>\r\nSubject: Fwd\r\nContent-Type: message/rfc822\r\n\r\n"
    (document,), _ = read(envelope * 1000 + b"From: a@news.example\r\n" + _BODY, "a.eml")
    refused = record_of(document)
    assert isinstance(refused, Rejected)
    assert refused.reason == "archive_too_deep"


def test_a_sentence_that_begins_with_from_is_not_a_postmark() -> None:
    message = b"Subject: Wall\n\nThe vote is over.\n\nFrom here on at 10:00 the ferry runs.\n\n"
    postmarks = (b"From a@news.example Tue Mar  5 10:00:00 2024\n", b"From - Wed Mar  6 10:00:00 2024\n")
    documents, rejected = read(b"".join(mark + message for mark in postmarks), "a.mbox")
    assert (len(documents), rejected) == (2, [])
    assert b"the ferry runs" in documents[0].body
