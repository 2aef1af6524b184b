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
class Sample:
    """At most `rows` rows of a table in each scope: those whose `column` has the smallest hashes.

    The same rows whatever the order in which they came; a new row is seldom among them once there are many.
    """

    table: str
    column: str
    rows: int


@dataclass(frozen=True, slots=True)
class LinkStep:
    """One link step: the table it fills scope by scope, the tables it reads, its version."""

    table: str
    row: type
    key: tuple[str, ...]
    version: str
    reads: tuple[str, ...]
    scope: Scope
    by: str | None
    sample: Sample | None
    parameters: Any
    find: Callable[..., Iterable[Any]]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The tables it reads, without its own and the raw documents."""
        return tuple(name for name in self.reads if name not in (self.table, DOCUMENTS))

    def is_by_row(self, table: str) -> bool:
        """Whether each row of this table counts for itself (`by`)."""
        return self.by is not None and table == self.reads[0]

    def own_version(self) -> str:
        """Table, version and parameters, without the versions of its inputs."""
        settings = [str(x) for x in (self.parameters, self.sample) if x is not None]
        return f"{self.table}-{self.version}" + (f"({', '.join(settings)})" if settings else "")


_LINKS: dict[str, LinkStep] = {}


def link(
    *,
    table: str,
    row: type,
    key: Sequence[str],
    version: str,
    reads: Sequence[str],
    scope: Scope,
    by: str | None = None,
    sample: Sample | None = None,
    parameters: Any = None,
) -> Callable[[F], F]:
    """Register Arrow tables -> rows as the step that fills `news.<table>`, scope by scope.

    The function gets, in the order of `reads`, the rows of one scope of each table of schema news as
    an Arrow table, and after them `parameters` (a frozen dataclass) if there are any; for "documents" it
    gets a ReadDocuments. A step that reads its own table gets the rows of its last result, which are not
    part of its input. Its rows replace those of the scope. It runs again for a scope when the rows read
    change, and for all scopes when `version`, `parameters` or the version of a step that fills a table
    read changes.

    `by` is for steps that compute each of their rows from one row of the first table and the whole of
    the others: it is the column that both rows share. While the others stay the same, the step gets
    only the rows of the first table that are new or changed. `sample` limits the rows of one table.
    """

    def register(function: F) -> F:
        step = LinkStep(table, row, tuple(key), version, tuple(reads), scope, by, sample, parameters, function)
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
