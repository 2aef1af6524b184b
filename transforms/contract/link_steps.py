"""The registry of link steps: tables whose rows need many documents or articles at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from transforms.contract.documents import RawDocument
from transforms.contract.errors import SchemaError

Scope = Literal["publisher", "day", "all"]
"""Unit of work of a link step: the rows of one publisher, of one day of publication, or all."""

DOCUMENTS = "documents"
"""The name among a step's `reads` for which it gets a ReadDocuments."""

F = TypeVar("F", bound=Callable[..., Iterable[Any]])


class ReadDocuments(Protocol):
    """Reads raw documents by observation id, lazily and in that order."""

    def __call__(self, observation_ids: Sequence[str]) -> Iterator[RawDocument]:
        """One document per id."""
        ...


@dataclass(frozen=True, slots=True)
class LinkStep:
    """One link step: the table it fills scope by scope, the tables it reads, its version."""

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
        """The tables it reads, without its own and the raw documents."""
        return tuple(name for name in self.reads if name not in (self.table, DOCUMENTS))

    def own_version(self) -> str:
        """Table, version and parameters, without the versions of its inputs."""
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
    an Arrow table, and after them `parameters` (a frozen dataclass) if there are any; for "documents" it
    gets a ReadDocuments. A step that reads its own table gets the rows of its last result, which are not
    part of its input. Its rows replace those of the scope. It runs again for a scope when the rows read
    change, and for all scopes when `version`, `parameters` or the version of a step that fills a table
    read changes.
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
