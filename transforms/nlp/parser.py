"""Parsed texts: the Parser protocol, and one pass over many articles that parses each text once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from transforms.contract.columns import FieldName
from transforms.contract.documents import Parse
from transforms.contract.errors import ModelMissing
from transforms.nlp.lexicon_parser import VERSION, LexiconParser
from transforms.nlp.resources import resource
from transforms.text.wordlists import DATA

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from transforms.contract.article import Article

BATCH = 32
# Components that no step reads; the tagger and its dependents would cost a quarter of the parse.
_UNUSED = ("tagger", "attribute_ruler", "lemmatizer", "morphologizer", "trainable_lemmatizer", "senter")
# A parse needs about 1 kB a character: longer texts are parsed in pieces that end with a paragraph.
_LONGEST = 60_000
# Our own pipelines by setting, in `transforms/data/english`.
_OURS = {"dateline": "fast", "dateline-accurate": "accurate"}
_SURROGATE = re.compile("[\ud800-\udfff]")


class Parser(Protocol):
    """Texts to spaCy Docs. A Doc has the same text, sentence starts, entities, and a tree if the parser
    makes one (`doc.has_annotation("DEP")`).
    """

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes of the languages it can parse."""

    def parse(self, texts: Iterable[str]) -> Iterator[Doc]:
        """One Doc per text, in order."""


class ModelParser:
    """A trained spaCy pipeline as Parser: only its parser and its entity recogniser run."""

    def __init__(self, nlp: Language) -> None:
        nlp.max_length = 2 * _LONGEST
        self.languages = frozenset({nlp.lang or "en"})
        self._nlp = nlp

    def parse(self, texts: Iterable[str]) -> Iterator[Doc]:
        """One Doc per text, in order; batches of 32 measured fastest."""
        from spacy.tokens import Doc

        counts: list[int] = []

        def pieces() -> Iterator[str]:
            for text in texts:
                parts = _pieces(text)
                counts.append(len(parts))
                yield from parts

        docs = self._nlp.pipe(pieces(), batch_size=BATCH)
        waiting: list[Doc] = []
        done = 0
        for doc in docs:
            doc.tensor = doc.tensor[:0]  # the encoder's vectors: 400 bytes a token, not read again
            waiting.append(doc)
            if len(waiting) == counts[done]:
                yield waiting[0] if len(waiting) == 1 else Doc.from_docs(waiting, ensure_whitespace=False)
                waiting.clear()
                done += 1


def _version(setting: str) -> str:
    if setting == "lexicon":
        return VERSION
    meta = json.loads((_model_folder(setting) / "meta.json").read_text(encoding="utf-8"))
    return str(meta["version"])


@resource(kind="parser", default="dateline", version=_version)
def load_parser(setting: str) -> Parser:
    """The parser that a setting names; ModelMissing when it is not installed.

    "spacy:<package>": an installed spaCy model package. "lexicon": word lists alone, no tree.
    "dateline", "dateline-accurate": our own pipelines in `transforms/data/english`.
    """
    if setting == "lexicon":
        return LexiconParser()
    folder = _model_folder(setting)
    return _load(setting.partition(":")[2] if setting.startswith("spacy:") else folder)


def _model_folder(setting: str) -> Path:
    """The folder of the pipeline that a setting names, with its meta.json."""
    kind, _, package = setting.partition(":")
    if kind == "spacy" and package.isidentifier():
        spec = util.find_spec(package)
        places = spec.submodule_search_locations if spec else None
        folders = [Path(place) for place in places or ()]
    else:
        folders = [DATA / "english" / _OURS[setting]] if setting in _OURS else []
    for folder in folders:
        if (folder / "meta.json").is_file():
            return folder
    raise ModelMissing(f"no parser {setting!r}: is its package installed?", name=setting)


def parse_articles(articles: Iterable[Article], parser: Parser) -> Iterator[Parse]:
    """The Parse of each article in order; equal texts are parsed once and shared."""
    fields = [dict(article.fields()) for article in articles]
    left = Counter(text for texts in fields for text in texts.values())
    docs = parser.parse(_SURROGATE.sub("\ufffd", text) for text in list(left))
    parsed: dict[str, Doc] = {}
    for texts in fields:
        parse: dict[FieldName, Doc] = {}
        for name, text in texts.items():
            if text not in parsed:
                parsed[text] = next(docs)
            parse[name] = parsed[text]
            left[text] -= 1
            if not left[text]:
                del parsed[text]
        yield parse


def _load(source: str | Path) -> ModelParser:
    import spacy
    from thinc.api import use_ops
    from threadpoolctl import threadpool_limits

    # numpy's products take two thirds of the time of thinc's own, but its threads spin while they wait
    # for cores that other workers use: one thread per process.
    threadpool_limits(1, user_api="blas")
    with use_ops("numpy", use_blis=False):
        nlp = spacy.load(source, exclude=_UNUSED)
    if "parser" not in nlp.pipe_names:
        nlp.add_pipe("sentencizer")
    return ModelParser(nlp)


def _pieces(text: str) -> Sequence[str]:
    """Pieces of a text short enough to parse, cut at paragraph ends, else at spaces, else anywhere."""
    parts: list[str] = []
    start = 0
    while len(text) - start > _LONGEST:
        window = text[start : start + _LONGEST]
        cut = max(window.rfind("\n\n") + 2, 0)
        if cut < _LONGEST // 2:
            cut = window.rfind(" ") + 1 or _LONGEST
        parts.append(window[:cut])
        start += cut
    parts.append(text[start:])
    return parts
