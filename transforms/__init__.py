"""What is done to an article: `extract` cleans pages, `annotate` finds rows, `to_arrow` makes tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import pyarrow as pa

    from transforms.contract.documents import Cleaned, Rejected

__all__ = ["annotate", "extract", "to_arrow"]


def extract(data: bytes | str, url: str | None = None) -> list[Cleaned | Rejected]:
    """Clean a page: an article or the reason why there is none, for each document in it.

    `data` may be HTML, plain text, or the bytes of any container that `transforms.read` knows; it is not a path.
    """
    import io

    from transforms.clean import clean
    from transforms.contract.documents import Origin, RawDocument
    from transforms.read import read_documents

    charset = None
    if isinstance(data, str):  # decoded already: a charset that the page declares no longer holds
        data, charset = data.encode("utf-8", "replace"), "utf-8"
    items = read_documents(io.BytesIO(data), Origin(source_id="extract", url=url, charset=charset))
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


@overload
def to_arrow(rows: Mapping[str, Sequence[Any]]) -> dict[str, pa.Table]: ...
@overload
def to_arrow(rows: Sequence[Any]) -> pa.Table: ...
def to_arrow(rows: Mapping[str, Sequence[Any]] | Sequence[Any]) -> dict[str, pa.Table] | pa.Table:
    """Rows of one class as an Arrow table, or those of `annotate` as a table for each name; `.to_pandas()` goes on.

    Columns and types are those of the lake's tables. Rows that are not of one class raise a SchemaError.
    """
    import pyarrow as pa

    from transforms.contract.columns import encode
    from transforms.contract.errors import SchemaError

    if isinstance(rows, Mapping):
        import transforms.enrich  # noqa: F401  # registers the steps
        from transforms.contract.steps import registered_steps

        steps = registered_steps()
        return {name: encode(steps[name].row, found) for name, found in rows.items()}
    kinds = {type(row) for row in rows}
    if len(kinds) > 1:
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise SchemaError(f"rows of several classes: {names}", table=names)
    return encode(kinds.pop(), rows) if kinds else pa.table({})
