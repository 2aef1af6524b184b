"""The registries in which readers, cleaners and enrichments enter themselves.

A step is a plain function; its decorator registers it and returns it unchanged, so it runs in a
test or a notebook as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from transforms.contract.documents import Origin, PublisherContext, RawDocument, Rejected
from transforms.contract.errors import SchemaError

if TYPE_CHECKING:
    from transforms.contract.article import Draft

Reader = Callable[[BinaryIO, Origin], Iterator[RawDocument | Rejected]]
Cleaner = Callable[[RawDocument, PublisherContext], "Draft | Rejected"]

PARSE = "parse"
"""The name of an article's Parse among the `needs` of a step."""

_READERS: dict[str, Reader] = {}
_CLEANERS: dict[str, Cleaner] = {}
_STEPS: dict[str, Step] = {}

R = TypeVar("R", bound=Reader)
C = TypeVar("C", bound=Cleaner)
F = TypeVar("F", bound=Callable[..., Iterable[Any]])


def reader(format: str) -> Callable[[R], R]:
    """Register the reader of one format; formats are the names that `transforms.read.bytes.sniff` gives."""

    def register(function: R) -> R:
        _claim(_READERS, format, function)
        return function

    return register


def cleaner(*media_types: str) -> Callable[[C], C]:
    """Register the cleaner of documents of these media types."""

    def register(function: C) -> C:
        for media_type in media_types:
            _claim(_CLEANERS, media_type, function)
        return function

    return register


@dataclass(frozen=True, slots=True)
class Step:
    """One enrichment: the table it fills, from what, in which version."""

    table: str
    row: type
    key: tuple[str, ...]
    version: str
    needs: tuple[str, ...]
    languages: tuple[str, ...] | None
    find: Callable[..., Iterable[Any]]


def enrichment(
    *,
    table: str,
    row: type,
    key: Sequence[str],
    version: str,
    needs: str | Sequence[str] = (),
    languages: Sequence[str] | None = ("en",),
) -> Callable[[F], F]:
    """Register `Article -> rows` as the step that fills `news.<table>`.

    The function gets the article and then, in order, what it `needs`: "parse" is the article's
    Parse, the kind of a resource (`transforms.nlp.resources`) that resource, the name of a table the
    list of rows that its step found for this article.
    `languages` are those it knows (None: all); an article in another language gets no rows.
    Raise `version` when the rows would come out differently: converge then redoes this step, and
    those that need it, for every article. Versions of what it needs count by themselves.
    """
    needed = (needs,) if isinstance(needs, str) else tuple(needs)
    spoken = None if languages is None else tuple(languages)

    def register(function: F) -> F:
        step = Step(table, row, tuple(key), version, needed, spoken, function)
        _claim(_STEPS, table, step)
        return function

    return register


def registered_readers() -> Mapping[str, Reader]:
    """Readers by format; `transforms.read` has imported them all."""
    return _READERS


def registered_cleaners() -> Mapping[str, Cleaner]:
    """Cleaners by media type; `transforms.clean` has imported them all."""
    return _CLEANERS


def registered_steps() -> Mapping[str, Step]:
    """Enrichment steps by table; `transforms.enrich` has imported them all."""
    return _STEPS


def _claim(registry: dict[str, Any], name: str, value: Any) -> None:
    if name in registry:
        raise SchemaError(f"{name!r} is registered twice", table=name)
    registry[name] = value
