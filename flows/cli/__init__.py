"""The `dateline` command. Data goes to standard output, everything else to standard error.

Exit status: 0 success, 1 failure, 2 wrong usage, 3 with --strict: something was
rejected, a step failed or a source has an alarm.
Commands import their dependencies when they run, so that each starts fast.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from flows.cli import queries, runs, standalone
from flows.cli.causes import outside_cause
from flows.cli.options import print_data, say
from transforms.contract.errors import ConfigError, DatelineError, UsageError, described, is_interrupt


def _stop() -> NoReturn:
    say("dateline: stopped; run it again to continue")
    sys.exit(1)


class _Commands(TyperGroup):
    """The commands; Ctrl-C and a closed pipe end them quietly."""

    def invoke(self, ctx: Any) -> Any:
        """Like click's, but neither is reported as a failure."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, RuntimeError) as error:
            if not is_interrupt(error):
                raise
            _stop()
        except BrokenPipeError:
            # Python flushes standard output at exit, which must not fail either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)


app = typer.Typer(
    name="dateline",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

sources_app = typer.Typer(help="The configured sources.", no_args_is_help=True)
sources_app.command("check")(queries.check_sources)
app.add_typer(sources_app, name="sources")


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        print_data(f"dateline {version('dateline')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """News articles in, answers in SQL out."""


for command in (
    runs.run, queries.sql, standalone.extract, standalone.annotate, queries.explain, queries.status, queries.snapshots,
    runs.demo, runs.serve, runs.retry, runs.maintain, standalone.init, standalone.doctor,
):  # fmt: skip
    app.command()(command)


def main() -> None:
    """Entry point: a DatelineError and a cause outside the program become one line, a bug keeps its traceback."""
    try:
        app()
    except (UsageError, ConfigError) as error:
        _fail(str(error), 2)
    except Exception as error:
        cause, line = outside_cause(error), str(error)
        if cause is None and not isinstance(error, DatelineError):
            raise
        if cause is not None and not (isinstance(error, DatelineError) and cause in line):
            more = "" if isinstance(error, OSError) else f" ({' '.join(described(error).split())[:300]})"
            line = f"{cause}{more}"
        _fail(line, 1)


def _fail(line: str, status: int) -> NoReturn:
    say(f"dateline: {line}")
    sys.exit(status)
