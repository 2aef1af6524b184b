"""Documents cleaned, fingerprinted and enriched within limits: one that hangs or crashes a parser affects no other.

On the main thread ordinary documents are processed here under a timer. Those that look risky (large,
with very many tags, or in a format whose parser can run away), and everything on any other thread,
where no timer works, go through the thread's sandbox.
"""

from __future__ import annotations

import re
import threading
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from flows.run.sandbox import MEMORY_BYTES, LimitExceeded, Sandbox, timer
from transforms.contract.article import Article
from transforms.contract.documents import NO_CONTEXT, Cleaned, PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason

if TYPE_CHECKING:
    from transforms.enrich import Rows
    from transforms.link.boilerplate.rows import Fingerprint
    from transforms.nlp.resources import Resources

CLEAN_SECONDS = 8.0
ENRICH_SECONDS = 10.0  # of one article; ordinary ones take a hundredth of it
_ORDINARY_SECONDS = 1.0  # more for each ordinary article of a batch; past it they are enriched one by one
_LOAD_SECONDS = 300.0  # of a parser's models
_RISKY_TYPES = frozenset({"application/pdf", "message/rfc822"})
_RISKY_BYTES = 1 << 20  # exceeded by one page in a hundred or two
_RISKY_TAGS = 20_000  # a timer cannot interrupt a parser, and some take quadratic time
_RISKY_CHARACTERS = 60_000  # ten thousand words: a long read
_RISKY_WORD = re.compile(r"\S{2000}")
_DETAILS = {
    Reason.MEMORY_LIMIT: f"its process ended: more than {MEMORY_BYTES >> 20} MB, or a parser crashed",
    Reason.TIME_LIMIT: "more than {:.0f} s of CPU time",
}

R = TypeVar("R")
A = TypeVar("A")
_own = threading.local()


def clean_with_limits(raw: RawDocument, known: PublisherContext = NO_CONTEXT) -> Cleaned | Rejected:
    """Clean one document; a failure of our own code is a rejection."""
    from transforms.clean import clean

    return _limited_document(clean, raw, known, isolate=_is_risky(raw))


def fingerprint_with_limits(raw: RawDocument, observation_id: str) -> Fingerprint | Rejected | None:
    """Fingerprint one document; a failure of our own code is a rejection."""
    from transforms.link.boilerplate.fingerprint import fingerprint  # late: it loads parsers

    return _limited_document(fingerprint, raw, observation_id, isolate=False)


def _is_risky(raw: RawDocument) -> bool:
    is_large = len(raw.body) > _RISKY_BYTES or raw.body.count(b"<") > _RISKY_TAGS
    return is_large or raw.media_type in _RISKY_TYPES


def _limited_document(
    function: Callable[[RawDocument, A], R], raw: RawDocument, argument: A, *, isolate: bool
) -> R | Rejected:
    try:
        return _limited(_or_rejected, function, raw, argument, seconds=CLEAN_SECONDS, isolate=isolate)
    except LimitExceeded as error:
        return rejected_document(raw, error.reason)


def _or_rejected(function: Callable[[RawDocument, A], R], raw: RawDocument, argument: A) -> R | Rejected:
    try:
        return function(raw, argument)
    except MemoryError:
        raise
    except Exception:  # a bug of ours: recorded with its traceback, the batch continues
        return failed_document(raw, traceback.format_exc(limit=-6))


def rejected_document(raw: RawDocument, reason: Reason) -> Rejected:
    """The rejection of a document that exceeded a limit or crashed a process."""
    return Rejected.of_document(raw, reason, _DETAILS[reason].format(CLEAN_SECONDS))


def failed_document(raw: RawDocument, detail: str) -> Rejected:
    """The rejection of a document on which our own code failed."""
    return Rejected.of_document(raw, Reason.STEP_FAILED, detail)


def _limited(function: Callable[..., R], *arguments: Any, seconds: float, isolate: bool) -> R:
    """Call here under a timer, or in this thread's sandbox; LimitExceeded if it takes too much."""
    if isolate or threading.current_thread() is not threading.main_thread():
        return _sandbox().call(function, *arguments, seconds=seconds)
    try:
        with timer(seconds):
            return function(*arguments)
    except MemoryError as error:
        raise LimitExceeded(Reason.MEMORY_LIMIT) from error


def _sandbox() -> Sandbox:
    """The thread's own sandbox; its process ends with the thread at the latest."""
    if not hasattr(_own, "sandbox"):
        _own.sandbox = Sandbox(prepare)
    sandbox: Sandbox = _own.sandbox
    return sandbox


def prepare() -> None:
    """Load the cleaners, as each sandbox does when it starts."""
    from transforms.clean import load_cleaners

    load_cleaners()


def prepare_worker(resources: Resources) -> None:
    """Load the cleaners, the enrichments and their resources, ahead of the first task of a worker."""
    from transforms.clean import load_cleaners
    from transforms.contract.steps import registered_steps

    load_cleaners()
    _load(resources, registered_steps())


def enrich_with_limits(
    articles: Sequence[Article], resources: Resources, *, tables: Collection[str]
) -> Iterator[tuple[Article, Rows | Rejected]]:
    """Each article with its rows of these tables, ordinary ones first."""
    wanted = tuple(tables)
    risky = [article for article in articles if _is_long(article)]
    ordinary = [article for article in articles if not _is_long(article)]
    done: list[Rows | Rejected] = []
    if ordinary:
        seconds = ENRICH_SECONDS + _ORDINARY_SECONDS * len(ordinary)
        try:
            done = _enriched(ordinary, resources, wanted, seconds=seconds, isolate=False)
        except LimitExceeded:
            ordinary, risky = [], list(articles)
    yield from zip(ordinary, done, strict=True)
    for article in risky:
        try:
            (found,) = _enriched([article], resources, wanted, seconds=ENRICH_SECONDS, isolate=True)
        except LimitExceeded as error:
            found = rejected_article(article, error.reason)
        yield article, found


def _is_long(article: Article) -> bool:
    texts = (article.title or "", article.text, article.captions)
    return any(len(text) > _RISKY_CHARACTERS or _RISKY_WORD.search(text) for text in texts)


def _enriched(
    articles: Sequence[Article], resources: Resources, tables: Collection[str], *, seconds: float, isolate: bool
) -> list[Rows | Rejected]:
    _limited(_load, resources, tables, seconds=_LOAD_SECONDS, isolate=isolate)
    return _limited(_enrich, articles, resources, tables, seconds=seconds, isolate=isolate)


def _load(resources: Resources, tables: Collection[str]) -> None:
    from transforms.enrich import kinds_needed, plan  # late: cleaning does without; it registers the steps

    for kind in kinds_needed(plan(tables)):
        resources.load(kind)


def _enrich(
    articles: Sequence[Article], resources: Resources, tables: Collection[str]
) -> list[Rows | Rejected]:
    from transforms.enrich import enrich

    return [found for _, found in enrich(articles, resources, tables=tables)]


def rejected_article(article: Article, reason: Reason) -> Rejected:
    """The rejection of an article whose enrichment exceeded a limit or crashed a process."""
    return Rejected.of_article(article, reason, _DETAILS[reason].format(ENRICH_SECONDS))


def failed_article(article: Article, detail: str) -> Rejected:
    """The rejection of an article on which our own code failed."""
    return Rejected.of_article(article, Reason.STEP_FAILED, detail)
