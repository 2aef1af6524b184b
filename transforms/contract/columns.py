"""Column types, and the Arrow schema of a row class.

A row is a plain slots dataclass. Its annotations are the only place where a table's columns are
declared: type, nullability (`X | None`), closed vocabulary (`Literal`) and the sentence that the
data dictionary prints (the last string inside `Annotated`).
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Literal, TypeVar, Union

import pyarrow as pa

from transforms.contract.errors import SchemaError

R = TypeVar("R")

# The types that rows share. Strings are the text of the data dictionary; a later one wins.
ArticleId = Annotated[str, "the article (news.articles): hash of its identity, see id_basis"]
VersionNo = Annotated[int, pa.int32(), "version of the article (news.articles), from 1, in order of ingestion"]
Ordinal = Annotated[int, pa.int32(), "ordinal in reading order, from 0"]
Offset = Annotated[int, pa.int32(), "code points into the text that `field` names"]
RawOffset = Annotated[int, pa.int64(), "code points into the decoded raw text"]
Count = Annotated[int, pa.int32(), "how many"]
Share = Annotated[float, "between 0 and 1"]
FieldName = Literal["title", "body", "caption"]
Field = Annotated[
    FieldName,
    "text of the article that the offsets point into: title, body (articles.text), caption",
]

_ARROW: dict[Any, pa.DataType] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    bytes: pa.large_binary(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column as declared: `values` is the closed vocabulary, empty when there is none."""

    name: str
    type: pa.DataType
    is_nullable: bool
    doc: str
    values: tuple[str, ...]


@cache
def columns(row: type) -> tuple[Column, ...]:
    """The columns of a row class in order of declaration; SchemaError for a type without an Arrow type."""
    hints = typing.get_type_hints(row, include_extras=True)
    return tuple(_column(row, field.name, hints[field.name]) for field in dataclasses.fields(row))


@cache
def arrow_schema(row: type) -> pa.Schema:
    """The Arrow schema of a row class."""
    return pa.schema([pa.field(c.name, c.type, nullable=c.is_nullable) for c in columns(row)])


def encode(row: type, rows: Iterable[Any]) -> pa.Table:
    """Rows of one class as an Arrow table; SchemaError for a value that does not fit its column."""
    records: Sequence[Any] = rows if isinstance(rows, Sequence) else list(rows)
    return encode_columns(row, {c.name: list(map(attrgetter(c.name), records)) for c in columns(row)})


def encode_columns(row: type, values: Mapping[str, Sequence[Any]]) -> pa.Table:
    """The columns of a row class, by name, as `encode` returns them, without an object for each row."""
    schema = arrow_schema(row)
    arrays = []
    for field in schema:
        try:
            array = pa.array(values[field.name], field.type)
        except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeError, OverflowError) as error:
            raise SchemaError(f"{row.__name__}.{field.name}: {error}", table=row.__name__) from error
        if array.null_count and not field.nullable:
            raise SchemaError(
                f"{row.__name__}.{field.name}: null in a column without nulls", table=row.__name__
            )
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=schema)


def decode(row: type[R], table: pa.Table) -> list[R]:
    """The rows of an Arrow table as instances of their row class, without undeclared columns."""
    declaring: type = row
    declared = columns(declaring)
    records = table.select([column.name for column in declared]).to_pylist()
    maps = [column.name for column in declared if pa.types.is_map(column.type)]
    for record in records:
        for name in maps:
            record[name] = dict(record[name] or ())
    return [row(**record) for record in records]


def _column(row: type, name: str, hint: Any) -> Column:
    arrow, doc, nullable = None, "", False
    values: tuple[str, ...] = ()
    while True:
        origin = typing.get_origin(hint)
        if origin is Annotated:
            hint, *notes = typing.get_args(hint)
            arrow = arrow or next((n for n in notes if isinstance(n, pa.DataType)), None)
            doc = doc or next((n for n in reversed(notes) if isinstance(n, str)), "")
        elif origin in (Union, types.UnionType):
            inner = [a for a in typing.get_args(hint) if a is not types.NoneType]
            if len(inner) != 1:
                raise SchemaError(f"{row.__name__}.{name}: a column has one type", table=row.__name__)
            hint, nullable = inner[0], True
        else:
            break
    if origin is Literal:
        values = typing.get_args(hint)
        hint = str
    return Column(name, arrow or _arrow_type(row, name, hint), nullable, doc, values)


def _arrow_type(row: type, name: str, hint: Any) -> pa.DataType:
    if hint in _ARROW:
        return _ARROW[hint]
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        return pa.list_(_arrow_type(row, name, args[0]))
    if origin is dict:
        return pa.map_(*(_arrow_type(row, name, a) for a in args))
    raise SchemaError(f"{row.__name__}.{name}: no Arrow type for {hint!r}", table=row.__name__)
