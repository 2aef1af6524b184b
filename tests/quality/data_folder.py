"""The floors, and the folder with the large gold sets: beside the project, or where DATELINE_TEST_DATA says."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
DATA = Path(os.environ.get("DATELINE_TEST_DATA") or HERE.parents[2] / "shared" / "data")
FLOORS: dict[str, Any] = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))

# The gold belongs to others and is not part of the project; test_own.py holds floors without it.
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no gold at {DATA}: only our own set was scored")
