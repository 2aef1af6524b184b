"""The features of each block of a page, as a table of numbers: the input of the block model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from transforms.clean.body.extractors import ExtractedText, PageClaims
from transforms.clean.page.blocks import Block, Frame
from transforms.text.sentences import ends_sentence
from transforms.text.wordlists import toml

Floats = npt.NDArray[np.float64]

_WORD = re.compile(r"[^\W_]+")
_CAPITAL = re.compile(r"[A-ZÀ-Þ]")
_DIGIT = re.compile(r"\d")
_FAR = 9
_TAGS = ("p", "h1", "h2", "h3", "h4", "li", "div", "span", "blockquote", "td", "figcaption", "section", "pre")
_TAG_NUMBER = {tag: n for n, tag in enumerate(_TAGS)} | {"h5": 4, "h6": 4, "ol": 5, "dd": 5, "th": 9}
_AROUND = (
    "article", "main", "section", "aside", "footer", "header", "nav", "figure", "table", "ul", "ol", "form",
    "blockquote",
)  # fmt: skip
_AROUND_NUMBER = {tag: n for n, tag in enumerate(_AROUND)}
_WINDOW = (-3, -2, -1, 1, 2, 3)
# Columns of _text_features shared with neighbours: length, links, final stop, cue.
_SHOWN = [0, 2, 4, 13]


def block_features(blocks: Sequence[Block], extracted: Sequence[ExtractedText], claims: PageClaims) -> Floats:
    """One row per block; `extracted` are texts of extractors in the order the model is trained with."""
    own = np.array([_text_features(block) for block in blocks])
    tags = np.array([_TAG_NUMBER.get(block.frame.tag, 6) for block in blocks], dtype=np.float64)
    member = np.array([[o.has(block.key) for o in extracted] for block in blocks], dtype=np.float64)
    chars, prose = own[:, 0], _prose(own)
    shown = np.column_stack([own[:, _SHOWN], member, tags])
    return np.hstack(
        [
            own,
            member,
            tags[:, None],
            _frame_features(blocks),
            _home_features(blocks, chars, prose, member),
            _claim_features(blocks, claims),
            *(_run_features(chars, taken > 0) for taken in member.T),
            *([_agreement(chars, member)] if len(extracted) > 1 else []),
            *(_shifted(shown, shift) for shift in _WINDOW),
        ]
    )


def _prose(own: Floats) -> Floats:
    """Characters of blocks that look like running text by themselves, 0 for the others."""
    return np.where((own[:, 0] >= 80) & (own[:, 2] < 0.35), own[:, 0], 0.0)


def _text_features(block: Block) -> tuple[float, ...]:
    text = block.text
    chars = len(text)
    head = text[:300]
    return (
        min(chars, 2000),
        text.count(" ") + 1,
        block.link_chars / chars,
        block.bold_chars / chars,
        ends_sentence(text),
        len(_CAPITAL.findall(head)) / len(head),
        len(_DIGIT.findall(head)) / len(head),
        1 - len(block.key) / chars,
        text.count(","),
        text[0].islower(),
        text[0] in "\"'“‘«„",
        text[-1] == ":",
        text[-1] == "?",
        _cue(text) if chars < 300 else 0,
        len(block.links),
        block.follows_break,
        text[0] in "©*#[(<>|/•-–—→",
    )


@cache
def _cues() -> tuple[dict[str, int], frozenset[str]]:
    """The number of each cue's category, and the first words of cues."""
    table = toml("line_cues.toml")
    numbers = {cue: number for number, cues in enumerate(table.values(), 1) for cue in cues}
    return numbers, frozenset(cue.split()[0] for cue in numbers)


def _cue(text: str) -> int:
    """Number of the category of the first cue in a line, 0 for none."""
    cues, openings = _cues()
    words = text.casefold().split()
    for place, word in enumerate(words):
        if word in openings and (found := cues.get(word) or cues.get(" ".join(words[place : place + 2]))):
            return found
    return 0


@cache
def _name_patterns() -> tuple[tuple[str, ...], re.Pattern[str]]:
    table = toml("markup_names.toml")
    return tuple(table), re.compile("|".join(f"(?P<{key}>{'|'.join(words)})" for key, words in table.items()))


@lru_cache(maxsize=16384)
def _name_columns(names: str) -> tuple[int, ...]:
    """Columns of the categories of class names and ids; cached: sites repeat a few."""
    return tuple({column for name in names.split() for column in _single_columns(name)})


@lru_cache(maxsize=16384)
def _single_columns(name: str) -> tuple[int, ...]:
    categories, pattern = _name_patterns()
    return tuple({len(_AROUND) + categories.index(m.lastgroup) for m in pattern.finditer(name) if m.lastgroup})


def _frame_features(blocks: Sequence[Block]) -> Floats:
    """Distance in frames to the nearest enclosing element of each tag and category of names, and depth.

    The last columns place a block among the page's articles: infinite scroll appends others to the first.
    """
    width = len(_AROUND) + len(_name_patterns()[0])
    known: dict[int, npt.NDArray[np.int8]] = {}
    start = np.full(width, _FAR, dtype=np.int8)
    rows, places = [], []
    articles: dict[int, int] = {}
    headings = since = 0
    for block in blocks:
        rows.append(_distances(block.frame, known, start))
        article = block.frame.within("article")
        number = 0 if article is None else articles.setdefault(id(article), len(articles) + 1)
        headings += block.frame.tag == "h1"
        since = 0 if block.frame.tag in ("h1", "h2", "h3", "h4") else since + 1
        places.append(
            (block.frame.depth, block.frame.is_hidden, min(number, 9), min(headings, 5), min(since, 20))
        )
    return np.hstack([np.array(rows, dtype=np.float64), np.array(places, dtype=np.float64)])


def _distances(
    frame: Frame, known: dict[int, npt.NDArray[np.int8]], start: npt.NDArray[np.int8]
) -> npt.NDArray[np.int8]:
    chain: list[Frame] = []
    outer: Frame | None = frame
    while outer is not None and id(outer) not in known:
        chain.append(outer)
        outer = outer.parent
    found = start if outer is None else known[id(outer)]
    for inner in reversed(chain):
        found = np.minimum(found + 1, _FAR)
        if (column := _AROUND_NUMBER.get(inner.tag)) is not None:
            found[column] = 0
        for column in _name_columns(inner.names):
            found[column] = 0
        known[id(inner)] = found
    return found


def _home_features(blocks: Sequence[Block], chars: Floats, prose: Floats, member: Floats) -> Floats:
    """Position relative to most of the page's running text; a block's home is the element around its own."""
    homes = [block.frame.parent or block.frame for block in blocks]
    numbers: dict[int, int] = {}
    at = np.array([numbers.setdefault(id(home), len(numbers)) for home in homes])
    count = np.bincount(at)
    home_prose = np.bincount(at, weights=prose)
    home_chars = np.bincount(at, weights=chars)
    total = prose.sum() + 1.0
    best: Frame | None = homes[int(np.argmax(home_prose[at]))]
    path: dict[int, int] = {}
    while best is not None:
        path[id(best)] = len(path)
        best = best.parent
    rows = []
    for home in homes:
        frame, up = home, 0
        while id(frame) not in path and frame.parent is not None:
            frame, up = frame.parent, up + 1
        above = home.parent or home
        link_share = home.link_chars / max(home.chars, 1)
        rows.append((up, path.get(id(frame), 0), link_share, home.prose / total, above.prose / total))
    shares = [np.bincount(at, weights=chars * taken)[at] / home_chars[at] for taken in member.T]
    before = (np.cumsum(prose) - prose) / total
    order = np.arange(len(blocks)) / len(blocks)
    steady = np.concatenate([[0.0], at[1:] == at[:-1]])
    return np.column_stack(
        [
            np.array(rows),
            home_prose[at] / total,
            home_chars[at] / count[at],
            *shares,
            before,
            order,
            steady,
            np.full(len(at), total),
        ]
    )


def _claim_features(blocks: Sequence[Block], claims: PageClaims) -> Floats:
    """Likeness of a block to the stated title, description and text; how often it occurs."""
    seen: dict[str, int] = {}
    for block in blocks:
        seen[block.key] = seen.get(block.key, 0) + 1
    head = set(_WORD.findall(claims.title.lower()))
    description, body = claims.description, claims.article_body
    rows = []
    for block in blocks:
        key = block.key
        words = set(_WORD.findall(block.text.lower())) if len(key) < 200 else set()
        likeness = len(words & head) / max(len(words | head), 1)
        described = len(key) > 20 and (key in description or (bool(description) and description in key))
        rows.append((seen[key], likeness, described, (1.0 if key in body else -1.0) if body else 0.0))
    return np.array(rows, dtype=np.float64)


def _run_features(chars: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """Position relative to the blocks that an extractor takes before and after it."""
    n = len(chars)
    at = np.arange(n)
    last = np.maximum.accumulate(np.where(inside, at, -99))
    following = np.minimum.accumulate(np.where(inside, at, n + 99)[::-1])[::-1]
    long = at[inside & (chars > 80)]
    first_long, last_long = (long[0], long[-1]) if len(long) else (0, n)
    taken = chars * inside
    return np.column_stack(
        [
            np.minimum(at - last, 30), np.minimum(following - at, 30),
            np.clip(at - first_long, -30, 30), np.clip(at - last_long, -30, 30),
            np.full(n, taken.sum()), np.cumsum(taken) / max(taken.sum(), 1.0),
        ]
    )  # fmt: skip


def _agreement(chars: Floats, member: Floats) -> Floats:
    both, either = member.min(axis=1), member.max(axis=1)
    return np.full((len(chars), 1), (chars * both).sum() / max((chars * either).sum(), 1.0))


def _shifted(shown: Floats, shift: int) -> Floats:
    """The values of the block `shift` places later; -1 beyond the ends."""
    moved = np.full_like(shown, -1.0)
    if shift < 0:
        moved[-shift:] = shown[:shift]
    elif len(shown) > shift:
        moved[:-shift] = shown[shift:]
    return moved
