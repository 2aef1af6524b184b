"""Markers by folder, and the order of tests: the quick ones first, so that most faults show within a minute."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent
# One worker per core: more threads of OpenMP would only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Tests run side by side: a slow draw says nothing about the code. Under CI hypothesis has such a profile itself.
settings.register_profile("parallel", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if "CI" not in os.environ:
    settings.load_profile("parallel")
_BY_FOLDER = {"quality": "quality", "transforms/train": "training"}
# The longest files first among the slow ones: the workers then end at about the same time.
_LATER = ("quality", "training", "prefect", "slow")


@pytest.hookimpl(tryfirst=True)  # before -m chooses by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.parent.relative_to(TESTS).as_posix()
        if folder in _BY_FOLDER:
            item.add_marker(_BY_FOLDER[folder])
    # By file: a file that has slow tests goes to one worker as a whole, its fixtures are made once.
    places: dict[Path, int] = {}
    for item in items:
        place = next((n for n, name in enumerate(_LATER, 1) if item.get_closest_marker(name)), 0)
        places[item.path] = max(place, places.get(item.path, 0))
    items.sort(key=lambda item: places[item.path])
