"""The registry of link steps: tables whose rows need many documents or articles at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from transforms.contract.documents import RawDocument
from transforms.contract.errors import SchemaError

Scope = Literal["publisher", "day", "all"]
"""What divides the work of a link step: its rows for one publisher, one day of publication, or all."""

DOCUMENTS = "documents"
"""The read that stands for the raw documents: a step gets a ReadDocuments in its place."""

F = TypeVar("F", bound=Callable[..., Iterable[Any]])


class ReadDocuments(Protocol):
    """Reads raw documents by observation id, in that order; nothing is read before it is asked for."""

    def __call__(self, observation_ids: Sequence[str]) -> Iterator[RawDocument]:
        """One document an id."""
        ...


@dataclass(frozen=True, slots=True)
class LinkStep:
    """One link step: the table it fills, scope by scope, from which tables, in which version."""

    table: str
    row: type
    key: tuple[str, ...]
    version: str
    reads: tuple[str, ...]
    scope: Scope
    parameters: Any
    find: Callable[..., Iterable[Any]]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The tables whose rows are its input: without its own earlier rows and the raw documents."""
        return tuple(name for name in self.reads if name not in (self.table, DOCUMENTS))

    def own_version(self) -> str:
        """Table, version and parameters, without the versions of what it reads."""
        parameters = f"({self.parameters})" if self.parameters is not None else ""
        return f"{self.table}-{self.version}{parameters}"


_LINKS: dict[str, LinkStep] = {}


def link(
    *,
    table: str,
    row: type,
    key: Sequence[str],
    version: str,
    reads: Sequence[str],
    scope: Scope,
    parameters: Any = None,
) -> Callable[[F], F]:
    """Register Arrow tables -> rows as the step that fills `news.<table>`, scope by scope.

    The function gets, in the order of `reads`, the rows of one scope of each table of schema news as
    an Arrow table, and after them `parameters` (a frozen dataclass) if there are any. "documents"
    stands for a ReadDocuments. A step that reads its own table gets the rows of its last result; they
    are not part of its input. Its rows replace those of the scope. It is done again for a scope when
    the rows read have changed, and for all scopes when `version`, `parameters` or the version of a
    step that fills a table read has changed.
    """

    def register(function: F) -> F:
        step = LinkStep(table, row, tuple(key), version, tuple(reads), scope, parameters, function)
        if table in _LINKS:
            raise SchemaError(f"{table!r} is registered twice", table=table)
        if not step.inputs:
            raise SchemaError(f"link step {table!r} reads no table but its own", table=table)
        _LINKS[table] = step
        return function

    return register


def registered_links() -> Mapping[str, LinkStep]:
    """Link steps by table; `transforms.link` has imported them all."""
    return _LINKS
