"""Larger lakes from the rows of a small one: copies with ids, letters and dates of their own.

A copy is consistent with itself: ids are rewritten alike in all tables, letters are permuted so that
offsets hold and nothing compresses across copies, days move within the years that the lake covers,
and lines that publishers repeat keep their hashes. Nothing of a copy is pending. Documents of copies
are never read again: their addresses and boilerplate lines are those of the original or permuted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from string import ascii_lowercase, ascii_uppercase

import pyarrow as pa

from tests.bench.news import DAYS, NEWEST
from transforms.contract.columns import Column
from warehouse.catalog.tables import Table, tables
from warehouse.lake.engine import quoted
from warehouse.lake.lake import CATALOG, Lake

ARTICLES_A_FILE = 100_000
RUNS_A_DAY = 96

_NOT_REWRITTEN = {"run_id", "source_id"}
_OTHER_IDS = {"document_key", "text_hash"}
_TEXTS = {
    "title", "subtitle", "text", "captions", "caption", "credit", "name", "value", "clue", "anchor", "speaker",
    "addressee", "venue", "relay", "role_of", "url", "canonical_url", "final_url",
}  # fmt: skip
_HEX = "'[0-9a-f]{32}([0-9a-f]{32})?'"
_EPOCH = f"epoch_us(TIMESTAMPTZ '{NEWEST} 00:00:00+00')"
_DAY_US = 86_400_000_000


@dataclass(slots=True)
class Base:
    """The rows of a lake as Parquet files, from which copies are made; `seqs` is the range of its seqs."""

    folder: Path
    boilerplate: list[int] = field(default_factory=list)
    first_seq: int = 0
    seqs: int = 0

    @classmethod
    def of(cls, lake: Lake, folder: Path, *, after: int = 0) -> Base:
        """The rows in the folder; when there is none, those of the lake's observations after this seq are exported."""
        base = cls(folder)
        if not folder.exists():
            folder.mkdir(parents=True)
            base._export(lake, after)
        first, last = lake.rows(f"SELECT min(seq), max(seq) FROM {base._read('raw.observations')}")[0]
        base.first_seq, base.seqs = first, last - first + 1
        lines = lake.rows(f"SELECT DISTINCT line_hash FROM {base._read('news.publisher_lines')}")
        base.boilerplate = [line for (line,) in lines]
        return base

    def _export(self, lake: Lake, after: int) -> None:
        seen = f"(FROM {CATALOG}.raw.observations WHERE seq > {after})"
        articles = f"(FROM {CATALOG}.news.articles SEMI JOIN {seen} USING (observation_id))"
        lake.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT raw_id AS id FROM {seen} "
            f"UNION SELECT observation_id FROM {seen} UNION SELECT article_id FROM {articles}"
        )
        for table in (*_copied_tables(), tables()["news.publisher_lines"]):
            ids = [name for name in table.key if _is_id(name)]
            condition = f"{ids[0]} IN (SELECT id FROM temp.main.wanted)" if ids else "true"
            order = "ORDER BY seq" if any(c.name == "seq" for c in table.columns) else ""
            target = quoted(str(self.folder / f"{table.qualified}.parquet"))
            lake.connection.execute(
                f"COPY (SELECT * FROM {CATALOG}.{table.qualified} WHERE {condition} {order}) "
                f"TO {target} (FORMAT parquet)"
            )

    def _read(self, table: str) -> str:
        return f"read_parquet({quoted(str(self.folder / f'{table}.parquet'))})"

    def query(self, table: Table, copy: Copy) -> str:
        """The rows of one copy of a table."""
        values = [f'{_rewritten(table, c, copy, self.boilerplate)} AS "{c.name}"' for c in table.columns]
        return f"SELECT {', '.join(values)} FROM {self._read(table.qualified)}"


@dataclass(slots=True)
class Copy:
    """One copy: its number, the shift of its seqs and days, and its alphabet."""

    number: int
    seq_shift: int
    day_shift: int
    letters: str = ""
    mask: int = 0

    def __post_init__(self) -> None:
        noise = Random(self.number)
        lower = "".join(noise.sample(ascii_lowercase, 26))
        self.letters = lower + lower.upper()
        self.mask = noise.getrandbits(62) << 1  # even: it tells no sentence from a label


def replicate(lake: Lake, base: Base, numbers: range) -> None:
    """Add these copies of the base, at most ARTICLES_A_FILE observations to a transaction."""
    first = _first_shift(lake, base)
    step = max(1, ARTICLES_A_FILE // base.seqs)
    for start in range(0, len(numbers), step):
        some = numbers[start : start + step]
        copies = [Copy(n, first + (start + place) * base.seqs, n * 37 % DAYS) for place, n in enumerate(some)]
        with lake.transaction(f"copies {some[0]} to {some[-1]}"):
            for table in _copied_tables():
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                rows = " UNION ALL ".join(f"({base.query(table, copy)})" for copy in copies)
                lake.connection.execute(f"INSERT INTO {CATALOG}.{table.qualified} ({names}) {rows}")


def commit_copies(lake: Lake, base: Base, numbers: range, *, total: int) -> None:
    """Add each copy in a small transaction of its own; number `total` has the newest days."""
    first = _first_shift(lake, base)
    for place, number in enumerate(numbers):
        copy = Copy(number, first + place * base.seqs, (total - number) // RUNS_A_DAY)
        rows: dict[Table, pa.Table] = {t: lake.arrow(base.query(t, copy)) for t in _copied_tables()}
        with lake.transaction(f"copy {number}"):
            for table, found in rows.items():
                if found.num_rows:
                    lake.insert(table, found)


def _first_shift(lake: Lake, base: Base) -> int:
    """The shift that puts the base's first seq behind the lake's last."""
    last = lake.rows(f"SELECT coalesce(max(seq), 0) FROM {CATALOG}.raw.observations")[0][0]
    return int(last) + 1 - base.first_seq


def _copied_tables() -> list[Table]:
    """The tables whose key a copy changes; the others are records of runs, publishers, sources and rejections."""
    return [t for t in tables().values() if any(_is_id(name) for name in t.key) and t.name != "quarantine"]


def _is_id(name: str) -> bool:
    return name in _OTHER_IDS or (name.endswith("_id") and name not in _NOT_REWRITTEN)


def _rewritten(table: Table, column: Column, copy: Copy, boilerplate: list[int]) -> str:
    """The value of a column in a copy, as SQL."""
    name, quoted_name = column.name, f'"{column.name}"'
    if name == "seq" or name.endswith("_seq"):
        return f"{quoted_name} + {copy.seq_shift}"
    if name == "body":
        return _body(copy)
    if name == "line_hashes":
        kept = f"list_contains({boilerplate}::BIGINT[], line)"
        moved = f"CASE WHEN {kept} THEN line ELSE xor(line, {copy.mask}::BIGINT) END"
        return f"list_sort([{moved} FOR line IN line_hashes])"
    if pa.types.is_string(column.type) and not column.values and (_is_id(name) or name in _TEXTS):
        return _string(quoted_name, copy, is_text=name in _TEXTS)
    if table.schema == "news" and name != "first_seen_at":
        if pa.types.is_timestamp(column.type):
            return f"make_timestamptz({_moved(f'epoch_us({quoted_name})', copy)})"
        if pa.types.is_date(column.type):
            moved = _moved(f"epoch_us({quoted_name}::TIMESTAMP)", copy)
            return f"make_timestamp({moved})::DATE"
    return quoted_name


def _string(name: str, copy: Copy, *, is_text: bool) -> str:
    """An id is hashed again, an address gets a suffix, the letters of a text are permuted."""
    salted = f"{name} || ':{copy.number}'"
    hashed = f"CASE WHEN length({name}) = 32 THEN md5({salted}) ELSE sha256({salted}) END"
    other = _permuted(name, copy) if is_text else name
    return (
        f"CASE WHEN regexp_full_match({name}, {_HEX}) THEN {hashed} "
        f"WHEN starts_with({name}, 'http') THEN {name} || '-{copy.number}' ELSE {other} END"
    )


def _permuted(value: str, copy: Copy) -> str:
    return f"translate({value}, '{ascii_lowercase}{ascii_uppercase}', '{copy.letters}')"


def _body(copy: Copy) -> str:
    """The record of `tests.bench.news` with the letters of its text permuted, line ends kept."""
    start = 'instr(decode(body), \'"text": "\') + 9'
    head, tail = f"left(decode(body), {start} - 1)", f"substr(decode(body), {start})"
    line_end = copy.letters[ascii_lowercase.index("n")]
    return f"encode({head} || replace({_permuted(tail, copy)}, '\\{line_end}', '\\n'))"


def _moved(moment: str, copy: Copy) -> str:
    """Microseconds moved by whole days; those within the years of the lake stay within them."""
    last = f"{_EPOCH} + {_DAY_US - 1}"
    span, shift = DAYS * _DAY_US, copy.day_shift * _DAY_US
    is_within = f"{moment} BETWEEN {last} - {span - 1} AND {last}"
    return f"CASE WHEN {is_within} THEN {last} - ({last} - {moment} + {shift}) % {span} ELSE {moment} - {shift} END"
