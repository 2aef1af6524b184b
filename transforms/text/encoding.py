"""Bytes decoded to text: the charset, the clue for it, and the repairs.

In order of trust, facts of the bytes before claims about them: byte order mark, strict
UTF-8, the transport's charset, the document's own declaration, a detector, and at last windows-1252
with replacement characters. Each but the last must decode strictly.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import charset_normalizer
from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

from transforms.contract.documents import Rejected
from transforms.contract.reasons import Reason, Repair
from transforms.text.byte_order import byte_order_mark, utf16_without_mark

Step = Literal["bom", "utf8", "transport", "declaration", "pattern", "mixed", "detector", "replacement"]


@dataclass(slots=True)
class Decoded:
    """The text, the charset it was read in (Python's name), and the step that decided on it."""

    text: str
    charset: str
    step: Step
    repairs: list[Repair] = field(default_factory=list)


_MAGIC = (
    b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf",
    b"\x7fELF", b"MZ\x90", b"ID3", b"OggS", b"\x00\x00\x01\x00", b"wOF", b"PAR1", b"BZh9", b"\xfd7zXZ",
)  # fmt: skip
_DECLARATION = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']?\s*([\w.:-]+)|<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\x0b\x0c\r\x1b")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_TAG = re.compile(rb"<(?:script|style)\b.*?</|<[^>]*>", re.IGNORECASE | re.DOTALL)
_SAMPLE = 65_536
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fc]")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
# Least share of kana in Japanese beyond ASCII; headlines have the fewest.
_LEAST_KANA = 0.1
_ONE_SCRIPT = 0.8
# Labels that pages use for a smaller set than they mean: the superset decodes both.
_SUPERSETS = {"gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-11": "cp874"}
_WIDE = ("utf-16", "utf-32")
# Charsets of news; without this list short texts are taken for old IBM and HP code pages.
_PLAUSIBLE = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "koi8_r",
    "cp932", "euc_jp", "cp949", "gb18030", "big5", "iso8859_2", "iso8859_5", "mac_cyrillic", "cp866",
]  # fmt: skip


def decode(body: bytes, *, declared: str | None, media_type: str) -> Decoded | Rejected:
    """Read bytes as text; `declared` is the transport's charset label.

    Rejected with EMPTY_INPUT when empty, with NOT_TEXT for a picture, an archive and the like.
    """
    if not body:
        return Rejected(Reason.EMPTY_INPUT)
    if marked := byte_order_mark(body):
        return _replacing(body[len(marked[0]) :], marked[1], "bom")
    if wide := utf16_without_mark(body):
        read = _replacing(body, wide, "pattern")
        read.repairs.append(Repair.CHARSET_GUESSED)
        return read
    if _is_binary(body):
        return Rejected(Reason.NOT_TEXT, "control bytes or the signature of another format", sample=body)
    labels = [label for label in (declared, _declaration(body, media_type)) if label]
    read = _unambiguous(body) or _as_declared(body, declared, labels) or _guess(body)
    read.repairs[:0] = _label_repairs(labels, read, is_ascii=body.isascii())
    if read.step in ("detector", "pattern") and not read.repairs:
        read.repairs.append(Repair.CHARSET_GUESSED)
    return read


def charset_of_label(label: str) -> str | None:
    """Python's name of the charset behind a label on the web; None for an unknown label."""
    clean = label.strip().strip("\"'").lower()
    if clean.startswith(_WIDE):
        return clean.replace("_", "-") if clean.removeprefix("utf-") in ("16", "16le", "16be", "32") else None
    mapped = map_encoding_to_html5(clean, False)
    if mapped is None:
        try:
            info = codecs.lookup(clean.removeprefix("x-").replace("mac-", "mac_"))
        except (LookupError, ValueError):
            return None
        mapped = info.name if info._is_text_encoding else None
    return _SUPERSETS.get(mapped, mapped) if mapped else None


def _declaration(body: bytes, media_type: str) -> str | None:
    if media_type == "text/plain":
        return None
    match = _DECLARATION.search(body[:_DECLARED_WITHIN])
    return (match[1] or match[2]).decode("ascii", "ignore") if match else None


def _strictly(body: bytes, charset: str, step: Step) -> Decoded | None:
    try:
        return Decoded(body.decode(charset), charset, step)
    except (UnicodeDecodeError, LookupError):
        return None


def _replacing(body: bytes, charset: str, step: Step) -> Decoded:
    strict = _strictly(body, charset, step)
    return strict or Decoded(body.decode(charset, "replace"), charset, step, [Repair.INVALID_BYTES_REPLACED])


def _is_binary(body: bytes) -> bool:
    sample = body[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return body.startswith(_MAGIC) or controls > max(0.05 * len(sample), 8)


def _unambiguous(body: bytes) -> Decoded | None:
    """UTF-8, strict or with a few invalid bytes; other charsets do not look like it by chance."""
    if _ISO_2022_JP.search(body):
        return _strictly(body, "iso2022_jp", "pattern")
    if (read := _strictly(body, "utf-8", "utf8")) is not None:
        return read
    valid, invalid = _utf8_balance(body)
    if valid >= 4 and invalid <= max(2, 0.02 * valid):
        return _replacing(body, "utf-8", "utf8")
    return None


def _utf8_balance(body: bytes) -> tuple[int, int]:
    """How many characters beyond ASCII are well-formed UTF-8, and how many bytes are not."""
    rest, valid = _MULTIBYTE.subn(b"", body)
    return valid, len(rest) - len(rest.translate(None, bytes(range(128, 256))))


def _as_declared(body: bytes, declared: str | None, labels: list[str]) -> Decoded | None:
    for label in labels:
        charset = charset_of_label(label)
        if charset is None or charset.startswith("utf"):
            continue
        step: Step = "transport" if label == declared else "declaration"
        if (read := _strictly(body, charset, step)) is not None:
            return read
    return None


def _guess(body: bytes) -> Decoded:
    for charset in ("euc_jp", "cp932"):
        if _is_japanese(body, charset) and (read := _strictly(body, charset, "detector")) is not None:
            return read
    valid, invalid = _utf8_balance(body)
    if valid >= 4 and valid > 0.25 * (valid + invalid) and _is_one_script(body):
        return Decoded(_mixed(body), "utf-8", "mixed", [Repair.MIXED_CHARSET])
    for charset in _detected(_TAG.sub(b" ", body)[:_SAMPLE]):
        if (read := _strictly(body, charset, "detector")) is not None:
            return read
    return _replacing(body, "cp1252", "replacement")


def _is_japanese(body: bytes, charset: str) -> bool:
    """Whether bytes read in a charset of Japanese have its kana, which no other text has by chance."""
    sample = _TAG.sub(b" ", body[:_SAMPLE])
    if sample.isascii():
        return False
    text = sample.decode(charset, "ignore")
    kana = len(_KANA.findall(text))
    return kana >= 2 and kana >= _LEAST_KANA * len(_NOT_ASCII.findall(text))


def _is_one_script(body: bytes) -> bool:
    """Whether what is UTF-8 among other bytes is: marks, accents and letters of one script, not of many."""
    blocks: Counter[int] = Counter()
    for match in _MULTIBYTE.findall(body[:_SAMPLE]):
        code = ord(match.decode("utf-8", "replace"))
        blocks[0 if 0xA0 <= code < 0x180 or 0x2000 <= code < 0x2150 else code >> 8] += 1
    common = blocks.pop(0, 0)
    other = max(blocks.values(), default=0)
    return common + other >= _ONE_SCRIPT * (common + sum(blocks.values()))


def _detected(sample: bytes) -> Iterator[str]:
    """Guesses, best first: resiliparse is better on short news texts, but knows fewer charsets."""
    quick = map_encoding_to_html5(detect_encoding(sample) or "", False)
    if quick and not quick.startswith("utf"):
        yield "koi8_u" if quick == "koi8-r" else _SUPERSETS.get(quick, quick)
    best = charset_normalizer.from_bytes(sample, cp_isolation=_PLAUSIBLE).best()
    if best is not None:
        yield best.encoding


def _mixed(body: bytes) -> str:
    """UTF-8 where it is well-formed, windows-1252 where it is not."""
    pieces, done = [], 0
    for match in _MULTIBYTE.finditer(body):
        pieces.append(body[done : match.start()].decode("cp1252", "replace"))
        pieces.append(match[0].decode("utf-8", "replace"))
        done = match.end()
    pieces.append(body[done:].decode("cp1252", "replace"))
    return "".join(pieces)


def _label_repairs(labels: list[str], read: Decoded, *, is_ascii: bool) -> list[Repair]:
    """The repairs for wrong labels; for ASCII bytes a label for any superset of ASCII is right."""
    known = [charset_of_label(label) for label in labels]
    repairs = [Repair.CHARSET_UNKNOWN_LABEL] if None in known else []
    wrong = [c for c in known if c and c != read.charset and (not is_ascii or c.startswith(_WIDE))]
    if wrong and read.step not in ("transport", "mixed"):
        repairs.append(Repair.CHARSET_MISMATCH)
    return repairs
