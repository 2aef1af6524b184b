"""The checks of `dateline sources check` for each source."""

from datetime import UTC, datetime
from pathlib import Path

from flows.sources import FetchState, Source, StatesInMemory, fetch_all
from flows.sources.check import check_sources
from tests.flows.conftest import Hasty
from tests.flows.site import Site
from warehouse.catalog.source_rows import SourceHealth


def test_what_a_run_would_fetch(site: Site, hasty: Hasty, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").symlink_to("a.txt")
    sources = [
        Source("feed", "feed", (f"{site.url}/atom.xml", f"{site.url}/private/feed.xml")),
        Source("files", "files", (str(tmp_path), str(tmp_path / "none"))),
    ]
    well = SourceHealth("feed", datetime.now(UTC), datetime.now(UTC))
    feed, files = check_sources(sources, states=StatesInMemory(), health={"feed": well}, policy=hasty())
    assert (feed.entries, feed.new, feed.due, feed.health) == (5, 5, 0, well)
    assert [line.partition(": ")[0] for line in feed.problems] == [f"{site.url}/private/feed.xml"]
    assert "robots_denied" in feed.problems[0]
    assert (files.files, files.health) == (1, None)
    assert "symlink_not_followed" in files.problems[0]
    assert "none" in files.problems[1]
    assert not [path for path in site.paths() if path.startswith("/articles")]


def test_known_addresses_are_not_new(site: Site, hasty: Hasty) -> None:
    source = Source("feed", "feed", (f"{site.url}/feed.xml",))
    states: dict[str, FetchState] = {}
    for outcome in fetch_all([source], states=StatesInMemory(), policy=hasty()):
        states |= {state.url: state for state in outcome.states}
    (check,) = check_sources([source], states=StatesInMemory(states), health={}, policy=hasty())
    assert (check.new, check.due, check.problems) == (0, 0, [])
    assert check.next_due_at == min(state.next_due_at for state in states.values() if state.next_due_at)
