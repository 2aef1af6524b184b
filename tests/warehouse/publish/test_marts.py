"""Marts over given tables: tests/warehouse/cases/<mart>/ has the rows given and the rows expected."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.catalog.tables import sql_type, tables
from warehouse.publish.sqlfiles import sql_files

CASES = Path(__file__).parents[1] / "cases"
MARTS = {mart.name: mart for mart in sql_files("marts")}


def test_every_mart_has_a_case() -> None:
    assert set(MARTS) == {case.name for case in CASES.iterdir()}


@pytest.mark.parametrize("name", sorted(MARTS))
def test_mart(name: str) -> None:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute("CREATE SCHEMA news")
    for table in tables().values():
        if table.schema == "news":
            columns = ", ".join(f'"{c.name}" {sql_type(c.type)}' for c in table.columns)
            con.execute(f"CREATE TABLE {table.qualified} ({columns})")
    for given in (CASES / name).glob("news.*.csv"):
        rows = f"read_csv('{given}', all_varchar = true, nullstr = 'null')"
        con.execute(f"INSERT INTO {given.stem} BY NAME FROM {rows}")
    con.execute(f"CREATE TABLE actual AS {MARTS[name].body}")
    con.execute("CREATE TABLE expect AS FROM actual LIMIT 0")
    expected = f"read_csv('{CASES / name / 'expect.csv'}', all_varchar = true, nullstr = 'null')"
    con.execute(f"INSERT INTO expect BY NAME FROM {expected}")
    assert con.execute("FROM actual EXCEPT ALL FROM expect").fetchall() == []
    assert con.execute("FROM expect EXCEPT ALL FROM actual").fetchall() == []


@pytest.mark.parametrize("name", sorted(MARTS))
def test_header_says_grain_and_key(name: str) -> None:
    assert MARTS[name].grain
    assert MARTS[name].key
    assert all(MARTS[name].columns.values())
