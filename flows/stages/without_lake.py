"""`extract` and `annotate` without a lake: documents become articles, clean texts become rows, both as JSONL."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from transforms.contract.article import Article, Precision
from transforms.contract.documents import Cleaned, Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.errors import ReadError, UsageError
from transforms.contract.steps import registered_steps

if TYPE_CHECKING:
    from transforms.contract.layout_rules import LayoutRules
    from transforms.nlp.resources import Resources

_EXTRACTED = (
    "url", "title", "subtitle", "authors", "publisher", "published_at", "published_precision",
    "published_basis", "language", "text", "captions",
)  # fmt: skip
_ANNOTATED_AT_ONCE = 64


class _Input(msgspec.Struct):
    """A line of input for `annotate`, such as `extract` prints; other keys are ignored."""

    text: str | None
    id: str | int | float | None = None
    title: str | None = None
    captions: str | list[str] | None = None
    published_at: str | None = None
    published_precision: Precision | None = None
    language: str | None = None
    url: str | None = None


def extracted(files: Collection[str], rules: LayoutRules | None = None) -> Iterator[dict[str, Any]]:
    """One object per document in the files ("-" is standard input), as `dateline extract` prints it."""
    from flows.run.limits import clean_with_limits
    from transforms.read import read_documents

    known = PublisherContext(rules=rules)
    for file in files:
        with _opened(file) as stream:
            for item in read_documents(stream, _origin(file)):
                found = clean_with_limits(item, known) if isinstance(item, RawDocument) else item
                yield _extract_record(file, found)


def _origin(file: str) -> Origin:
    return Origin(source_id=file, container_uri=file, fetched_at=datetime.now(UTC))


def _extract_record(file: str, found: Cleaned | Rejected) -> dict[str, Any]:
    if isinstance(found, Rejected):
        empty = dict.fromkeys(_EXTRACTED)
        record = {"file": file, "status": "quarantined", "reason": found.reason.value, "detail": found.detail}
        return {**record, "repairs": [], "flags": [], "id": None, **empty, "segments": [], "evidence": []}
    article = found.article
    return {
        "file": file,
        "status": "repaired" if article.repairs else "accepted",
        "reason": None,
        "repairs": article.repairs,
        "flags": article.flags,
        "id": article.article_id,
        **{name: getattr(article, name) for name in _EXTRACTED},
        "segments": [_child(row) for row in found.segments],
        "evidence": [_child(row) for row in found.evidence],
    }


def _child(row: Any) -> dict[str, Any]:
    record = dataclasses.asdict(row)
    del record["article_id"], record["version_no"]
    return record


def annotated(
    files: Collection[str],
    resources: Resources,
    *,
    tables: Collection[str] | None,
    published_at: str | None,
    complain: Callable[[str], None],
) -> Iterator[dict[str, Any]]:
    """One object per row found in the texts of the files, as `dateline annotate` prints it.

    A record that cannot be annotated is skipped; `complain` gets its place and the reason.
    UsageError when there is no such file or table, or `published_at` is not a date.
    """
    from transforms.enrich import enrich
    from transforms.enrich.given_text import plain_article

    plain_article("", "", language="en", published_at=published_at)  # checks the option before any text is read

    unknown = set(tables or ()) - set(registered_steps())
    if unknown:
        known = ", ".join(sorted(registered_steps()))
        raise UsageError(f"no such table: {', '.join(sorted(unknown))}; there are {known}")
    enrich([], resources, tables=tables)  # fails before any text is read when something is not installed
    articles = (a for file in files for a in _articles(file, published_at, complain))
    for batch in _batches(articles):
        for article, found in enrich(batch, resources, tables=tables):
            if isinstance(found, Rejected):
                complain(f"{article.article_id}: {found.detail}")
                continue
            for table, rows in found.items():
                for row in rows:
                    yield {"table": table, "id": article.article_id, **dataclasses.asdict(row)}


def _articles(file: str, published_at: str | None, complain: Callable[[str], None]) -> Iterator[Article]:
    """The texts of one file: JSONL when its first line is a JSON object, else one plain text."""
    from transforms.enrich.given_text import plain_article

    with _opened(file) as stream:
        data = stream.read()
    if data[:2] == b"\x1f\x8b":
        data = _inflated(file, data)
    text = data.decode("utf-8-sig", "replace")
    if not _is_jsonl(text):
        yield plain_article(file, text, published_at=published_at)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield _article_of_line(file, number, line, published_at)
            except UsageError as error:
                complain(str(error))


def _inflated(file: str, data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(f"{file}: not a valid gzip file: {error}", uri=file) from error


def _is_jsonl(text: str) -> bool:
    first = text.lstrip().partition("\n")[0]
    if not first.startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _article_of_line(file: str, number: int, line: str, published_at: str | None) -> Article:
    from transforms.enrich.given_text import plain_article

    place = f"{file}, line {number}"
    try:
        record = msgspec.convert(json.loads(line), _Input)  # json accepts lone surrogates
    except (msgspec.ValidationError, ValueError, RecursionError) as error:
        raise UsageError(f"{place}: not a JSON object with a text: {error}") from error
    captions = record.captions or ""
    try:
        return plain_article(
            f"{file}:{number}" if record.id is None else str(record.id),
            record.text or "",
            title=record.title,
            captions=captions if isinstance(captions, str) else "\n".join(captions),
            published_at=record.published_at or published_at,
            published_precision=record.published_precision if record.published_at else None,
            language=record.language,
            url=record.url,
        )
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from error


def _batches(articles: Iterator[Article]) -> Iterator[list[Article]]:
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) >= _ANNOTATED_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _opened(file: str) -> BinaryIO:
    """A file, or standard input for "-"; UsageError when there is none."""
    if file == "-":
        return io.BytesIO(sys.stdin.buffer.read())
    path = Path(file)
    if not path.exists():
        raise UsageError(f"no such file: {file}")
    try:
        return path.open("rb")
    except OSError as error:
        raise ReadError(f"{file}: {error.strerror}", uri=file) from error
