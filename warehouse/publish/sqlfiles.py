"""SQL kept as files: marts, checks and macros with the header that documents them.

A header is the comment lines at the top: the first says what the file gives, `grain:` and `key:`
lines what a row is and what names it, and every other `name: text` line documents a column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from transforms.contract.errors import SchemaError

_LABELLED = re.compile(r"(\w+):\s+(.*)")


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One SQL file: its name, what its header says, and the statement itself."""

    name: str
    comment: str
    grain: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    body: str


def sql_files(folder: str) -> list[SqlFile]:
    """The files of warehouse/<folder>, by name."""
    found = (f for f in files("warehouse").joinpath(folder).iterdir() if f.name.endswith(".sql"))
    return sorted(
        (parse(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8")) for f in found),
        key=lambda file: file.name,
    )


def parse(name: str, text: str) -> SqlFile:
    """Header and body of one file; SchemaError when the header does not say what the file gives."""
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
        raise SchemaError(f"{name}.sql: its header does not say what it gives", table=name)
    grain = labels.pop("grain", "")
    key = tuple(part.strip() for part in labels.pop("key", "").split(",") if part.strip())
    return SqlFile(name, " ".join(sentences), grain, key, labels, "\n".join(lines).strip().rstrip(";"))
