"""Consoles and tables for people: in a pipe lines have their full length, and nothing is cut."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

_UNBOUNDED = 100_000


def screen(*, to_stderr: bool = False, piped_width: int = _UNBOUNDED) -> Console:
    """Standard output (or error), as wide as the terminal, or `piped_width` when it is not one."""
    stream = sys.stderr if to_stderr else sys.stdout
    width = None if stream.isatty() else piped_width
    return Console(stderr=to_stderr, highlight=False, markup=False, soft_wrap=to_stderr, width=width)


def grid(*columns: str, title: str | None = None) -> Table:
    """A table whose cells are wrapped where the terminal is too narrow, never cut."""
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table
