"""What is done to an article: pure functions. `extract` cleans bytes, `annotate` finds rows in a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transforms.contract.documents import Cleaned, Rejected

__all__ = ["annotate", "extract"]


def extract(data: bytes, url: str | None = None) -> list[Cleaned | Rejected]:
    """Clean what some bytes hold: an article or the reason why there is none for each document.

    The bytes may be a page, a plain text, or any container that `transforms.read` knows.
    """
    import io

    from transforms.clean import clean
    from transforms.contract.documents import Origin, RawDocument
    from transforms.read import read_documents

    items = read_documents(io.BytesIO(data), Origin(source_id="extract", url=url))
    return [clean(item) if isinstance(item, RawDocument) else item for item in items]


def annotate(
    text: str,
    title: str | None = None,
    published_at: str | datetime | None = None,
    *,
    captions: str = "",
    language: str | None = None,
    tables: Collection[str] | None = None,
    parser: str | None = None,
    resources: Mapping[str, str] | None = None,
) -> dict[str, list[Any]]:
    """The rows of each enrichment (or of `tables` alone) for one clean text, which is taken as it is.

    `published_at` is a datetime or a printed date; without it relative dates stay unresolved.
    `resources` chooses by kind where the defaults will not do; `parser` is short for its kind "parser".
    """
    from transforms.contract.documents import Rejected
    from transforms.enrich import enrich
    from transforms.enrich.given_text import plain_article
    from transforms.nlp.resources import Resources

    article = plain_article(
        "text", text, title=title, captions=captions, published_at=published_at, language=language
    )
    chosen = dict(resources or {}) | ({} if parser is None else {"parser": parser})
    ((_, found),) = enrich([article], Resources(chosen), tables=tables)
    if isinstance(found, Rejected):
        raise RuntimeError(found.detail)
    return found
