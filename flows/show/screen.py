"""Standard output for people: in a pipe lines are as long as what they hold, and nothing is cut."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

_UNBOUNDED = 100_000


def screen() -> Console:
    """Standard output, as wide as the terminal if it is one."""
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _UNBOUNDED)


def grid(*columns: str, title: str | None = None) -> Table:
    """A table whose cells are wrapped where the terminal is too narrow, never cut."""
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table
