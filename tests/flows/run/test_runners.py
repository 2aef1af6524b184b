"""Every runner makes the same tables; a document that kills its worker or fails costs only itself."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, get_args

import pytest

from flows.run import limits
from flows.run.in_order import InOrder, Launch, Runner
from flows.run.portable import UnportableError
from flows.run.runners import RunnerName, runner_of
from flows.settings import Settings
from flows.stages.inputs import sources_for
from flows.stages.pipeline import run_stages
from flows.stages.reports import EnrichReport
from flows.stages.session import Session, open_session
from tests.flows.corpus import ask, contents, write_corpus
from tests.flows.deadly import DEADLY_NUMBERS, Numbers, Poison, Poisoned, negated, odd, process_id, strict
from transforms.contract.errors import SchemaError
from transforms.contract.steps import registered_cleaners, registered_steps

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
FIRST, SECOND, THIRD, FOURTH = (f"https://news.example/{number}" for number in (1, 0, 2, 3))
COUNT = 3


def run(settings: Settings, corpus: Path, wrap: Callable[[Runner], Runner] = lambda runner: runner) -> Session:
    sources = sources_for(settings, [str(corpus)])
    with open_session(settings, sources=sources, wrap=wrap) as session:
        run_stages(session)
        session.end()
    return session


def poisoned(poison: Poison) -> Callable[[Runner], Runner]:
    return lambda runner: Poisoned(runner, poison)


@pytest.fixture(params=get_args(RunnerName))
def runner(request: pytest.FixtureRequest) -> Iterator[InOrder]:
    started = runner_of(request.param, 2)
    yield started
    started.close()


def _tasks() -> list[Numbers]:
    return [Numbers(tuple(range(start, start + 4))) for start in range(0, 60, 4)]


def test_results_keep_their_order_whatever_dies() -> None:
    runner = runner_of("processes", 2)
    found = [number for result in runner.map(negated, _tasks()) for number in result]
    runner.close()
    assert found == [None if n in DEADLY_NUMBERS else -n for n in range(60)]


def test_every_runner_raises_what_a_task_raises(runner: InOrder) -> None:
    results = runner.map(strict, _tasks())
    assert [next(results), next(results)] == [[0, 1, 2, 3], [4, 5, 6, 7]]
    with pytest.raises(SchemaError, match="a number is 9") as caught:
        next(results)
    assert caught.value.table == "numbers"


def test_an_error_that_does_not_unpickle_is_not_a_lost_worker(runner: InOrder) -> None:
    with pytest.raises(UnportableError, match="OddError: number 9 is odd"):
        list(runner.map(odd, _tasks()))


def test_any_executor_makes_a_runner() -> None:
    runner = InOrder(Launch(ThreadPoolExecutor), 2)
    assert [n for result in runner.map(strict, _tasks()[:2]) for n in result] == list(range(8))
    assert runner.workers == 2
    runner.close()


def test_inline_works_when_the_result_is_due_and_a_worker_replaces_it_after_a_crash() -> None:
    started: list[int] = []

    def tasks() -> Iterator[Numbers]:
        for number in range(3):
            started.append(number)
            yield Numbers((number,))

    runner = runner_of("inline", 4)
    assert (runner.workers, next(runner.map(strict, tasks())), started) == (1, [0], [0])
    isolated = runner_of("inline", 4, isolate_workers=True)
    (here,), (there,) = runner.map(process_ids, [Numbers((1,))]), isolated.map(process_ids, [Numbers((1,))])
    isolated.close()
    assert here != there


def process_ids(task: Numbers) -> int:
    return process_id(task)


def test_workers_end_with_a_parent_that_was_killed() -> None:
    program = (
        "import os, signal\n"
        "from flows.run.runners import runner_of\n"
        "from tests.flows.deadly import Numbers, process_id\n"
        "print(*runner_of('processes', 1).map(process_id, [Numbers((1,))]), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The pipe closes when the last process that has it ends: the worker has ended by then.
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=30)
    assert done.returncode == -signal.SIGKILL
    assert done.stdout


def test_workers_share_what_was_loaded_before_they_start() -> None:
    program = (
        "from flows.run.runners import runner_of\n"
        "from tests.flows.deadly import Numbers, prepare, prepared_by\n"
        "runner = runner_of('processes', 2)\n"
        "runner.start(prepare)\n"
        "print(len(set(runner.map(prepared_by, [Numbers((n,)) for n in range(8)]))))\n"
        "runner.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_a_document_and_an_article_that_kill_their_workers(tmp_path: Path) -> None:
    settings = Settings(lake=str(tmp_path / "lake"), parser="lexicon", runner="processes", workers=1)
    poison = Poison({FIRST: "kill"}, {SECOND: "kill"})
    opened = run(settings, write_corpus(tmp_path / "in.jsonl", COUNT), poisoned(poison))
    done = opened.run
    assert (done.read, done.accepted + done.repaired, done.quarantined) == (COUNT, COUNT - 1, 1)
    assert opened.report(EnrichReport).step_failures == 1
    assert ask(settings.lake, "SELECT stage, reason, item_no, url FROM raw.quarantine ORDER BY 1") == [
        ("clean", "memory_limit", 2, None),
        ("enrich", "memory_limit", 1, SECOND),
    ]
    assert ask(settings.lake, "SELECT count(*) FROM news.articles") == [(COUNT - 1,)]
    assert ask(settings.lake, "SELECT count(DISTINCT article_id) FROM news.times") == [(COUNT - 2,)]


def test_a_run_after_one_that_crashed_isolates_its_work(tmp_path: Path) -> None:
    """Inline, a document that kills takes the run with it; the next run finds out which."""
    settings = Settings(lake=str(tmp_path / "lake"), parser="lexicon")
    corpus = write_corpus(tmp_path / "in.jsonl", COUNT)
    program = (
        "import multiprocessing, sys\n"
        "from pathlib import Path\n"
        "from tests.flows.run import test_runners as here\n"
        "multiprocessing.parent_process = lambda: True\n"
        "settings = here.Settings(lake=sys.argv[1], parser='lexicon')\n"
        "here.run(settings, Path(sys.argv[2]), here.poisoned(here.Poison({here.FIRST: 'kill'})))\n"
    )
    command = [sys.executable, "-c", program, settings.lake, str(corpus)]
    died = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    done = run(settings, corpus, poisoned(Poison({FIRST: "kill"}))).run
    assert (done.accepted + done.repaired, done.quarantined) == (COUNT - 1, 1)
    assert ask(settings.lake, "SELECT count(*) FROM news.articles") == [(COUNT - 1,)]


def test_runners_agree_on_documents_that_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = write_corpus(tmp_path / "in.jsonl", 8)
    poison = Poison({FIRST: "raise", SECOND: "misfit"}, {THIRD: "raise", FOURTH: "misfit"})
    separate = Settings(lake=str(tmp_path / "separate"), parser="lexicon", runner="processes", workers=2)
    run(separate, corpus, poisoned(poison))
    _restore_steps(monkeypatch)
    poison.take()
    here = Settings(lake=str(tmp_path / "here"), parser="lexicon")
    run(here, corpus)
    assert contents(Path(here.lake)) == contents(Path(separate.lake))
    failed = ask(here.lake, "SELECT stage, item_no, reason, detail FROM raw.quarantine ORDER BY stage, item_no")
    assert [row[:3] for row in failed] == [
        ("clean", 1, "step_failed"),
        ("clean", 2, "step_failed"),
        ("enrich", 1, "step_failed"),
        ("enrich", 1, "step_failed"),
    ]
    details = " | ".join(sorted(row[3].splitlines()[-1] for row in failed))
    assert details.count("OddError: number 9 is odd") == 2
    assert "SchemaError: Article.subtitle: " in details
    assert "SchemaError: Time.value: " in details
    assert ask(here.lake, "SELECT count(*) FROM news.articles") == [(6,)]
    assert ask(here.lake, "SELECT count(DISTINCT article_id) FROM news.times") == [(4,)]


def test_limits_hold_in_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No timer works there: a document and an article that loop for ever end all the same."""
    monkeypatch.setattr(limits, "prepare", Poison({FIRST: "hang"}, {SECOND: "hang"}).take)
    monkeypatch.setattr(limits, "CLEAN_SECONDS", 3.0)
    monkeypatch.setattr(limits, "ENRICH_SECONDS", 4.0)  # a new sandbox loads its word lists
    monkeypatch.setattr(limits, "_ORDINARY_SECONDS", 0.1)
    settings = Settings(lake=str(tmp_path / "lake"), parser="lexicon")
    threads = InOrder(Launch(ThreadPoolExecutor), 1)
    run(settings, write_corpus(tmp_path / "in.jsonl", COUNT), lambda _: threads)
    assert ask(settings.lake, "SELECT stage, reason, item_no FROM raw.quarantine ORDER BY 1") == [
        ("clean", "time_limit", 2),
        ("enrich", "time_limit", 1),
    ]
    assert ask(settings.lake, "SELECT count(*) FROM news.articles") == [(COUNT - 1,)]
    assert ask(settings.lake, "SELECT count(DISTINCT article_id) FROM news.times") == [(COUNT - 2,)]


def _restore_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo, at the end of the test, what poison does to this process."""
    import transforms.enrich  # noqa: F401 - it registers the steps
    from transforms.clean import load_cleaners

    load_cleaners()
    registries: list[tuple[Any, str]] = [
        (registered_cleaners(), "application/json"),
        (registered_steps(), "times"),
    ]
    for registry, name in registries:
        monkeypatch.setitem(registry, name, registry[name])
