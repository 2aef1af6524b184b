"""A crawl: fetch due addresses, follow listings, yield one outcome per address."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import structs
from yarl import URL

from flows.fetch.exchange import Deferred, Fetched, NotModified
from flows.fetch.fetch import Fetcher
from flows.sources.known_states import KnownStates
from flows.sources.links import BodyItems, Link, Read, not_a_listing, read_body
from flows.sources.polling import LISTINGS, PAGES, SITEMAPS, Polling, after, discovered, is_due, request
from flows.sources.source import Source, request_url
from transforms.contract.documents import RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.read import read_documents
from warehouse.catalog.source_rows import FetchState

_QUEUE_SIZE = 32  # outcomes that wait for the consumer before the hosts wait too
_DEEPEST = 5  # OPML -> feed -> page; sitemap index -> index -> sitemap -> page


@dataclass(slots=True)
class Outcome:
    """The result of one address: documents for the raw zone, and the states to commit with them.

    `deferred`: its host asks for a pause; a later run tries again. An outcome without documents may
    still have states.
    """

    url: str
    source_id: str
    status: Literal["fetched", "not_modified", "rejected", "deferred"]
    documents: list[RawDocument | Rejected] = field(default_factory=list)
    states: list[FetchState] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Item:
    state: FetchState
    above: tuple[str, ...] = ()  # the listings that led here


@dataclass(slots=True)
class _Lookup:
    """One query for listed addresses (KnownStates.listed), shared by the listings that wait for it."""

    answer: asyncio.Future[dict[str, FetchState | None]]
    modified: dict[str, datetime | None] = field(default_factory=dict)


async def crawl(
    sources: Sequence[Source],
    *,
    states: KnownStates,
    fetcher: Fetcher,
    read: Read = read_documents,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    is_forced: bool = False,
) -> AsyncGenerator[Outcome, None]:
    """Yield an outcome for each address that is due, in the order in which they are done.

    Hosts are requested in parallel, each serially and politely; all wait when the consumer does. An
    outcome's states are valid once its documents are stored: commit both together, in order, and a
    killed crawl continues where it stopped. `is_forced` fetches the configured addresses, due or not.
    `states` are asked only while the consumer waits for an outcome: a query beside a commit of its own
    process can deadlock in a SQLite catalogue.
    """
    run = _Run(sources, states, fetcher, read, clock)
    try:
        run.start(is_forced=is_forced)
        while run.workers or not run.done.empty():
            outcome = await run.done.get()
            if isinstance(outcome, Exception):
                raise outcome
            if isinstance(outcome, _Lookup):
                await run.answer(outcome)
            elif outcome is not None:
                yield outcome
    finally:
        await run.stop()


class _Run:
    def __init__(
        self,
        sources: Sequence[Source],
        states: KnownStates,
        fetcher: Fetcher,
        read: Read,
        clock: Callable[[], datetime],
    ) -> None:
        self.sources = {source.source_id: source for source in sources}
        self.states, self.fetcher, self.read, self.clock = states, fetcher, read, clock
        self.done: asyncio.Queue[Outcome | _Lookup | Exception | None] = asyncio.Queue(_QUEUE_SIZE)
        self.workers: dict[str, asyncio.Task[None]] = {}
        self.waiting: dict[str, deque[_Item]] = {}
        self.seen: set[str] = set()
        self.lookup: _Lookup | None = None  # in `done`, still open for more addresses
        self.links: Counter[str] = Counter()
        self.documents: Counter[str] = Counter()

    def start(self, *, is_forced: bool) -> None:
        """Queue the configured addresses that are due, then those left over from earlier runs or due again.

        A host that asked an earlier run for a pause is not requested before its end.
        """
        now = self.clock()
        asked = list(self.sources.values())
        stored = self.states.of({url for source in asked for url in source.urls})
        for source in asked:
            for url in source.urls:
                known = stored.get(url)
                if known is None:
                    self._queue(_Item(_first_state(url, source, now)))
                elif is_forced or is_due(known, now):
                    self._queue(_Item(self._of(known, source)))
        for url, end in self.states.paused(now).items():
            self.fetcher.hosts.pause(_host(url), (end - now).total_seconds())
        for state in self.states.due([source.source_id for source in asked], now):
            self._queue(_Item(state))

    def _of(self, known: FetchState, source: Source) -> FetchState:
        """The state of a known address of a source; one on the command line stays that of its own source."""
        if source.source_id not in source.addresses:
            return (
                known
                if known.source_id in self.sources
                else replace(known, source_id=source.source_id, depth=0)
            )
        self.sources.setdefault(known.source_id, structs.replace(source, source_id=known.source_id))
        return known

    async def answer(self, lookup: _Lookup) -> None:
        """Query the states that listings wait for."""
        self.lookup = None
        found = await asyncio.to_thread(self.states.listed, lookup.modified, self.clock())
        lookup.answer.set_result(found)

    async def stop(self) -> None:
        """Cancel the tasks that still run."""
        tasks = list(self.workers.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _queue(self, item: _Item) -> None:
        url = item.state.url
        if url in self.seen:
            return
        self.seen.add(url)
        host = _host(url)
        delay = self.sources[item.state.source_id].delay
        if delay is not None:
            self.fetcher.hosts.set_delay(host, delay)
        self.waiting.setdefault(host, deque()).append(item)
        if host not in self.workers:
            self.workers[host] = asyncio.create_task(self._work(host))

    async def _work(self, host: str) -> None:
        waiting = self.waiting[host]
        try:
            while waiting:
                item = waiting.popleft()
                if self._has_enough(item):
                    continue
                outcome, follow = await self._visit(item)
                await self.done.put(outcome)
                for each in follow:
                    self._queue(each)
        except Exception as error:  # raised where the crawl is consumed
            await self.done.put(error)
        finally:
            del self.workers[host]
            with suppress(asyncio.QueueFull):  # then the consumer looks again anyway
                self.done.put_nowait(None)

    def _has_enough(self, item: _Item) -> bool:
        source = self.sources[item.state.source_id]
        is_page = item.state.depth > 0 and item.state.kind == "page"
        return is_page and source.limit is not None and self.documents[source.source_id] >= source.limit

    async def _visit(self, item: _Item) -> tuple[Outcome, list[_Item]]:
        state, source = item.state, self.sources[item.state.source_id]
        result = await self.fetcher.fetch(request(state, fields=source.fields))
        outcome = Outcome(state.url, source.source_id, "deferred")
        if isinstance(result, Deferred):
            return outcome, []
        if isinstance(result, Fetched):
            found = await asyncio.to_thread(read_body, self.read, result, source.take)
            return await self._taken(item, result, found)
        outcome.status = "not_modified" if isinstance(result, NotModified) else "rejected"
        outcome.documents = [result] if isinstance(result, Rejected) else []
        outcome.states = [after(state, result, polling=_polling(state, source), at=self.clock())]
        return outcome, []

    async def _taken(self, item: _Item, fetched: Fetched, found: BodyItems) -> tuple[Outcome, list[_Item]]:
        """The outcome of a body, and the addresses in it to fetch."""
        source, at, documents = self.sources[item.state.source_id], self.clock(), found.documents
        if item.state.kind == "listing" and (rejected := not_a_listing(item.state.url, fetched, found)):
            state = after(item.state, rejected, polling=_polling(item.state, source), at=at)
            return Outcome(state.url, source.source_id, "rejected", [rejected], [state]), []
        links = [(request_url(link.url), link) for link in found.links]
        known = await self._known([x for x in links if self._is_wanted(*x, source)])
        state = replace(item.state, kind="listing") if found.is_listing else item.state
        above = (*item.above, state.url, fetched.final_url)
        named: dict[str, FetchState] = {}
        for url, link in links:
            if url in above or state.depth >= _DEEPEST:
                documents.append(Rejected(Reason.SITEMAP_LOOP, f"leads back to {url}", fetched.origin))
            elif not self._is_wanted(url, link, source):
                continue
            elif url not in known:
                depth = state.depth + 1
                named[url] = discovered(url, source_id=source.source_id, at=at, depth=depth, hints=link.hints)
            elif (due := known[url]) is not None and is_due(due, at, modified_at=link.modified_at):
                named[url] = replace(due, source_id=source.source_id, hints=link.hints)
        # The bytes of many feeds differ each time: only new addresses count as a change.
        is_new = bool(named) or state.kind == "page" or source.take == "entry"
        states = [after(state, fetched, polling=_polling(state, source), at=at, is_new=is_new)]
        self.links[source.source_id] += len(named)
        if self.links[source.source_id] > self.fetcher.policy.bounds.links:
            # Without its new state the listing is read again, when there is room.
            documents.append(Rejected(Reason.TOO_LARGE, "too many addresses for one run", fetched.origin))
            states, named = [], {}
        self.documents[source.source_id] += sum(isinstance(d, RawDocument) for d in documents)
        states += [each for url, each in named.items() if url not in known]
        outcome = Outcome(state.url, source.source_id, "fetched", documents, states)
        return outcome, [_Item(each, above) for each in named.values()]

    def _is_wanted(self, url: str, link: Link, source: Source) -> bool:
        """Whether a named address is neither of this run already nor too old."""
        dated = link.published_at or link.modified_at
        is_old = source.since is not None and dated is not None and dated.date() < source.since
        return url not in self.seen and not is_old

    async def _known(self, links: Sequence[tuple[str, Link]]) -> Mapping[str, FetchState | None]:
        """The known ones of listed addresses, each with its state if it may be due.

        Listings that come in before the query share it: the answer has addresses of others too.
        """
        if not links:
            return {}
        now, waiting = self.clock(), self.lookup
        lookup = self.lookup = waiting or _Lookup(asyncio.get_running_loop().create_future())
        for url, link in links:
            times = (lookup.modified.get(url), link.modified_at)
            lookup.modified[url] = max((t for t in times if t is not None and t <= now), default=None)
        if waiting is None:
            await self.done.put(lookup)
        return await lookup.answer


def _first_state(url: str, source: Source, at: datetime) -> FetchState:
    state = discovered(url, source_id=source.source_id, at=at)
    return replace(state, kind="listing") if source.kind in ("feed", "sitemap") else state


def _polling(state: FetchState, source: Source) -> Polling:
    if state.kind == "listing":
        return SITEMAPS if state.hints.get("envelope") == "sitemapindex" else LISTINGS
    if state.depth == 0:  # a page that the settings name is polled forever
        return replace(PAGES, lifetime=None, patience=None)
    return replace(PAGES, lifetime=timedelta(days=source.recheck_days))


def _host(url: str) -> str:
    try:
        return URL(url).raw_host or ""
    except ValueError:
        return ""
