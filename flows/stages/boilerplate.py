"""What publishers repeat: judged anew where their documents have changed, and handed to the cleaning of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.run.tasks import raw_document
from transforms.link.boilerplate.repeated_lines import Hashes, boilerplate_in, merged, repeated_lines
from transforms.link.boilerplate.rows import line_hash, lines_hash
from transforms.text.folding import fold_numbers
from warehouse.catalog.rows import Run
from warehouse.lake.batch_inputs import stage_documents
from warehouse.lake.lake import Lake
from warehouse.lake.staging import read_records
from warehouse.write.boilerplate import (
    Judgement,
    commit_boilerplate,
    fingerprints_of,
    lines_in,
    lines_of,
    pending_publishers,
)

_DOCUMENTS_AT_ONCE = 20_000
_READ_AT_ONCE = 64


def judge_publishers(lake: Lake, run: Run) -> int:
    """Bring the repeated lines of each publisher to what its documents now say; gives how many were judged."""
    pending = pending_publishers(lake)
    for publishers in _bundles(pending):
        fingerprints = _Fingerprints(fingerprints_of(lake, list(publishers)))
        judgement, held = _judge(fingerprints, publishers), lines_of(lake, list(publishers))
        texts = _texts(lake, run, fingerprints, set(judgement.lines) - set(held))
        commit_boilerplate(lake, run, judgement, held, texts)
    return len(pending)


def boilerplate_of(lake: Lake, observation_ids: Sequence[str]) -> dict[str, list[str]]:
    """The folded lines of each document that its publisher repeats, as far as it has any."""
    documents = list(lines_in(lake, observation_ids))
    known: dict[str, dict[int, str]] = {}
    for (publisher, line), row in lines_of(lake, sorted({publisher for _, publisher, _ in documents})).items():
        known.setdefault(publisher, {})[line] = row.line
    found = {}
    for observation_id, publisher, hashes in documents:
        texts = known.get(publisher, {})
        repeated = boilerplate_in(np.array(hashes, np.int64), np.array(sorted(texts), np.int64))
        if repeated:
            found[observation_id] = [texts[line] for line in repeated]
    return found


class _Fingerprints:
    """Rows of news.fingerprints in order: publisher, document, observation, and the hashes as one array each."""

    def __init__(self, table: pa.Table) -> None:
        lists = table.column("line_hashes")
        self._values = pc.list_flatten(lists).to_numpy()
        self._lengths = pc.list_value_length(lists).to_numpy()
        self._names = [table.column(n).to_pylist() for n in ("publisher_key", "document_key", "observation_id")]

    def __iter__(self) -> Iterator[tuple[str, str, str, Hashes]]:
        starts = np.concatenate(([0], np.cumsum(self._lengths)))
        for number, names in enumerate(zip(*self._names, strict=True)):
            yield *names, self._values[starts[number] : starts[number + 1]]


def _bundles(pending: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Publishers in order, as many at once as have some thousand documents."""
    bundle: dict[str, int] = {}
    for publisher, number in pending.items():
        if bundle and sum(bundle.values()) + number > _DOCUMENTS_AT_ONCE:
            yield bundle
            bundle = {}
        bundle[publisher] = number
    if bundle:
        yield bundle


def _judge(fingerprints: _Fingerprints, publishers: Mapping[str, int]) -> Judgement:
    lines: dict[tuple[str, int], int] = {}
    documents: dict[str, str] = {}
    for publisher, group in groupby(fingerprints, key=lambda row: row[0]):
        rows = list(group)
        counts = repeated_lines(merged((key, hashes) for _, key, _, hashes in rows))
        lines |= {(publisher, line): count for line, count in counts.items()}
        repeated = np.array(sorted(counts), np.int64)
        for _, _, observation_id, hashes in rows:
            if found := boilerplate_in(hashes, repeated):
                documents[observation_id] = lines_hash(found)
    return Judgement(publishers, lines, documents)


def _texts(lake: Lake, run: Run, fingerprints: _Fingerprints, missing: set[tuple[str, int]]) -> dict[int, str]:
    """The texts of lines (publisher_key, line_hash), from the first documents that have them."""
    wanted: list[str] = []
    sought = set(missing)
    for publisher, _, observation_id, hashes in fingerprints if sought else ():
        if found := sought.intersection((publisher, line) for line in hashes.tolist()):
            wanted.append(observation_id)
            sought -= found
    return dict(_read_lines(lake, run, wanted, {line for _, line in missing}))


def _read_lines(
    lake: Lake, run: Run, observation_ids: Sequence[str], wanted: set[int]
) -> Iterator[tuple[int, str]]:
    """Hash and text of the wanted lines, read again from the documents."""
    from transforms.link.boilerplate.fingerprint import document_lines  # late: it loads parsers

    for start in range(0, len(observation_ids), _READ_AT_ONCE):
        path = lake.staging / run.run_id / "lines" / "input.parquet"
        for record in read_records(stage_documents(lake, path, observation_ids[start : start + _READ_AT_ONCE])):
            for line in document_lines(raw_document(record)):
                if (found := line_hash(line)) in wanted:
                    yield found, fold_numbers(line)
