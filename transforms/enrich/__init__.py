"""Enrichment: articles to rows by every step of this folder, in the order of their needs.

To add an enrichment, add a module here; modules without a step contain shared code. A step reads one
article; the parse is made for many articles at once.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import islice
from typing import Any

from transforms.contract.article import Article
from transforms.contract.documents import Parse, Rejected, StepsFailed
from transforms.contract.errors import SchemaError, UsageError
from transforms.contract.reasons import Reason
from transforms.contract.steps import PARSE, Step, registered_steps
from transforms.nlp.parser import BATCH, Parser, parse_articles
from transforms.nlp.resources import Resources, registered_resources

for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)

Rows = dict[str, list[Any]]
"""Rows of one article by table; a table without rows for it is an empty list."""

_PARSER = "parser"  # the kind of resource that makes the parse


def enrich(
    articles: Sequence[Article], resources: Resources, *, tables: Collection[str] | None = None
) -> Iterator[tuple[Article, Rows | Rejected]]:
    """Each article in order with its rows, or with Rejected(STEP_FAILED) if a step raises.

    Only the rows of `tables` (None: all) are yielded, and only their needs loaded and computed. Resources
    are loaded before this returns. Steps that do not support an article's language, or whose parser does
    not, yield no rows for it.
    """
    steps = plan(tables)
    loaded = {kind: resources.load(kind) for kind in kinds_needed(steps)}
    wanted = {step.table for step in steps} if tables is None else set(tables)
    return _enriched(articles, steps, loaded, wanted)


def _enriched(
    articles: Sequence[Article], steps: Sequence[Step], loaded: Mapping[str, Any], wanted: Collection[str]
) -> Iterator[tuple[Article, Rows | Rejected]]:
    for article, parse in _parsed(articles, loaded.get(_PARSER)):
        if isinstance(parse, Rejected):
            yield article, parse
        else:
            yield article, _run(steps, article, parse, loaded, wanted)


def step_of(table: str) -> Step:
    """The step that fills a table; UsageError if there is none."""
    try:
        return registered_steps()[table]
    except KeyError:
        known = ", ".join(sorted(registered_steps()))
        raise UsageError(f"no enrichment fills {table!r}; there are {known}") from None


def plan(tables: Collection[str] | None = None) -> list[Step]:
    """The steps of these tables and those they need, each after its needs.

    SchemaError for a circle of needs, or an unknown or ambiguous name.
    """
    ordered: dict[str, Step] = {}

    def visit(table: str, above: tuple[str, ...]) -> None:
        if table in above:
            circle = " > ".join((*above, table))
            raise SchemaError(f"steps need one another in a circle: {circle}", table=table)
        if table not in ordered:
            step = step_of(table)
            for name in step.needs:
                if _kind(step, name) is None:
                    visit(name, (*above, table))
            ordered[table] = step

    for table in sorted(registered_steps() if tables is None else tables):
        visit(table, ())
    return list(ordered.values())


def kinds_needed(steps: Sequence[Step]) -> list[str]:
    """The kinds of resources that steps need, in alphabetical order."""
    return sorted({kind for step in steps for name in step.needs if (kind := _kind(step, name)) is not None})


def step_version(table: str, resources: Resources) -> str:
    """Names and versions of the resources and steps that a table's rows depend on, its own step included.

    When it changes, the step is redone.
    """
    steps = plan([table])
    return " ".join(
        [*map(resources.name, kinds_needed(steps)), *(f"{step.table}-{step.version}" for step in steps)]
    )


def _kind(step: Step, name: str) -> str | None:
    """The kind of resource of a name in `needs`, None for a table."""
    kind = _PARSER if name == PARSE else name
    is_resource, is_table = kind in registered_resources(), name in registered_steps()
    if is_resource == is_table:
        problem = "both a table and a resource" if is_table else "neither a table nor a resource"
        raise SchemaError(f"{step.table} needs {name!r}, which is {problem}", table=step.table)
    return kind if is_resource else None


def _parsed(articles: Sequence[Article], parser: Parser | None) -> Iterator[tuple[Article, Parse | Rejected]]:
    """Articles with their parse; empty without a parser or if it does not support the language."""
    able = [a for a in articles if parser and (a.language is None or a.language in parser.languages)]
    parses = _parses(able, parser) if parser else iter(())
    chosen = set(map(id, able))
    for article in articles:
        yield article, next(parses) if id(article) in chosen else {}


def _parses(articles: Sequence[Article], parser: Parser) -> Iterator[Parse | Rejected]:
    parses = parse_articles(articles, parser)
    done = 0
    try:
        for parse in parses:
            done += 1
            yield parse
    except Exception:  # a parser fails for a whole batch: find the article that it cannot parse
        rest = iter(articles[done:])
        for article in islice(rest, BATCH + 1):
            try:
                yield next(parse_articles([article], parser))
            except Exception as error:
                yield _rejected(article, PARSE, error)
        yield from _parses(list(rest), parser)


def _run(
    steps: Sequence[Step], article: Article, parse: Parse, loaded: Mapping[str, Any], wanted: Collection[str]
) -> Rows | Rejected:
    found: Rows = {}
    failed: dict[str, str] = {}
    named: dict[str, Any] = {**loaded, PARSE: parse}
    for step in steps:
        if broken := next((name for name in step.needs if name in failed), None):
            failed[step.table] = f"{step.table}: needs {broken}"
            continue
        is_spoken = step.languages is None or article.language is None or article.language in step.languages
        try:
            is_able = is_spoken and (parse or PARSE not in step.needs)
            needed = map(named.__getitem__, step.needs)
            named[step.table] = found[step.table] = list(step.find(article, *needed)) if is_able else []
        except Exception as error:  # a bug on this text must not stop the other steps
            failed[step.table] = _described(step.table, error)
    rows = {table: rows for table, rows in found.items() if table in wanted}
    if not failed:
        return rows
    rejected = StepsFailed.of_article(article, Reason.STEP_FAILED, "; ".join(failed.values()))
    rejected.tables, rejected.rows = frozenset(failed), rows
    return rejected


def _described(step: str, error: Exception) -> str:
    return f"{step}: {type(error).__name__}: {error}"


def _rejected(article: Article, step: str, error: Exception) -> Rejected:
    return Rejected.of_article(article, Reason.STEP_FAILED, _described(step, error))
