"""Identity of a cleaned article: its id, its aliases, and the hashes that distinguish versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from transforms.contract.article import Alias, AliasKind, Article, ArticleRow, DocumentForm, Draft, IdBasis
from transforms.contract.documents import Cleaned, RawDocument
from transforms.contract.ids import digest
from transforms.text.folding import count_words, fold, text_hash
from transforms.text.language import detect
from transforms.text.page_keys import page_key
from transforms.text.urls import canonical, is_home

_PARAGRAPH = 60
_ENOUGH = 150

# A date known only to the month or year does not identify an article.
_TO_THE_DAY = ("second", "minute", "hour", "day")


def finalize(draft: Draft, raw: RawDocument) -> Cleaned:
    """Turn a draft into an article: its id, aliases, hashes and language; rows get id and ordinal.

    `version_no` stays 0 until the batch is committed.
    """
    facts = draft.facts
    url = facts.url or raw.origin.url
    fetched = canonical(url) if url else None
    declared = canonical(facts.canonical_url) if facts.canonical_url else None
    names = _Names.of(draft, raw, declared=declared, fetched=fetched)
    basis, article_id = _article_id(draft, raw, names)
    facts.url, facts.canonical_url = url, declared or fetched
    article = _article(draft, raw, article_id, basis)
    evidence = draft.evidence.rows()
    rows: Iterable[ArticleRow] = (*draft.segments, *evidence, *draft.images, *draft.links)
    for row in rows:
        row.article_id = article_id
    for number, segment in enumerate(draft.segments):
        segment.segment_no = number
    for number, image in enumerate(draft.images):
        image.image_no = number
    for number, link in enumerate(draft.links):
        link.link_no = number
    aliases = [Alias(article_id, kind, value) for kind, value in names.aliases(raw)]
    return Cleaned(article, draft.segments, evidence, draft.images, draft.links, aliases)


@dataclass(frozen=True, slots=True)
class _Names:
    """What names one article and no other: canonical addresses and the guid, None where it names several."""

    declared: str | None
    fetched: str | None
    amp: str | None
    guid: str | None

    @classmethod
    def of(cls, draft: Draft, raw: RawDocument, *, declared: str | None, fetched: str | None) -> _Names:
        """The names in a draft, without those that other items of its listing have too.

        The home page names the page found there, but no entry or record that links to it.
        """
        is_page = _form(raw) == "page"
        shared = () if is_page else raw.origin.hints.get("shared", "").split()
        if "url" in shared or (fetched is not None and is_home(fetched) and not is_page):
            fetched = None
        amp = draft.facts.amp_url
        amp = canonical(amp) if amp and not is_home(amp) else None
        return cls(declared, fetched, amp, None if "guid" in shared else draft.facts.guid)

    def aliases(self, raw: RawDocument) -> Iterator[tuple[AliasKind, str]]:
        """The names as kind and value, each once."""
        addresses: tuple[tuple[AliasKind, str | None], ...] = (
            ("canonical_url", self.declared),
            ("url", self.fetched),
            ("amp_url", self.amp if self.amp not in (self.declared, self.fetched) else None),
        )
        for kind, address in addresses:
            if address:
                yield kind, address
        keys = [page_key(address) for _, address in addresses if address]
        yield from (("page", key) for key in dict.fromkeys(keys) if key)
        if self.guid:
            yield "guid", f"{raw.origin.source_id} {self.guid}"


def _article_id(draft: Draft, raw: RawDocument, names: _Names) -> tuple[IdBasis, str]:
    """The first identity that exists: address, guid, title and day at a publisher, text."""
    facts = draft.facts
    if names.declared:
        return "canonical_url", digest("url", page_key(names.declared) or names.declared)
    if names.fetched:
        return "url", digest("url", page_key(names.fetched) or names.fetched)
    if names.guid:
        return "guid", digest("guid", raw.origin.source_id, names.guid)
    if facts.publisher and facts.title and facts.published_at and facts.published_precision in _TO_THE_DAY:
        day = facts.published_at.date().isoformat()
        return "title_date", digest("title_date", fold(facts.publisher), fold(facts.title), day)
    return "text", digest("text", fold(facts.title or ""), fold(draft.text))


def _prose(text: str) -> str:
    """The longer paragraphs of a text: names and numbers in tables do not identify its language."""
    prose = "\n".join(line for line in text.split("\n") if len(line) >= _PARAGRAPH)
    return prose if len(prose) >= _ENOUGH else text


def _article(draft: Draft, raw: RawDocument, article_id: str, basis: IdBasis) -> Article:
    code, confidence = detect(_prose(draft.text)) or (draft.facts.declared_language, None)
    return Article(
        article_id=article_id,
        version_no=0,
        raw_id=raw.raw_id,
        source_id=raw.origin.source_id,
        id_basis=basis,
        **draft.facts.columns(),
        language=code,
        language_confidence=confidence,
        text=draft.text,
        captions=draft.captions,
        word_count=count_words(draft.text),
        text_hash=text_hash(draft.facts.title, draft.text),
        input_hash=_input_hash(draft, code),
        observation_id="",
        is_latest=True,
        form=_form(raw),
        extraction_method=draft.extraction_method,
        extraction_confidence=draft.extraction_confidence,
        flags=list(draft.flags),
        repairs=list(dict.fromkeys(str(code) for code in (*raw.repairs, *draft.repairs))),
        first_seen_at=raw.origin.fetched_at,
    )


def _form(raw: RawDocument) -> DocumentForm:
    if raw.media_type in ("text/html", "application/xhtml+xml"):
        return "page"
    if raw.media_type == "text/plain":
        return "text"
    return "entry" if raw.origin.hints.get("envelope") == "feed" else "record"


def _input_hash(draft: Draft, language: str | None) -> str:
    facts = draft.facts
    published = facts.published_at.isoformat() if facts.published_at else ""
    return digest(
        facts.title or "",
        draft.text,
        draft.captions,
        published,
        facts.published_precision or "",
        language or "",
    )
