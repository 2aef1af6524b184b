"""A lake in its first moments, and one that cannot be read: an error that says so."""

from pathlib import Path

import pytest

from transforms.contract.errors import LakeError, UsageError
from warehouse.lake.lake import Lake


def test_a_catalogue_without_tables_is_a_first_run_that_has_just_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(Lake, "_evolve", lambda _: None)
        Lake.open(tmp_path / "lake").close()
    with pytest.raises(LakeError, match="has no tables yet; dateline run creates them"):
        Lake.open(tmp_path / "lake", read_only=True)
    Lake.open(tmp_path / "lake").close()
    Lake.open(tmp_path / "lake", read_only=True).close()
    with pytest.raises(UsageError, match=r"there is no snapshot at 0; the lake in .* has 1 "):
        Lake.open(tmp_path / "lake", as_of="0")
