"""The checks of `dateline sources check` for each source."""

import json
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


def test_one_record_shows_which_field_became_what(tmp_path: Path) -> None:
    row = {
        "hed": "A head",
        "story_text": "A text.",
        "went_live": "2024-03-05",
        "outlet": {"name": "Bay News", "no": 1},
        "blurb": "b",
    }
    (tmp_path / "dump.jsonl").write_text(json.dumps(row) + "\n" + json.dumps({"other": 1}) + "\n")
    fields = {"title": "hed", "text": "story_text", "published": "went_live_at", "publisher": "outlet.name"}
    (check,) = check_sources(
        [Source("dump", "files", (str(tmp_path),), fields=fields)], states=StatesInMemory(), health={}
    )
    assert check.sample is not None
    assert check.sample.place == f"{(tmp_path / 'dump.jsonl').as_posix()}, record 1"
    assert check.sample.use.used == {
        "title": ("hed", "A head"),
        "text": ("story_text", "A text."),
        "publisher": ("outlet.name", "Bay News"),
    }
    assert check.sample.use.missing == {"published": "went_live_at"}
    assert check.sample.use.unused == ("went_live", "blurb")


def test_pages_and_texts_have_no_fields_to_show(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body><p>A page.</p></body></html>")
    (tmp_path / "b.txt").write_text("A text.")
    (check,) = check_sources([Source("pages", "files", (str(tmp_path),))], states=StatesInMemory(), health={})
    assert (check.files, check.sample) == (2, None)
