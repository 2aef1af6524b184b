"""A text with damage repaired (newlines, invisible and control characters, mojibake), mapped to the raw text.

Nothing that an author or editor may have meant is touched: quotes, dashes, ligatures and full-width
forms stay as printed. White space of other kinds becomes a space; that and newlines do not count as repairs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

import ftfy
import ftfy.badness

from transforms.contract.reasons import Repair
from transforms.text.offsets import Edit, MappedText

_NEWLINE = re.compile("\r\n|\n\u2028|[\r\x0b\x0c\x1c-\x1e\u2028\u2029]")
_NEWLINE_HINT = re.compile("[\r\x0b\x0c\x1c-\x1e\u2028\u2029]")
_TWO_SPACES = re.compile("  ")
_CONTROL_HINT = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")
_INVISIBLE_HINT = re.compile("[\u00ad\u200b-\u200d\u2060-\u2064\ufeff\ufff9-\ufffb]")
_SPACE = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_SPACES_WITHIN = re.compile(r"(?<=\S) {2,}(?=\S)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("\x1b\\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")
# Joiners matter in Persian, the scripts of India and emoji: they are removed only beside Latin.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb]|(?<![\u0590-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\U0010ffff])"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARK = re.compile(f"[{_MARKS}]")
_MARK_RUN = re.compile(f"[{_MARKS}]{{5,}}")
# UTF-8 read as a one-byte charset leaves two characters or more beyond ASCII side by side.
_SUSPECT = re.compile("[\x80-\u04ff\u2013-\u203a\u20ac\u2116\u2122\u2500-\u25ff]{2}")
_COMMON = re.compile("[\x20-\u017f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u2010-\u2044\u20ac\u2122]")
# Quotation marks and an ellipsis before an accented letter are, as Mac Roman bytes, letters of these blocks.
_PUNCTUATION_IN_DISGUISE = re.compile("[\u0180-\u02af]")
_RUN = re.compile("[^\x00-\x7f]+")
_ONLY_ENCODING = ftfy.TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_encoding=True,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    explain=False,
)


def repair_text(text: str) -> tuple[MappedText, list[Repair]]:
    """The repaired text, mapped to `text`, and the kinds of repairs, each once."""
    repaired = MappedText.of(text)
    repairs: list[Repair] = []
    for find, repair in _STEPS:
        edits = list(find(repaired.text))
        if edits:
            repaired = repaired.replace(edits)
            if repair is not None:
                repairs.append(repair)
    return repaired, repairs


def repair_line(text: str) -> tuple[str, list[Repair]]:
    """A title, a name or another single line, repaired, its white space collapsed."""
    repaired, repairs = repair_text(text)
    return " ".join(repaired.text.split()), repairs


def _each(
    pattern: re.Pattern[str], new: str, *, hint: re.Pattern[str] | None = None
) -> Callable[[str], Iterator[Edit]]:
    """Replace the matches of a pattern; `hint` is a cheap pattern that every text with a match contains."""

    def find(text: str) -> Iterator[Edit]:
        if hint is not None and hint.search(text) is None:
            return iter(())
        return (Edit(match.start(), match.end(), new) for match in pattern.finditer(text))

    return find


def _mojibake(text: str) -> Iterator[Edit]:
    """UTF-8 that was read as something else, where the text is wrong as it stands and right when read again."""
    if not _SUSPECT.search(text):
        return
    start = 0
    for line in text.split("\n"):
        if _SUSPECT.search(line) and ftfy.badness.is_bad(line):
            fixed = ftfy.fix_encoding(line, _ONLY_ENCODING)
            if _is_certain(line, fixed):
                yield from _alignment(line, fixed, start)
        start += len(line) + 1


def _is_certain(line: str, fixed: str) -> bool:
    """Whether the fixed line has characters usual in news; one rare letter may be chance, several are not."""
    gained = [c for c in fixed if c not in line]
    rare = [c for c in gained if not _COMMON.match(c)]
    if not gained or fixed.count("\ufffd") > line.count("\ufffd"):
        return False
    return not rare or (len(gained) >= 4 and not any(map(_PUNCTUATION_IN_DISGUISE.match, rare)))


def _alignment(line: str, fixed: str, offset: int) -> Iterator[Edit]:
    """Edits that turn a line into its fixed form: run by run where ASCII between the runs is unchanged."""
    pieces = _RUN.split(line)
    pattern = re.compile("(.+?)".join(re.escape(piece) for piece in pieces), re.DOTALL)
    matched = pattern.fullmatch(fixed)
    if matched is None:
        yield Edit(offset, offset + len(line), fixed)
        return
    for run, new in zip(_RUN.finditer(line), matched.groups(), strict=True):
        if run[0] != new:
            yield Edit(offset + run.start(), offset + run.end(), new)


def _decomposed(text: str) -> Iterator[Edit]:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return
    for cluster in _cluster().finditer(text):
        composed = unicodedata.normalize("NFC", cluster[0])
        if composed != cluster[0]:
            yield Edit(cluster.start(), cluster.end(), composed)


@cache
def _cluster() -> re.Pattern[str]:
    """A character with the marks (or jamo) that may combine with it, or one whose NFC form differs."""
    codes = range(0x300, 0xFB50)
    marks = "".join(re.escape(chr(c)) for c in codes if unicodedata.combining(chr(c))) + "\u1160-\u11ff"
    alone = "".join(
        chr(c) for c in codes if not 0xD800 <= c < 0xE000 and unicodedata.normalize("NFC", chr(c)) != chr(c)
    )
    return re.compile(f"[^{marks}][{marks}]+|[{alone}]")


_STEPS: tuple[tuple[Callable[[str], Iterator[Edit]], Repair | None], ...] = (
    (_each(_NEWLINE, "\n", hint=_NEWLINE_HINT), None),
    (_each(_SURROGATE, "\ufffd"), Repair.INVALID_SURROGATE),
    (_mojibake, Repair.MOJIBAKE_FIXED),
    (_each(_CONTROL, "", hint=_CONTROL_HINT), Repair.CONTROL_CHARS_REMOVED),
    (_each(_INVISIBLE, "", hint=_INVISIBLE_HINT), Repair.INVISIBLE_CHARS_REMOVED),
    (_each(_MARK_RUN, "", hint=_MARK), Repair.COMBINING_RUN_CUT),
    (_decomposed, Repair.NFC_NORMALISED),
    (_each(_SPACE, " "), None),
    (_each(_SPACES_WITHIN, " ", hint=_TWO_SPACES), None),
)
