"""The `dateline` command. Data goes to standard output, everything else to standard error.

Exit status: 0 all well, 1 failed, 2 wrong usage, 3 ran but something was quarantined and --strict
was given. Commands import what they need themselves, so that each starts as fast as it can.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from flows.cli import asking, lakeless, writing
from flows.cli.options import say
from transforms.contract.errors import ConfigError, DatelineError, UsageError


class _Commands(TyperGroup):
    """The commands, which say in our own words that they were stopped, and end well when a pipe is closed."""

    def invoke(self, ctx: Any) -> Any:
        """As of click, which would tell both as failures."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say("dateline: stopped; run it again to go on")
            sys.exit(1)
        except BrokenPipeError:
            # What is still in the buffer has nowhere to go, and must not fail at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)


app = typer.Typer(
    name="dateline",
    cls=_Commands,
    help="News articles in, answers in SQL out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

sources_app = typer.Typer(help="The configured sources.", no_args_is_help=True)
sources_app.command("check")(asking.check_sources)
app.add_typer(sources_app, name="sources")

for command in (
    writing.run, asking.sql, lakeless.extract, lakeless.annotate, asking.explain, asking.status, writing.demo,
    writing.serve, writing.retry, writing.maintain, lakeless.init, lakeless.doctor,
):  # fmt: skip
    app.command()(command)


def main() -> None:
    """Entry point: errors made on purpose become one line, everything else keeps its traceback."""
    try:
        app()
    except DatelineError as error:
        say(f"dateline: {error}")
        sys.exit(2 if isinstance(error, UsageError | ConfigError) else 1)
