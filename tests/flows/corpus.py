"""Invented articles by number, and lakes compared table by table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import warehouse
from warehouse.catalog.tables import tables

_PEOPLE = ("Ana Reyes", "Tom Lindqvist", "Hanna Virtanen", "Erik Solberg", "Karin Aalto", "Olaf Nyberg")
_TOWNS = ("Northport", "Eastholm", "Kalmsund", "Lund")
_PLANS = ("rebuild the wall", "close the tunnel", "open the bridge", "cut the quota", "buy two ferries")
# What differs between two runs that did the same: names of runs, and when they looked at the clock.
_VOLATILE = {"run_id", "first_seen_at", "fetched_at", "done_at", "checked_at"}
_RECORDS = {"ops.runs", "ops.checks"}


def record(number: int, *, remark: str = "") -> dict[str, str]:
    """One article as a record of a JSONL file; `remark` makes another version of it."""
    person, town = _PEOPLE[number % len(_PEOPLE)], _TOWNS[number % len(_TOWNS)]
    plan = _PLANS[number % len(_PLANS)]
    text = (
        f"The council of {town} decided on Tuesday to {plan}, {number} weeks after the storm of January.\n\n"
        f"“We have waited for {number + 2} months and we will not wait any longer,” {person} said.\n\n"
        f"The work will cost {number + 10} million crowns, according to the harbour office. {remark}"
    )
    return {
        "url": f"https://news.example/{number}",
        "title": f"{town} to {plan} after {number} weeks",
        "date": f"2024-03-{1 + number % 28:02}",
        "source": "Bay News",
        "text": text.strip(),
    }


def write_corpus(path: Path, count: int, *, first: int = 0) -> Path:
    """A JSONL file of `count` articles, numbered from `first`."""
    lines = (json.dumps(record(n), ensure_ascii=False) for n in range(first, first + count))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def ask(lake: Path | str, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query over a lake."""
    connection = warehouse.connect(lake)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def contents(lake: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table of a lake as sorted rows, without what may differ between equal runs."""
    connection = warehouse.connect(lake)
    held = {}
    for name in tables():
        if name in _RECORDS:
            continue
        rows = connection.execute(f"FROM lake.{name}").to_arrow_table().to_pylist()
        stable = [{k: v for k, v in row.items() if k not in _VOLATILE} for row in rows]
        held[name] = sorted(stable, key=repr)
    connection.close()
    return held


def files_of(lake: Path) -> set[str]:
    """Paths of all data files of a lake."""
    return {str(p.relative_to(lake)) for p in lake.rglob("*.parquet")}
