"""Registries of readers, cleaners and enrichments.

A step is a plain function; its decorator registers it and returns it unchanged, so tests and notebooks
call it directly.
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
    """Register the reader of one format; formats are the names that `transforms.read.bytes.sniff` returns."""

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
    """One enrichment: the table it fills, its inputs, its version."""

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

    The function gets the article and then its `needs` in order: for "parse" the article's Parse, for the
    kind of a resource (`transforms.nlp.resources`) that resource, for a table the list of rows that its
    step found for this article. `languages` are those it supports (None: all); an article in another
    language has no rows. Raise `version` when the rows change: converge then redoes this step, and those
    that need it, for every article. A new version of one of its needs has the same effect.
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
