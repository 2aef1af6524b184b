"""SQL files: marts, checks and macros with the header that documents them.

The header is the comment lines at the top: a summary, then `grain:` (what a row is), `key:` (the
columns that identify it), `needs:` (the marts that the body reads, as mart.<name>) and `refresh:` (the
rows to compute again when articles change); every other `name: text` line documents a column.

`refresh: article_id`: the rows of one article depend on the rows of that article alone.
`refresh: published_on`: the rows of one day depend on the rows of other marts on that day alone.
`refresh: whole`, the default: rows may depend on anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from typing import Literal, cast, get_args

from transforms.contract.errors import SchemaError

Refresh = Literal["article_id", "published_on", "whole"]
"""The rows of a mart or check that are computed together: those of an article, of a day, or all."""

_ORDER = {refresh: number for number, refresh in enumerate(get_args(Refresh))}
_LABELLED = re.compile(r"(\w+):\s+(.*)")


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One SQL file: its name, its header, and the statement itself."""

    name: str
    comment: str
    grain: str
    key: tuple[str, ...]
    needs: tuple[str, ...]
    refresh: Refresh
    columns: Mapping[str, str]
    body: str

    @property
    def table_comment(self) -> str:
        """The comment of the table: summary and grain."""
        return f"{self.comment} Grain: {self.grain}."

    def is_nullable(self, column: str) -> bool:
        """Whether a column can be null: outside the key it is not known, in the key its comment says so."""
        return column not in self.key or "null" in self.columns.get(column, "null")


def sql_files(folder: str) -> list[SqlFile]:
    """The files of warehouse/<folder>, by name."""
    found = (f for f in files("warehouse").joinpath(folder).iterdir() if f.name.endswith(".sql"))
    return sorted(
        (parse(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8")) for f in found),
        key=lambda file: file.name,
    )


def in_build_order(marts: Sequence[SqlFile]) -> list[SqlFile]:
    """The marts, each after those it needs: those of articles, then those of days, then the whole ones.

    SchemaError names a mart that needs itself, an unknown mart, or one of a later group.
    """
    by_name = {mart.name: mart for mart in marts}
    for mart in marts:
        for name in sorted(mart.needs):
            if name not in by_name:
                raise SchemaError(f"{mart.name}.sql needs {name}, which is not a mart", table=mart.name)
            if _ORDER[by_name[name].refresh] > _ORDER[mart.refresh]:
                raise SchemaError(f"{mart.name}.sql needs {name}, which is refreshed later", table=mart.name)
    try:
        order = TopologicalSorter({mart.name: mart.needs for mart in marts}).static_order()
        return sorted((by_name[name] for name in order), key=lambda mart: _ORDER[mart.refresh])
    except CycleError as error:
        circle: list[str] = error.args[1]
        raise SchemaError(
            f"{circle[0]}.sql needs itself: {' needs '.join(reversed(circle))}", table=circle[0]
        ) from error


def parse(name: str, text: str) -> SqlFile:
    """Header and body of one file; SchemaError when the header has no summary or an unknown `refresh`."""
    labels: dict[str, str] = {}
    sentences: list[str] = []
    lines = text.splitlines()
    while lines and lines[0].startswith("--"):
        line = lines.pop(0).removeprefix("--").strip()
        if labelled := _LABELLED.fullmatch(line):
            labels[labelled[1]] = labelled[2]
        elif labels:
            last = next(reversed(labels))
            labels[last] = f"{labels[last]} {line}"
        else:
            sentences.append(line)
    if not sentences:
        raise SchemaError(f"{name}.sql: its header has no summary", table=name)
    key, needs = (
        tuple(part.strip() for part in labels.pop(label, "").split(",") if part.strip())
        for label in ("key", "needs")
    )
    refresh = labels.pop("refresh", "whole")
    if refresh not in _ORDER:
        raise SchemaError(f"{name}.sql: refresh is one of {', '.join(_ORDER)}, not {refresh}", table=name)
    return SqlFile(
        name=name,
        comment=" ".join(sentences),
        grain=labels.pop("grain", ""),
        key=key,
        needs=needs,
        refresh=cast("Refresh", refresh),
        columns=labels,
        body="\n".join(lines).strip().rstrip(";"),
    )
