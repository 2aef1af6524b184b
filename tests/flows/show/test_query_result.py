"""How the rows of a query look in terminals of several widths."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from flows.show.query_result import print_rows
from flows.show.screen import counted, grid
from transforms.contract.errors import DatelineError


def _shown(query: str, format: str, capsys: pytest.CaptureFixture[str]) -> str:
    with closing(duckdb.connect()) as connection:
        print_rows(connection, query, format=format, lake="lake")
    return capsys.readouterr().out


def test_a_table_that_would_hide_columns_has_a_line_for_each_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ", ".join(f"'{'word ' * 6}' as column_{n}" for n in range(8))
    monkeypatch.setenv("COLUMNS", "80")
    shown = _shown(f"select {names}", "table", capsys)
    assert [line.split(" = ")[0].strip() for line in shown.splitlines()] == [f"column_{n}" for n in range(8)]
    monkeypatch.setenv("COLUMNS", "400")
    assert "│" in _shown(f"select {names}", "table", capsys)


def test_a_table_whose_cells_can_be_wrapped_stays_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    query = "select repeat('q', 90) as quote, 'The council of Northport' as speaker, date '2024-03-05' as published_on"
    shown = _shown(query, "table", capsys)
    assert "published_on" in shown
    assert "2024-03-05" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.count("q") == 91


def test_many_rows_in_line_form_end_with_a_hint(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    names = ", ".join(f"repeat('w', 30) as column_{n}" for n in range(8))
    query = f"select i, {names} from range(300) t(i) order by i"
    shown = _shown(query, "table", capsys)
    assert shown.endswith("the first 200 rows; --format line prints all\n")
    assert len(re.findall("column_7 = ", _shown(query, "line", capsys))) == 300


def test_line_and_markdown_keep_line_breaks_bars_lists_and_nulls(capsys: pytest.CaptureFixture[str]) -> None:
    query = "select 'a|b' || chr(10) || 'c' as text, [1, 2] as list, null as nothing"
    assert _shown(query, "line", capsys) == "   text = a|b\n          c\n   list = [1, 2]\nnothing = NULL\n"
    markdown = "| text | list | nothing |\n|---|---|---|\n| a\\|b<br>c | [1, 2] |  |\n"
    assert _shown(query, "markdown", capsys) == markdown


@pytest.mark.parametrize(
    "query",
    [
        "from mart.quote_book",
        "from quote_book",
        "from mart.said_by('a')",
        "from meta.dictionary",
        "from who_said('a')",
    ],
)
def test_without_a_published_file_a_message_says_why_there_are_no_marts(tmp_path: Path, query: str) -> None:
    with closing(duckdb.connect()) as connection:
        with pytest.raises(DatelineError, match=r"not published yet in .*: dateline run publishes them"):
            print_rows(connection, query, format="table", lake=str(tmp_path))
        with pytest.raises(DatelineError, match="shows the newest snapshot only"):
            print_rows(connection, query, format="table", lake=str(tmp_path), as_of="3")
        with pytest.raises(DatelineError, match="quotations does not exist"):
            print_rows(connection, "from quotations", format="table", lake=str(tmp_path))


@pytest.mark.parametrize("width", [50, 80, 100, 160])
def test_dates_and_numbers_are_not_broken_in_narrow_tables(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    from rich.console import Console

    cells = ["gazette", "feed", "12,345", "2026-11-28 18:32", "failing: HTTP 404 from a feed since yesterday"]
    table = grid("source", "kind", "entries", "next due (UTC)", "alarm")
    table.add_row(*cells)
    Console(width=width, markup=False).print(table)
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= width
    for word in " ".join(cells).split():
        assert word in shown


def test_counts_have_a_singular() -> None:
    assert [counted(n, "row") for n in (0, 1, 1234)] == ["0 rows", "1 row", "1,234 rows"]
    assert counted(2, "address", "addresses") == "2 addresses"
