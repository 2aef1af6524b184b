"""The settings page and the file of `dateline init` have every setting, with the defaults of the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from msgspec import structs

from flows.fetch.policy import Bounds, FetchPolicy, fetch_policy_of
from flows.settings import Serve, Settings, load_settings
from flows.settings_reference import page, settings_by_table, template
from flows.sources.source import Source, source_of

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def _uncommented(*left_out: str) -> str:
    """The file of `dateline init` with its settings made effective."""
    lines = [re.sub(r"^#(?=[a-z\[])", "", line) for line in template().splitlines()]
    return "\n".join(line for line in lines if not line.startswith(left_out or ("\0",)))


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m flows.settings_reference > docs/settings.md"


def test_every_setting_has_a_meaning_and_is_in_the_file() -> None:
    tables = settings_by_table()
    assert [(table, s.name) for table, known in tables.items() for s in known if not s.meaning] == []
    found = {
        "": {f.name for f in structs.fields(Settings)} - {"resources", "sources", "fetch", "serve"},
        "sources": {f.name for f in structs.fields(Source)} - {"source_id", "addresses"} | {"path", "url"},
        "fetch": {f.name for f in structs.fields(FetchPolicy)} - {"bounds"},
        "fetch.bounds": {f.name for f in structs.fields(Bounds)},
        "serve": {f.name for f in structs.fields(Serve)},
    }
    assert {table: {s.name for s in tables[table]} for table in found} == found
    written = tomllib.loads(_uncommented())
    assert set(written["sources"]["example"]) == found["sources"]
    assert found[""] <= set(written)


def test_the_file_as_written_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "dateline.toml"
    path.write_text(template(), encoding="utf-8")
    assert load_settings(path, environment={}) == Settings()
    assert max(map(len, template().splitlines())) <= 100


@pytest.mark.parametrize("left_out", ["url", "path"])
def test_every_line_of_the_file_can_be_made_effective(tmp_path: Path, left_out: str) -> None:
    path = tmp_path / "dateline.toml"
    kind = 'kind = "files"' if left_out == "path" else "\0"
    path.write_text(_uncommented(f"{left_out} =", kind), encoding="utf-8")
    found = load_settings(path, environment={})
    source = source_of("example", found.sources["example"])
    assert (source.is_web, source.recheck_days) == (left_out == "path", 32)
    policy = fetch_policy_of(found.fetch)
    assert policy.bounds == Bounds()
    examples = {"contact": policy.contact, "allowed": policy.allowed, "resolve": policy.resolve}
    assert policy == structs.replace(FetchPolicy(), **examples)
    assert found.chosen_resources().name("parser") == Settings().chosen_resources().name("parser")
