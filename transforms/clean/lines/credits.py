"""Credits in captions: by known agencies, else by their shape."""

from __future__ import annotations

import re
from functools import cache

_PLAYER = r"(?:Play(?: Video)?|Watch(?: Video)?|Enlarge(?: this image)?|Replay|Toggle caption|hide caption)"
_WORD = r"[^\W\d_a-z][\w.’'-]*"
_PARTICLE = r"(?:(?:de|van|von|der|den|al|bin|el|la|le|di|da|du) )?"
_NAME = rf"{_WORD}(?: {_PARTICLE}{_WORD}){{0,3}}"
_PERSON = rf"{_WORD}(?: {_PARTICLE}{_WORD}){{1,3}}"
_FILED = r"(?:(?:,|\s*/)\s*(?:[Ff]ile(?: [Pp]hoto)?|[Pp]ool))?"
_ENDED = r"(?<=[.!?”\"’')])\s*"
# A name after one of these belongs to the sentence: "in Ana Reyes/Jo Ek Park".
_LEADS_ON = frozenset({
    "a", "an", "and", "as", "at", "between", "by", "der", "die", "du", "for", "from", "in", "into", "la", "le",
    "near", "of", "on", "or", "over", "the", "to", "und", "von", "with", "y",
})  # fmt: skip


def known_credit(agency: str) -> re.Pattern[str]:
    """Pattern of a credit with an agency or a label at the end of a caption; the matching group is its form."""
    agencies = f"(?:{agency})(?: (?:Photo|Images))?"
    chain = rf"{agencies}(?:\s*(?:/|,|\||via)\s*{agencies})*(?:\s*/\s*{_NAME})?{_FILED}"
    whose = rf"(?:{_NAME}(?: and {_NAME})?\s*[/|,–—-]\s*)?{chain}"
    label = (
        r"(?:[Pp]hotos?|PHOTO|[Pp]hotographs?|[Ii]mages?|[Pp]ictures?|[Cc]redits?|CREDIT|[Cc]ourtesy|Foto|Bild)"
    )
    return re.compile(
        rf"\s*\((?P<enclosed>{label}\b[^()]{{1,120}}|[^()]{{0,60}}?\b{agencies}\b[^()]{{0,60}})\)\s*$"
        rf"|{_ENDED}{_PLAYER}\s*(?P<played>{whose})\s*$"
        rf"|{_ENDED}(?P<glued>{whose})\s*$"
        rf"|\s*[|•–—]\s*(?P<barred>{whose})\s*$"
        rf"|{_ENDED}(?P<labelled>{label}(?:\s+(?:credit|courtesy|by|of|via)\b|:)+\s*[^.]{{2,80}}\.?)\s*$"
        r"|\s+(?P<named>Credits?:\s*[^.:]{2,80})\s*$"
        r"|(?<=[.!?”\"’'])\s*\((?P<bracketed>[A-Z][^()]{2,80})\)\s*$"
        rf"|\s*(?P<marked>©\s*[^.©]{{2,60}})\s*$"
    )


def shaped_credit(line: str, start: int) -> tuple[int, int, int] | None:
    """End of the caption, start and end of the credit of an unknown outlet; None: no credit."""
    if "/" not in line and " via " not in line:
        return None
    match = _shapes().search(line, start)
    if match is None or match.start() == start:
        return None
    form = next(name for name, text in match.groupdict().items() if text is not None)
    if form == "spaced" and line[: match.start()].split()[-1].lower() in _LEADS_ON:
        return None
    return match.start(), *match.span(form)


def is_credit_shape(text: str) -> bool:
    """Whether a whole text is a person and an outlet with a slash between them."""
    return "/" in text and not any(map(str.isdigit, text)) and _whole().fullmatch(text) is not None


def _slashed() -> str:
    outlet = rf"(?:[Vv]ia )?(?:[Tt]he )?{_WORD}(?: (?:(?:of|the|and|for|&) )*(?:{_WORD}|\d+)){{0,5}}"
    return rf"\s?/\s?{outlet}(?:(?:\s?[/,]\s?| via ){outlet}){{0,2}}"


@cache
def _whole() -> re.Pattern[str]:
    return re.compile(rf"{_PERSON}(?: and {_PERSON})?{_slashed()}".replace(r"\s?", ""))


@cache
def _shapes() -> re.Pattern[str]:
    """Credits with a slash or "via"."""
    signed = rf"{_PERSON}(?: and {_PERSON})?{_slashed()}"
    provided = rf"{_NAME}(?:{_slashed()})? via {_NAME}"
    # A new word begins without a space: after a year, a lower-case letter, a state's two capitals.
    unspaced = (
        r"(?:(?<=\d)|(?<=[a-z])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLe)(?<!\bLa)|(?<=[A-Z]{2})(?=[A-Z][a-z]))"
    )
    return re.compile(
        rf"(?<=\S){_PLAYER}(?P<played>{signed}|{provided}|{_NAME}{_slashed()}){_FILED}\s*$"
        rf"|{_ENDED}(?P<ended>{signed}|{provided}|{_NAME}{_slashed()}){_FILED}\s*$"
        rf"|{unspaced}(?P<unspaced>{signed}){_FILED}\s*$"
        rf"|\s*[(\[](?P<bracketed>{signed}){_FILED}[)\]]\s*$"
        rf"|(?<=[a-z]{{2}}) (?P<spaced>{signed}){_FILED}\s*$"
    )
