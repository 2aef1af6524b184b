"""One name for one thing within a top-level package, and modules and functions that fit on a few screens."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("flows", "transforms", "warehouse")
MODULE_LINES = 400
FUNCTION_LINES = 60

# The values of contract/documents and the readers of read/documents have the design's names.
SHARED_NAMES = {"documents"}


def modules(package: str) -> Iterator[tuple[Path, ast.Module]]:
    """The modules of a package that are installed, with their trees."""
    for path in sorted((ROOT / package).rglob("*.py")):
        if "train" not in path.relative_to(ROOT).parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def doubles(places: dict[str, list[str]]) -> set[str]:
    return {name for name, found in places.items() if len(found) > 1}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_modules_have_one_name(package: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path, _ in modules(package):
        # A folder and its entry of the same name (body/body.py) are one subject.
        name = path.parent.name if path.name == "__init__.py" else path.stem
        if path.parent.name != name or path.name == "__init__.py":
            places[name].append(str(path))
    del places[package]
    assert doubles(places) <= SHARED_NAMES, {name: places[name] for name in doubles(places)}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_public_classes_have_one_name(package: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path, tree in modules(package):
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path))
    assert doubles(places) == set(), {name: places[name] for name in doubles(places)}


def test_modules_and_functions_stay_short() -> None:
    long_modules, long_functions = set(), set()
    for package in PACKAGES:
        for path, tree in modules(package):
            name = path.relative_to(ROOT).as_posix()
            if len(path.read_text(encoding="utf-8").splitlines()) > MODULE_LINES:
                long_modules.add(name)
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    first, last = node.body[0].lineno, node.end_lineno or 0
                    if last - first + 1 > FUNCTION_LINES:
                        long_functions.add(f"{name}:{node.name}")
    assert (long_modules, long_functions) == (set(), set())
