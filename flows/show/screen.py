"""Consoles and tables for people: in a pipe lines have their full length, and nothing is cut."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

_UNBOUNDED = 100_000
_LONGEST_WORD = 20  # longer ones (hashes, addresses) may be broken; dates, numbers and ids of runs are not


def screen(*, to_stderr: bool = False, piped_width: int = _UNBOUNDED) -> Console:
    """Standard output (or error), as wide as the terminal, or `piped_width` when it is not one."""
    stream = sys.stderr if to_stderr else sys.stdout
    width = None if stream.isatty() else piped_width
    return Console(stderr=to_stderr, highlight=False, markup=False, soft_wrap=to_stderr, width=width)


def grid(*columns: str, title: str | None = None) -> Table:
    """A table whose cells are wrapped between words where the terminal is too narrow, never cut.

    A terminal that is too narrow even for that gets a line for each value.
    """
    table = _Grid(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


class _Grid(Table):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment | RenderableType]:
        for column in self.columns:
            words = " ".join([str(column.header), *map(str, column.cells)]).split()
            column.min_width = min(max(map(len, words), default=0), _LONGEST_WORD)
        least = sum((column.min_width or 0) + 3 for column in self.columns) + 1
        if least <= options.max_width:
            yield from super().__rich_console__(console, options)
            return
        if self.title:
            yield self.title
        for row in zip(*(column.cells for column in self.columns), strict=True):
            record = Table.grid("", "", padding=(0, 1))
            for column, value in zip(self.columns, row, strict=True):
                if value:
                    record.add_row(f"{column.header}:", value)
            yield record
            yield ""


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 item`, `2 items`, `1,000 entries`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
