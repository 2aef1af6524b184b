"""Articles to rows: every step of this folder, run in the order in which they need one another.

Adding an enrichment is adding one module here; a module may also hold what a step is made of and
register none. The steps see one article; the parse is made for many articles at once.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from itertools import islice
from typing import Any

from transforms.contract.article import Article
from transforms.contract.documents import Origin, Parse, Rejected
from transforms.contract.errors import UsageError
from transforms.contract.reasons import Reason
from transforms.contract.steps import Step, registered_steps
from transforms.nlp.parser import BATCH, Parser, parse_articles

for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)

Rows = dict[str, list[Any]]
"""Rows of one article by table; a table without rows for it is an empty list."""


def enrich(
    articles: Sequence[Article], *, parser: Parser, tables: Collection[str] | None = None
) -> Iterator[tuple[Article, Rows | Rejected]]:
    """Each article, in order, with its rows; or Rejected(STEP_FAILED) in their place when a step raised.

    `tables`: those wanted (None: all); only what they need is computed, and only they are yielded.
    An article whose language is known and is not the parser's, or not a step's, has no such rows.
    """
    steps = plan(tables)
    wanted = {step.table for step in steps} if tables is None else set(tables)
    is_parsed = any("parse" in step.needs for step in steps)
    for article, parse in _parsed(articles, parser if is_parsed else None):
        yield article, parse if isinstance(parse, Rejected) else _run(steps, article, parse, wanted)


@cache
def _order() -> Mapping[str, int]:
    order: dict[str, int] = {}

    def visit(table: str, above: tuple[str, ...]) -> None:
        if table in above:
            raise UsageError(f"steps need one another in a circle: {' > '.join((*above, table))}")
        for needed in step_of(table).needs:
            if needed != "parse":
                visit(needed, (*above, table))
        order.setdefault(table, len(order))

    for table in sorted(registered_steps()):
        visit(table, ())
    return order


def step_of(table: str) -> Step:
    """The step that fills a table; UsageError for a table that no step fills."""
    try:
        return registered_steps()[table]
    except KeyError:
        known = ", ".join(sorted(registered_steps()))
        raise UsageError(f"no enrichment fills {table!r}; there are {known}") from None


def plan(tables: Collection[str] | None = None) -> list[Step]:
    """The steps that these tables need, themselves included, each after all that it needs."""
    needed: set[str] = set()
    ahead = list(registered_steps() if tables is None else tables)
    while ahead:
        table = ahead.pop()
        if table not in needed:
            needed.add(table)
            ahead += [name for name in step_of(table).needs if name != "parse"]
    return [step_of(table) for table in sorted(needed, key=_order().__getitem__)]


def step_version(table: str, parser_name: str) -> str:
    """What a table's rows depend on besides the article, for the ledger: another value means "do it again".

    The versions of its step and of all that it needs, and the parser's name when one is needed.
    """
    steps = plan([table])
    parts = [f"{step.table}-{step.version}" for step in steps]
    if any("parse" in step.needs for step in steps):
        parts.insert(0, parser_name)
    return " ".join(parts)


def _parsed(articles: Sequence[Article], parser: Parser | None) -> Iterator[tuple[Article, Parse | Rejected]]:
    """Articles with their parse, which is empty when there is no parser or it lacks the language."""
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
                yield _rejected(article, "parse", error)
        yield from _parses(list(rest), parser)


def _run(steps: Sequence[Step], article: Article, parse: Parse, wanted: Collection[str]) -> Rows | Rejected:
    found: Rows = {}
    for step in steps:
        needed = [parse if name == "parse" else found[name] for name in step.needs]
        is_spoken = step.languages is None or article.language is None or article.language in step.languages
        try:
            is_able = is_spoken and (parse or "parse" not in step.needs)
            found[step.table] = list(step.find(article, *needed)) if is_able else []
        except Exception as error:  # our own code failed on this text: the others must not suffer
            return _rejected(article, step.table, error)
    return {table: rows for table, rows in found.items() if table in wanted}


def _rejected(article: Article, step: str, error: Exception) -> Rejected:
    return Rejected(
        Reason.STEP_FAILED,
        detail=f"{step}: {type(error).__name__}: {error}",
        origin=Origin(article.source_id, url=article.url),
        raw_id=article.raw_id,
    )
