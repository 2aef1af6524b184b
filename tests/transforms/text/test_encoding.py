"""Bytes are decoded by the most reliable clue, and problems are noted as repairs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.contract.documents import Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.text.encoding import Decoded, charset_of_label, decode

FRENCH = "Le maire d’Aubeville a déclaré mardi que le théâtre rouvrira à l’été, malgré un coût élevé."
RUSSIAN = "Мэр Северогорска заявил во вторник, что ремонт набережной начнётся в апреле."


def read(body: bytes, *, declared: str | None = None, media_type: str = "text/plain") -> Decoded:
    decoded = decode(body, declared=declared, media_type=media_type)
    assert isinstance(decoded, Decoded)
    return decoded


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf8_is_read_as_it_is(text: str) -> None:
    body = text.encode("utf-8")
    decoded = read(body)
    assert decoded.text == text.removeprefix("\ufeff")
    assert decoded.repairs == []


@given(st.binary(min_size=1))
def test_no_bytes_break_it(body: bytes) -> None:
    decoded = decode(body, declared="utf-8", media_type="text/html")
    assert isinstance(decoded, Rejected) or "\ud800" not in decoded.text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (FRENCH, "cp1252"),
        ("Der Bürgermeister von Küstenstadt sagte, die Häuser müssten für Tausende geräumt werden.", "cp1252"),
        ("Borgmästaren sade på tisdagen att återuppbyggnaden av hamnen börjar i april nästa år.", "cp1252"),
        ("Burmistrz oświadczył, że odbudowa nabrzeża rozpocznie się w kwietniu, podała agencja.", "cp1250"),
        ("Burmistrz oświadczył, że odbudowa nabrzeża rozpocznie się w kwietniu, podała agencja.", "iso8859-2"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        ("Ο δήμαρχος δήλωσε την Τρίτη ότι η ανακατασκευή του λιμανιού θα αρχίσει τον Απρίλιο.", "cp1253"),
        ("市長は火曜日、港の防波堤を再建すると発表した。工事は来年四月に始まる見通しだ。", "shift_jis"),
        ("市長は火曜日、港の防波堤を再建すると発表した。工事は来年四月に始まる見通しだ。", "euc_jp"),
        ("시장은 화요일 항구의 방파제를 재건하겠다고 발표했다. 공사는 내년 4월에 시작된다.", "euc_kr"),
        ("市长星期二宣布将重建港口的防波堤，工程预计明年四月开始，费用超过预算。", "gb18030"),
    ],
)
def test_short_news_is_guessed_right(text: str, charset: str) -> None:
    decoded = read(text.encode(charset))
    assert decoded.text == text
    assert decoded.step == "detector"
    assert decoded.repairs == [Repair.CHARSET_GUESSED]


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(charset: str) -> None:
    decoded = read(FRENCH.encode(charset), declared="iso-8859-5")
    assert (decoded.text, decoded.step, decoded.repairs) == (FRENCH, "bom", [])


def test_utf8_takes_precedence_over_the_declared_charset() -> None:
    decoded = read(FRENCH.encode(), declared="iso-8859-1")
    assert (decoded.text, decoded.step, decoded.repairs) == (FRENCH, "utf8", [Repair.CHARSET_MISMATCH])


def test_a_label_that_fits_is_not_a_repair() -> None:
    assert read(FRENCH.encode("cp1252"), declared="ISO-8859-1").repairs == []
    assert read(b"plain", declared="windows-1252").repairs == []


def test_the_documents_own_declaration() -> None:
    page = f'<html><head><meta charset="windows-1251"></head><p>{RUSSIAN}'.encode("cp1251")
    decoded = read(page, media_type="text/html")
    assert decoded.step == "declaration"
    assert RUSSIAN in decoded.text


def test_a_declaration_that_cannot_be_is_a_mismatch() -> None:
    page = f'<meta charset="utf-8"><p>{FRENCH}'.encode("cp1252")
    decoded = read(page, media_type="text/html")
    assert FRENCH in decoded.text
    assert decoded.repairs == [Repair.CHARSET_MISMATCH]


def test_an_unknown_label_is_said() -> None:
    page = f'<meta charset="utf-8-fancy"><p>{FRENCH}'.encode()
    assert read(page, media_type="text/html").repairs == [Repair.CHARSET_UNKNOWN_LABEL]


def test_one_invalid_byte_costs_one_character() -> None:
    decoded = read(FRENCH.encode() + b"\xff" + FRENCH.encode(), declared="iso-8859-1")
    assert decoded.text == f"{FRENCH}\ufffd{FRENCH}"
    assert Repair.INVALID_BYTES_REPLACED in decoded.repairs


def test_two_charsets_in_one_file() -> None:
    decoded = read(FRENCH.encode() + b"\n" + FRENCH.encode("cp1252"))
    assert decoded.text == f"{FRENCH}\n{FRENCH}"
    assert decoded.repairs == [Repair.MIXED_CHARSET]


def test_utf16_without_a_mark() -> None:
    decoded = read("The council voted.".encode("utf-16-be"))
    assert decoded.text == "The council voted."
    assert decoded.repairs == [Repair.CHARSET_GUESSED]


@pytest.mark.parametrize(
    "body", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"%PDF-1.7\n", bytes(range(32)) * 40]
)
def test_bytes_that_are_not_text_are_rejected(body: bytes) -> None:
    refused = decode(body, declared=None, media_type="text/plain")
    assert isinstance(refused, Rejected)
    assert refused.reason == Reason.NOT_TEXT


def test_empty_bytes_are_rejected_as_such() -> None:
    refused = decode(b"", declared=None, media_type="text/plain")
    assert isinstance(refused, Rejected)
    assert refused.reason == Reason.EMPTY_INPUT


@pytest.mark.parametrize(
    ("label", "charset"),
    [
        ("Latin1", "cp1252"),
        ("GB2312", "gb18030"),
        ("x-sjis", "cp932"),
        ("hex", None),
        ("", None),
        ("utf-8", "utf-8"),
    ],
)
def test_labels_mean_what_they_mean_on_the_web(label: str, charset: str | None) -> None:
    assert charset_of_label(label) == charset


JAPANESE = [
    "市長は火曜日、港の防波堤を再建すると発表した。",
    "港の壁、来春に着工へ 市議会が可決",
    "フェリーは冬の間も運航する",
    "<html><head><title>港の壁</title></head><body><p>市議会は火曜日、港の壁を再建することを決めた。</p></body></html>",
    "東京（通信社）――政府は5日、法案を閣議決定した。国会で審議される見通しだ。",
    "ニュース",
]


@pytest.mark.parametrize("charset", ["euc_jp", "cp932", "iso2022_jp", "utf-8"])
@pytest.mark.parametrize("text", JAPANESE)
def test_undeclared_japanese(text: str, charset: str) -> None:
    assert read(text.encode(charset)).text == text
    assert read(text.encode(charset), media_type="text/html").text == text


@pytest.mark.parametrize(("text", "charset"), [
    ("市议会星期二决定在冬天之前重建港口的围墙，工程将于四月开始。", "gb18030"),
    ("市議會星期二決定在冬天之前重建港口的圍牆，工程將於四月開始。", "big5"),
    ("시의회는 화요일 겨울이 오기 전에 항구의 벽을 다시 짓기로 결정했다.", "cp949"),
    ("Мэр заявил во вторник, что ремонт начнётся в апреле и продлится до зимы.", "koi8-r"),
    ("Le théâtre rouvrira à l’été, malgré un coût élevé, a déclaré le maire d’Évry.", "cp1252"),
    ("Ο δήμαρχος δήλωσε την Τρίτη ότι η ανακατασκευή θα αρχίσει τον Απρίλιο.", "cp1253"),
])  # fmt: skip
def test_other_scripts_are_not_read_as_japanese(text: str, charset: str) -> None:
    assert read(text.encode(charset)).text == text
