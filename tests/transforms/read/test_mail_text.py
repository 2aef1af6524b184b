"""The article in a mail: signatures and the frames of forwarded messages are not part of it."""

from __future__ import annotations

import time

import pytest

from tests.transforms.read.reading import records
from transforms.read.containers.mail_text import split_markup, split_plain, unflowed, without_prefix
from transforms.read.records.record import Record

STORY = (
    "The council in Northport voted on Tuesday to rebuild the wall.\n\n"
    "Work begins in April, the mayor said, and lasts until the winter.\n"
)
HEADERS = (
    "From: Ana Reyes <ana@wire.example>\nDate: Tue, 14 May 2024 09:00:00 +0200\nSubject: Wall to be rebuilt\n"
)


def mail(text: str, *, subject: str = "Fwd: Wall", kind: str = "text/plain; charset=utf-8") -> Record:
    head = (
        f"From: Tom Lind <tom@desk.example>\nDate: Wed, 15 May 2024 10:00:00 +0200\nSubject: {subject}\n"
        f"MIME-Version: 1.0\nContent-Type: {kind}\n\n"
    )
    (one,) = records((head + text).encode(), "a.eml")
    return one


@pytest.mark.parametrize("announcement", [
    "---------- Forwarded message ---------\n", "Begin forwarded message:\n\n", "-----Original Message-----\n",
    "-------- Weitergeleitete Nachricht --------\n", "---------- Message transféré ----------\n",
    "________________________________\n", "-----Mensaje original-----\n", "",
])  # fmt: skip
def test_a_forwarded_message_is_the_article(announcement: str) -> None:
    one = mail(f"For your pages.\n\n{announcement}{HEADERS}To: desk@desk.example\n\n{STORY}")
    assert one.text == STORY.strip()
    assert (one.title, one.publisher) == ("Wall to be rebuilt", "Ana Reyes")
    assert one.published == "Tue, 14 May 2024 09:00:00 +0200"
    assert "For your pages." in one.before


@pytest.mark.parametrize("headers", [
    "Von: Ana Reyes <ana@wire.example>\nGesendet: Dienstag, 14. Mai 2024 09:00\nAn: desk\nBetreff: Mauer\n",
    "*De :* Ana Reyes <ana@wire.example>\n*Envoyé :* mardi 14 mai 2024 09:00\n*À :* desk\n*Objet :* Mauer\n",
    "De: Ana Reyes <ana@wire.example>\nEnviado el: martes, 14 de mayo de 2024 9:00\nPara: desk\nAsunto: Mauer\n",
    "> From: Ana Reyes <ana@wire.example>\n> Date: 14 May 2024 at 09:00:00 CEST\n> Subject: Mauer\n",
    "Od: Ana Reyes <ana@wire.example>\nData: wt., 14 maj 2024\nTemat: Mauer\n",
    "差出人: Ana Reyes <ana@wire.example>\n日付: 2024年5月14日\n件名: Mauer\n",
])  # fmt: skip
def test_headers_of_other_languages_are_read(headers: str) -> None:
    is_quoted = headers.startswith(">")
    story = "".join(f"> {line}\n" for line in STORY.split("\n")) if is_quoted else STORY
    one = mail(f"{headers}\n{story}")
    assert (one.title, one.publisher) == ("Mauer", "Ana Reyes")
    assert one.text is not None
    assert " ".join(one.text.split()) == " ".join(STORY.split())


@pytest.mark.parametrize("text", [
    f"{STORY}\nFrom: the harbour\nthe road leads to the town.\n",
    f"{STORY}\nDate: Tuesday\nPlace: Northport\n\nAll may come.\n",
    f"{STORY * 3}\nBegin forwarded message:\n\n{HEADERS}\nShort.\n",
    f"{STORY}\nWho wrote the original message is not known.\n",
])  # fmt: skip
def test_a_text_that_forwards_nothing_stays_whole(text: str) -> None:
    assert split_plain(text).headers == {}
    assert split_plain(text).article == text.strip("\n")


def test_the_message_below_a_reply_is_not_the_article() -> None:
    one = mail(f"{STORY}\n-----Original Message-----\n{HEADERS}\n{STORY}", subject="Re: Wall")
    assert one.publisher == "Tom Lind"


def test_markup_that_forwards_a_message() -> None:
    markup = (
        "<div>See below.</div><div>---------- Forwarded message ---------<br>From: <b>Ana Reyes</b> "
        "&lt;<a href='mailto:a@wire.example'>a@wire.example</a>&gt;<br>Date: Tue, 14 May 2024<br>Subject: Wall "
        "stands<br>To: desk</div><p>The council voted to rebuild the wall.</p><p>Work begins in April.</p>"
    )
    split = split_markup(markup)
    assert split.headers["subject"] == "Wall stands"
    assert split.article.endswith("<p>The council voted to rebuild the wall.</p><p>Work begins in April.</p>")
    assert "Forwarded" not in split.article
    assert split.before[0] == "See below."


def test_a_message_attached_to_another_is_the_article() -> None:
    inner = f"{HEADERS}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{STORY}"
    text = (
        "--b\nContent-Type: text/plain\n\nFor your pages.\n--b\nContent-Type: message/rfc822\n\n"
        f"{inner}\n--b--\n"
    )
    one = mail(text, kind='multipart/mixed; boundary="b"')
    assert (one.title, one.publisher, one.text) == ("Wall to be rebuilt", "Ana Reyes", STORY.strip())
    assert one.before == ("For your pages.",)


@pytest.mark.parametrize(
    "signature", ["-- \nOla Berg\nTarn Gazette, Quay 4", "--\nOla", "__________\nOla Berg\n+47 22"]
)
def test_a_signature_is_apart(signature: str) -> None:
    split = split_plain(f"{STORY}\n{signature}\n")
    assert split.article == STORY.strip()
    assert split.after[-1] == signature.split("\n")[-1]


@pytest.mark.parametrize("tail", [
    "-- said the mayor, and left.", "--\n" + "The wall is a long one. " * 8, "-- \n" + "A line.\n" * 20, "---\nEnd",
])  # fmt: skip
def test_dashes_before_text_are_no_signature(tail: str) -> None:
    text = f"{STORY}\n{tail}"
    assert split_plain(text).article == text.strip("\n")


def test_flowed_lines_are_one_paragraph() -> None:
    flowed = "The council \nvoted.\n\n> It is \n late, she wrote.\n From the sea.\n-- \nOla \nQuay 4"
    assert unflowed(flowed, is_space_deleted=False).split("\n")[0] == "The council voted."
    assert "\nFrom the sea.\n-- \nOla Quay 4" in unflowed(flowed, is_space_deleted=False)
    assert unflowed("港の \n壁", is_space_deleted=True) == "港の壁"


def test_a_flowed_mail_with_a_signature_has_its_paragraphs() -> None:
    text = "The council in Northport voted on \nTuesday.\n\nWork begins \nin April.\n\n-- \nOla\nTarn Gazette\n"
    one = mail(text, kind="text/plain; charset=utf-8; format=flowed")
    assert one.text == "The council in Northport voted on Tuesday.\n\nWork begins in April."
    assert one.after == ("--", "Ola", "Tarn Gazette")


@pytest.mark.parametrize(("subject", "expected"), [
    ("Fwd: Wall", "Wall"), ("FW: Fwd: Wall", "Wall"), ("WG: Mauer", "Mauer"), ("Fwd[2]: Wall", "Wall"),
    ("Tr: Mur", "Mur"), ("Wall: the vote", "Wall: the vote"), ("Forward: a life", "Forward: a life"),
    ("I: Muro", "Muro"), ("VS Naipaul", "VS Naipaul"),
])  # fmt: skip
def test_the_mark_of_a_forwarded_subject(subject: str, expected: str) -> None:
    assert without_prefix(subject) == expected


@pytest.mark.parametrize(("charset", "subject"), [
    ("iso-8859-1", "Bürgermeisterin öffnet Brücke"), ("utf-8", "Bürgermeisterin öffnet Brücke"),
    ("koi8-r", "Мэр открыл новый мост через реку"), ("windows-1251", "Мэр открыл новый мост через реку"),
    ("shift_jis", "市長が新しい橋を開通させる"), ("gb2312", "市长为新桥剪彩通车"),
])  # fmt: skip
def test_raw_bytes_in_a_subject_are_read_in_the_charset_of_the_body(charset: str, subject: str) -> None:
    head = f"From: Redaktion Ö <a@wire.example>\nSubject: {subject}\nContent-Type: text/plain; charset={charset}\n\n"
    body = f"{subject}. {subject}.\n"
    (one,) = records(head.encode(charset, "ignore") + body.encode(charset), "a.eml")
    assert one.title == subject
    assert "charset_guessed" in one.repairs


def test_a_raw_subject_without_a_charset_is_guessed() -> None:
    (one,) = records(
        "Subject: Brücke über den Fluß\nFrom: a@wire.example\n\nText.\n".encode("latin-1"), "a.eml"
    )
    assert one.title == "Brücke über den Fluß"


@pytest.mark.parametrize(
    "piece", ["> ", ">\n", "From: a\n", "<p>", "<br", "-- \n", "&lt;", "begin forwarded message:\n"]
)
def test_long_bodies_take_no_long_time(piece: str) -> None:
    began = time.process_time()
    split_plain(piece * 20_000)
    split_markup(piece * 20_000)
    unflowed(piece * 20_000, is_space_deleted=False)
    assert time.process_time() - began < 3
