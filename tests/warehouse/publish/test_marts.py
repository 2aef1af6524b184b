"""Marts over given tables: tests/warehouse/cases/<mart>/ has rows of news tables and the rows expected.

Marts that it needs are built from the same rows, or have the rows of a file mart.<name>.csv.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from transforms.contract.errors import SchemaError
from warehouse.catalog.tables import sql_type, tables
from warehouse.publish.sqlfiles import in_build_order, parse, sql_files

CASES = Path(__file__).parents[1] / "cases"
MARTS = {mart.name: mart for mart in in_build_order(sql_files("marts"))}


def test_every_mart_has_a_case() -> None:
    assert set(MARTS) == {case.name for case in CASES.iterdir()}


def _fill(con: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    con.execute(f"INSERT INTO {table} BY NAME FROM read_csv('{file}', all_varchar = true, nullstr = 'null')")


@pytest.mark.parametrize("name", sorted(MARTS))
def test_mart(name: str) -> None:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute("CREATE SCHEMA news")
    con.execute("CREATE SCHEMA mart")
    for table in tables().values():
        if table.schema == "news":
            columns = ", ".join(f'"{c.name}" {sql_type(c.type)}' for c in table.columns)
            con.execute(f"CREATE TABLE {table.qualified} ({columns})")
    for given in (CASES / name).glob("news.*.csv"):
        _fill(con, given.stem, given)
    for mart in MARTS.values():
        con.execute(f"CREATE TABLE mart.{mart.name} AS {mart.body}")
        if mart.name == name:
            break
        if (given := CASES / name / f"mart.{mart.name}.csv").exists():
            con.execute(f"DELETE FROM mart.{mart.name}")
            _fill(con, f"mart.{mart.name}", given)
    con.execute(f"CREATE TABLE expect AS FROM mart.{name} LIMIT 0")
    _fill(con, "expect", CASES / name / "expect.csv")
    assert con.execute(f"FROM mart.{name} EXCEPT ALL FROM expect").fetchall() == []
    assert con.execute(f"FROM expect EXCEPT ALL FROM mart.{name}").fetchall() == []


@pytest.mark.parametrize("name", sorted(MARTS))
def test_the_header_states_grain_and_key(name: str) -> None:
    assert MARTS[name].grain
    assert MARTS[name].key
    assert all(MARTS[name].columns.values())


@pytest.mark.parametrize("name", sorted(MARTS))
def test_header_names_the_marts_that_the_body_reads(name: str) -> None:
    read = {other for other in MARTS if f"mart.{other}" in MARTS[name].body}
    assert read == set(MARTS[name].needs)


@pytest.mark.parametrize("name", sorted(MARTS))
def test_a_mart_has_the_column_that_it_is_refreshed_by(name: str) -> None:
    mart = MARTS[name]
    assert mart.refresh == "whole" or mart.refresh in mart.columns
    if mart.refresh == "published_on":
        assert "news." not in mart.body, "rows of a day are computed from marts"


def test_marts_are_built_after_those_they_need() -> None:
    a = parse("a", "-- First.\n-- needs: c, b\nselect 1")
    b = parse("b", "-- Second.\n-- needs: c\nselect 1")
    c = parse("c", "-- Third.\nselect 1")
    assert [mart.name for mart in in_build_order([a, b, c])] == ["c", "b", "a"]
    with pytest.raises(SchemaError, match=r"a\.sql needs c, which is not a mart"):
        in_build_order([a, b])
    with pytest.raises(SchemaError, match=r"\.sql needs itself: . needs . needs ."):
        in_build_order([b, replace(c, needs=("b",))])


def test_marts_of_articles_are_built_before_those_of_days_and_need_none_of_them() -> None:
    day = parse("day", "-- Day.\n-- refresh: published_on\nselect 1")
    article = parse("item", "-- Item.\n-- refresh: article_id\nselect 1")
    whole = parse("all", "-- All.\nselect 1")
    assert [mart.name for mart in in_build_order([whole, day, article])] == ["item", "day", "all"]
    with pytest.raises(SchemaError, match=r"item\.sql needs day, which is refreshed later"):
        in_build_order([day, replace(article, needs=("day",))])
    with pytest.raises(
        SchemaError, match=r"x\.sql: refresh is one of article_id, published_on, whole, not day"
    ):
        parse("x", "-- X.\n-- refresh: day\nselect 1")
