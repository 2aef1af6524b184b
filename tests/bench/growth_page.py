"""The results of `tests.bench.growth` as Markdown: tables, and the page of the docs with its charts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_INTRODUCTION = """# How the cost of a run grows with its lake

Written by `python -m tests.bench.growth --write docs/growth.md`; do not edit.

**Measured.** CPU seconds (user + system, child processes included) and peak memory of one run that reads 200 known
articles and finds nothing new, and of one run with 200 new articles, dated on the newest three days; the parser is
`lexicon`. Also the time to publish without an earlier file, and to open the lake for one query. The smallest lake is
loaded by a real run of invented articles: 30 publishers of unequal size, about 300 words each, spread over three years.
The larger ones are replicated from its rows with ids, letters and dates of their own, so days fill up as the lake
grows. A raw document has about 2 kB; real pages have 20 to 50 times as much. A small commit is a transaction with the
rows of 12 articles in all tables; every 50 of them, a real run of 12 articles follows.

**Run it.** `python -m tests.bench.growth` takes more than an hour;
`python -m tests.bench.growth --sizes 1000 10000 --commits 50 --runs 6 12 --loads 1000` takes some minutes. `--help`
lists the options. Compare figures of one machine only.
"""


@dataclass(slots=True)
class Costs:
    """CPU seconds of one run, in total and by stage, peak memory in MB, and rows written by table."""

    seconds: float
    stages: dict[str, float]
    memory: int
    rows: dict[str, int]


@dataclass(slots=True)
class Files:
    """Files of a lake's newest snapshot, its snapshots, and megabytes of catalogue and of all data files."""

    data: int
    deletes: int
    snapshots: int
    catalogue: float
    stored: float


@dataclass(slots=True)
class Measured:
    """The costs of one lake.

    `command` is the whole process of a run with nothing new, `prefect` that of `import prefect`, `opened`
    that of a query; `published_whole` is the stage publish without an earlier file.
    """

    nothing: Costs
    new: Costs
    command: float
    prefect: float
    ratio: float
    opened: float
    published_whole: float
    files: Files


@dataclass(slots=True)
class SmallRun:
    """A run of 12 articles by its number, the mean and the most of all runs up to it, and the files after it."""

    number: int
    seconds: float
    mean: float
    most: float
    files: Files


@dataclass(slots=True)
class Load:
    """The first load of `size` articles."""

    size: int
    costs: Costs

    @property
    def milliseconds(self) -> float:
        """CPU an article."""
        return 1000 * self.costs.seconds / self.size


@dataclass(slots=True)
class Growth:
    """Everything that was measured, by articles and by small commits."""

    sizes: dict[int, Measured] = field(default_factory=dict)
    commits: dict[int, Measured] = field(default_factory=dict)
    runs: list[SmallRun] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)


_Row = tuple[str, Callable[[Measured], str]]
_MEASURED: tuple[_Row, ...] = (
    ("nothing new: whole process, CPU s", lambda m: f"{m.command:.2f}"),
    ("nothing new: ratio to `import prefect`", lambda m: f"{m.ratio:.2f}"),
    ("nothing new: peak memory, MB", lambda m: f"{m.nothing.memory}"),
    ("200 new articles: CPU s", lambda m: f"{m.new.seconds:.1f}"),
    ("200 new articles: peak memory, MB", lambda m: f"{m.new.memory}"),
    ("publish without an earlier file, CPU s", lambda m: f"{m.published_whole:.2f}"),
    ("open: `dateline sql` with `count(*)`, whole process, CPU s", lambda m: f"{m.opened:.2f}"),
)
_FILES: tuple[tuple[str, Callable[[Files], str]], ...] = (
    ("data files", lambda f: f"{f.data}"),
    ("delete files", lambda f: f"{f.deletes}"),
    ("snapshots", lambda f: f"{f.snapshots}"),
    ("catalogue, MB", lambda f: f"{f.catalogue:.1f}"),
    ("data on disk, MB", lambda f: f"{f.stored:.0f}"),
)


def page(growth: Growth) -> str:
    """The page of the docs."""
    return "\n".join([_INTRODUCTION, *_charts(growth), tables(growth)])


def tables(growth: Growth) -> str:
    """All tables."""
    parts: list[str] = []
    for title, first, by_number in (
        ("By articles in the lake", "articles", growth.sizes),
        ("By small commits", "commits", growth.commits),
    ):
        if by_number:
            parts += [f"## {title}", "", *_measured(first, by_number), ""]
    if growth.runs:
        parts += ["## Small runs", "", *_runs(growth.runs), ""]
    if growth.loads:
        parts += ["## First load", "", *_loads(growth.loads), ""]
    return "\n".join(parts)


def _measured(first: str, by_number: Mapping[int, Measured]) -> list[str]:
    found = list(by_number.values())
    rows = [(name, *map(show, found)) for name, show in _MEASURED]
    rows += [(name, *(show(m.files) for m in found)) for name, show in _FILES]
    rows += _stages("200 new articles", [m.new for m in found])
    rows += _stages("nothing new", [m.nothing for m in found])
    return _table((first, *(f"{number:,}" for number in by_number)), rows)


def _runs(runs: Sequence[SmallRun]) -> list[str]:
    rows = [
        ("CPU s, median of the three runs up to it", *(f"{r.seconds:.2f}" for r in runs)),
        ("CPU s, mean of all runs up to it", *(f"{r.mean:.2f}" for r in runs)),
        ("CPU s, most of any run up to it", *(f"{r.most:.2f}" for r in runs)),
        *((name, *(show(r.files) for r in runs)) for name, show in _FILES),
    ]
    return _table(("run of 12 articles", *(str(r.number) for r in runs)), rows)


def _loads(loads: Sequence[Load]) -> list[str]:
    rows = [
        ("CPU ms an article", *(f"{load.milliseconds:.1f}" for load in loads)),
        ("peak memory, MB", *(f"{load.costs.memory}" for load in loads)),
        *_stages("first load", [load.costs for load in loads]),
    ]
    return _table(("articles", *(f"{load.size:,}" for load in loads)), rows)


def _stages(title: str, costs: Sequence[Costs]) -> list[tuple[str, ...]]:
    """A row for each stage, CPU seconds."""
    return [(f"{title}: stage {name}", *(f"{c.stages[name]:.2f}" for c in costs)) for name in costs[0].stages]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    ruler = ["---", *("---:" for _ in head[1:])]
    return [f"| {' | '.join(cells).strip()} |" for cells in (head, ruler, *rows)]


def _charts(growth: Growth) -> list[str]:
    parts: list[str] = []
    for axis, found in (("articles", growth.sizes), ("small commits", growth.commits)):
        if found:
            lines = [[m.new.seconds for m in found.values()], [m.command for m in found.values()]]
            title = f"CPU s by {axis}: 200 new articles (upper), nothing new (lower)"
            parts += [*_chart(title, axis, [f"{n:,}" for n in found], lines), ""]
    return parts


def _chart(title: str, axis: str, labels: Sequence[str], lines: Sequence[Sequence[float]]) -> list[str]:
    """A line chart as GitHub draws it."""
    highest = max(value for line in lines for value in line)
    names = ", ".join(f'"{label}"' for label in labels)
    drawn = [f"    line [{', '.join(f'{value:.2f}' for value in line)}]" for line in lines]
    return [
        "```mermaid",
        "xychart-beta",
        f'    title "{title}"',
        f'    x-axis "{axis}" [{names}]',
        f'    y-axis "CPU s" 0 --> {1.1 * highest:.0f}',
        *drawn,
        "```",
    ]
