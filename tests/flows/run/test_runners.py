"""A document that kills its worker costs only itself; every other one of its batch is done."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from flows.run.runners import Processes
from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_stages
from flows.stages.reports import EnrichReport
from flows.stages.session import Session, open_session
from tests.flows.corpus import ask, write_corpus
from tests.flows.deadly import DEADLY_NUMBERS, Numbers, Poison, Poisoned, negated

ROOT = Path(__file__).parents[3]
FIRST, SECOND = "https://news.example/1", "https://news.example/0"
COUNT = 3


def run(settings: Settings, corpus: Path, poison: Poison) -> Session:
    sources = sources_for(settings, [str(corpus)])
    with open_session(settings, sources=sources, wrap=lambda runner: Poisoned(runner, poison)) as session:
        run_stages(session)
        session.end()
    return session


def test_results_keep_their_order_whatever_dies() -> None:
    runner = Processes(2)
    tasks = [Numbers(tuple(range(start, start + 4))) for start in range(0, 60, 4)]
    found = [number for result in runner.map(negated, tasks) for number in result]
    runner.close()
    assert found == [None if n in DEADLY_NUMBERS else -n for n in range(60)]


def test_workers_end_with_a_parent_that_was_killed() -> None:
    program = (
        "import os, signal\n"
        "from flows.run.runners import Processes\n"
        "from tests.flows.deadly import Numbers, process_id\n"
        "print(*Processes(1).map(process_id, [Numbers((1,))]), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # Its output ends when nobody holds it any more: the worker is gone by then.
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=30)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout


def test_a_document_and_an_article_that_kill_their_workers(tmp_path: Path) -> None:
    settings = Settings(lake=str(tmp_path / "lake"), parser="lexicon", runner="processes", workers=1)
    held = run(settings, write_corpus(tmp_path / "in.jsonl", COUNT), Poison(FIRST, SECOND))
    done = held.run
    assert (done.read, done.accepted + done.repaired, done.quarantined) == (COUNT, COUNT - 1, 1)
    assert held.report(EnrichReport).step_failures == 1
    assert ask(settings.lake, "SELECT stage, reason, item_no, url FROM raw.quarantine ORDER BY 1") == [
        ("clean", "memory_limit", 2, None),
        ("enrich", "memory_limit", 1, SECOND),
    ]
    assert ask(settings.lake, "SELECT count(*) FROM news.articles") == [(COUNT - 1,)]
    assert ask(settings.lake, "SELECT count(DISTINCT article_id) FROM news.times") == [(COUNT - 2,)]


def test_a_run_after_one_that_died_is_wary(tmp_path: Path) -> None:
    """Inline, a document that kills takes the run with it; the next run finds it out."""
    settings = Settings(lake=str(tmp_path / "lake"), parser="lexicon")
    corpus = write_corpus(tmp_path / "in.jsonl", COUNT)
    program = (
        "import multiprocessing, sys\n"
        "from pathlib import Path\n"
        "from tests.flows.run import test_runners as here\n"
        "multiprocessing.parent_process = lambda: True\n"
        "settings = here.Settings(lake=sys.argv[1], parser='lexicon')\n"
        "here.run(settings, Path(sys.argv[2]), here.Poison(here.FIRST))\n"
    )
    command = [sys.executable, "-c", program, settings.lake, str(corpus)]
    died = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    done = run(settings, corpus, Poison(FIRST)).run
    assert (done.accepted + done.repaired, done.quarantined) == (COUNT - 1, 1)
    assert ask(settings.lake, "SELECT count(*) FROM news.articles") == [(COUNT - 1,)]
