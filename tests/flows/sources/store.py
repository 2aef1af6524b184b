"""A small store that commits a crawl in batches, and the crawl as a program that can be killed."""

import json
import pickle
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.sources import FetchPolicy, FetchState, Source, StatesInMemory, fetch_all
from flows.sources.crawl import Outcome
from transforms.contract.documents import RawDocument

BATCH = 64


class Store:
    """Documents by raw_id and address, states by address; `seen` counts outcomes."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("CREATE TABLE IF NOT EXISTS documents (raw_id, url, PRIMARY KEY (raw_id, url))")
        self._db.execute("CREATE TABLE IF NOT EXISTS states (url PRIMARY KEY, state)")
        self.written = 0
        self.seen: Counter[str] = Counter()

    def states(self) -> dict[str, FetchState]:
        return {url: pickle.loads(state) for url, state in self._db.execute("SELECT * FROM states")}

    def urls(self) -> list[str]:
        return [url for (url,) in self._db.execute("SELECT url FROM documents ORDER BY url")]

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Commit documents and states together, a batch of outcomes at a time."""
        batch: list[Outcome] = []
        for outcome in outcomes:
            self.seen[outcome.status] += 1
            batch.append(outcome)
            if len(batch) == BATCH:
                self._commit(batch)
                batch = []
        self._commit(batch)

    def _commit(self, batch: list[Outcome]) -> None:
        documents = [d for outcome in batch for d in outcome.documents if isinstance(d, RawDocument)]
        states = [(s.url, pickle.dumps(s)) for outcome in batch for s in outcome.states]
        with self._db:
            rows = [(d.raw_id, d.origin.url) for d in documents]
            self.written += self._db.executemany("INSERT OR IGNORE INTO documents VALUES (?, ?)", rows).rowcount
            self._db.executemany("INSERT OR REPLACE INTO states VALUES (?, ?)", states)

    def close(self) -> None:
        self._db.close()


def main(path: str, address: str, resolve: str, days_later: str) -> None:
    """Crawl a sitemap into a store, as if so many days had passed; print what was seen and written."""
    store = Store(path)
    policy = FetchPolicy(resolve=json.loads(resolve), delay=0.0)
    source = Source("harbour", "sitemap", (address,))
    shift = timedelta(days=float(days_later))
    store.take(
        fetch_all(
            [source],
            states=StatesInMemory(store.states()),
            policy=policy,
            clock=lambda: datetime.now(UTC) + shift,
        )
    )
    print(json.dumps({"written": store.written, **store.seen}))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
