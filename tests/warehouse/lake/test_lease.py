from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from transforms.contract.errors import LakeError, LakeLocked
from warehouse.lake.lease import lease, read_owner


def _hold(folder: Path, ready: Connection) -> None:
    with lease(folder):
        ready.send("held")
        time.sleep(60)


def test_a_second_writer_sees_the_owner(tmp_path: Path) -> None:
    with lease(tmp_path), pytest.raises(LakeLocked, match=f"process {os.getpid()}, since"):
        lease(tmp_path).__enter__()
    assert read_owner(tmp_path) == "nobody"


def test_a_second_writer_may_wait(tmp_path: Path) -> None:
    first = lease(tmp_path)
    first.__enter__()
    threading.Timer(0.3, first.__exit__, (None, None, None)).start()
    with lease(tmp_path, wait=10):
        assert str(os.getpid()) in read_owner(tmp_path)


def test_the_lease_of_a_killed_owner_is_taken_over(tmp_path: Path) -> None:
    here, there = multiprocessing.Pipe()
    owner = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path, there))
    owner.start()
    assert here.recv() == "held"
    with pytest.raises(LakeLocked, match=f"process {owner.pid}"):
        lease(tmp_path).__enter__()
    assert owner.pid is not None
    os.kill(owner.pid, signal.SIGKILL)
    owner.join()
    with lease(tmp_path, wait=5):
        assert str(os.getpid()) in read_owner(tmp_path)


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LakeError, match="file cannot be written to"), lease(tmp_path / "file"):
        pass
