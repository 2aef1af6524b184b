"""Sources as one stream of documents, rejections and states, for a stage that is not asynchronous."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.fetch.policy import FetchPolicy
from flows.sources.files import InputFile, sources_of
from flows.sources.known_states import KnownStates
from flows.sources.links import Read
from flows.sources.source import Source
from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.errors import ReadError, UsageError
from transforms.contract.reasons import Reason
from transforms.read import read_documents
from warehouse.catalog.source_rows import FetchState

if TYPE_CHECKING:
    from flows.sources.crawl import Outcome

_THREADS = 64  # DNS lookups run in threads: dead names must not delay the rest


def documents(
    sources: Sequence[Source],
    *,
    states: KnownStates,
    policy: FetchPolicy | None = None,
    read: Read = read_documents,
    is_forced: bool = False,
) -> Iterator[RawDocument | Rejected | FetchState]:
    """Yield everything in the sources: files first, then due web addresses.

    A FetchState comes after its documents. Commit in this order, in batches of any size, and nothing
    is lost or fetched twice after a crash.
    """
    for source in sources:
        if not source.is_web:
            yield from file_documents(source, read=read)
    on_web = [source for source in sources if source.is_web]
    for outcome in fetch_all(on_web, states=states, policy=policy, read=read, is_forced=is_forced):
        yield from outcome.documents
        yield from outcome.states


def file_documents(source: Source, *, read: Read = read_documents) -> Iterator[RawDocument | Rejected]:
    """Yield the documents in a source's files, in order of path; a path that does not exist is rejected."""
    count = 0
    for target in source.addresses:
        for found in _files(target, source):
            if isinstance(found, Rejected):
                yield found
                continue
            try:
                with found.open() as stream:
                    for item in read(stream, found.origin):
                        if source.limit is not None and count >= source.limit:
                            return
                        count += isinstance(item, RawDocument)
                        yield item
            except (ReadError, OSError) as error:
                yield Rejected(Reason.UNREADABLE, str(error), found.origin)


def _files(target: str, source: Source) -> Iterator[InputFile | Rejected]:
    """The files of one path; one that is missing or cannot be listed costs the source this path only."""
    try:
        yield from sources_of(target, source_id=source.source_id, fields=source.fields)
    except (UsageError, ReadError) as error:
        origin = Origin(source.source_id, container_uri=target, fields=source.fields)
        yield Rejected(Reason.UNREADABLE, str(error), origin)


def fetch_all(
    sources: Sequence[Source],
    *,
    states: KnownStates,
    policy: FetchPolicy | None = None,
    read: Read = read_documents,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    is_forced: bool = False,
) -> Generator[Outcome, None, None]:
    """Yield the outcomes of a crawl (flows.sources.crawl) one by one.

    The crawl runs in a thread of its own, up to 32 outcomes ahead of the consumer. Closing the iterator
    ends it.
    """
    if not sources:
        return

    with _loop() as loop:
        turn = asyncio.Lock()  # a generator that is being closed must not be running
        crawled = _crawled(sources, states, policy, read, clock, is_forced=is_forced)
        waited = asyncio.run_coroutine_threadsafe(_next(crawled, turn), loop)
        try:
            while (outcome := waited.result()) is not None:
                yield outcome
                waited = asyncio.run_coroutine_threadsafe(_next(crawled, turn), loop)
        finally:
            waited.cancel()
            asyncio.run_coroutine_threadsafe(_close(crawled, turn), loop).result()


async def _crawled(
    sources: Sequence[Source],
    states: KnownStates,
    policy: FetchPolicy | None,
    read: Read,
    clock: Callable[[], datetime],
    *,
    is_forced: bool,
) -> AsyncGenerator[Outcome, None]:
    from flows.fetch.fetch import Fetcher  # aiohttp is slow to import, and files do not need it
    from flows.sources.crawl import crawl

    async with Fetcher(policy) as fetcher:
        running = crawl(sources, states=states, fetcher=fetcher, read=read, clock=clock, is_forced=is_forced)
        async with aclosing(running):
            async for outcome in running:
                yield outcome


async def _next(outcomes: AsyncGenerator[Outcome, None], turn: asyncio.Lock) -> Outcome | None:
    async with turn:
        return await anext(outcomes, None)


async def _close(outcomes: AsyncGenerator[Outcome, None], turn: asyncio.Lock) -> None:
    async with turn:
        await outcomes.aclose()


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, "fetching"))
    thread = threading.Thread(target=loop.run_forever, name="fetching", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
