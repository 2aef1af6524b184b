from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from transforms.contract.errors import ConfigError, LakeError
from warehouse.lake import location
from warehouse.lake.lake import Lake
from warehouse.lake.location import location_of, require_lake


def test_a_path_is_a_folder(tmp_path: Path) -> None:
    assert location_of("./lake") == location_of(Path("lake"))
    assert location_of(location_of("odd: name #1")).exists() is False
    Lake.open(tmp_path / "odd: name #1").close()
    assert location_of(tmp_path / "odd: name #1").exists()


@pytest.mark.parametrize("lake", ["s3://bucket/lake", "postgresql://host/lake", "file:///lake"])
def test_a_scheme_that_is_not_supported_is_a_wrong_setting(lake: str) -> None:
    with pytest.raises(ConfigError, match="only a folder is supported"):
        Lake.open(lake)


def test_a_missing_lake_is_named(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match=f"there is no lake in {tmp_path}"):
        require_lake(location_of(tmp_path))


def test_the_published_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    place = location_of(tmp_path)
    for content in (b"old", b"new"):
        fresh = tmp_path / "fresh"
        fresh.write_bytes(content)
        place.publish(fresh)
        assert place.published.read_bytes() == content
        assert not fresh.exists()


def test_each_connection_spills_to_a_folder_of_its_own(tmp_path: Path) -> None:
    with Lake.open(tmp_path) as writer, Lake.open(tmp_path, read_only=True) as reader:
        folders = {
            str(lake.rows("SELECT current_setting('temp_directory')")[0][0]) for lake in (writer, reader)
        }
        assert len(folders) == 2
        assert {Path(folder).parent for folder in folders} == {tmp_path}


def test_the_spilled_files_of_a_killed_connection_are_removed_after_a_day(tmp_path: Path) -> None:
    with Lake.open(tmp_path) as lake:
        old, recent = lake.location.new_spill(), lake.location.new_spill()
        for folder in (old, recent):
            folder.mkdir()
            (folder / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(bytes(10))
        two_days_ago = time.time() - 2 * 86_400
        for path in (*old.iterdir(), old):
            os.utime(path, (two_days_ago, two_days_ago))
        lake.clear_staging()
        assert (old.exists(), recent.exists()) == (False, True)


def test_a_catalogue_that_a_reader_locks_keeps_its_free_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Lake.open(tmp_path).close()
    monkeypatch.setattr(location, "BUSY_TIMEOUT_MS", 10)
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite")) as catalogue:
        catalogue.execute("CREATE TABLE big AS SELECT randomblob(4000000) AS bytes")
        catalogue.execute("DROP TABLE big")
        catalogue.commit()
        size = (tmp_path / "catalog.sqlite").stat().st_size
        catalogue.execute("BEGIN")
        catalogue.execute("SELECT count(*) FROM ducklake_snapshot").fetchall()
        location_of(tmp_path).vacuum()
        assert (tmp_path / "catalog.sqlite").stat().st_size == size
        catalogue.rollback()
        location_of(tmp_path).vacuum()
        assert (tmp_path / "catalog.sqlite").stat().st_size < size / 2
