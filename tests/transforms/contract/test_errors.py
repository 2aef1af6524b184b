"""Every exception of ours reaches another process with its text, attributes and cause."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_type_hints

import pytest
from yarl import URL

from transforms.contract.errors import DatelineError, LakeLocked, SchemaError
from transforms.contract.reasons import Reason

pytestmark = pytest.mark.slow


PACKAGES = ("flows", "transforms", "warehouse")
NOT_INSTALLED = ("transforms.train",)
_VALUES: dict[Any, Any] = {
    str: "a text",
    float: 12.5,
    Reason: Reason.TOO_LARGE,
    URL: URL("https://news.example/1"),
    tuple[str, ...]: ("first", "second"),
}


def _exceptions(package: str) -> list[type[Exception]]:
    """All exception classes of a package, wherever they are defined."""
    for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        if not module.name.startswith(NOT_INSTALLED) and not module.name.endswith("__main__"):
            import_module(module.name)
    found = {kind for kind in _below(Exception) if kind.__module__.startswith(f"{package}.")}
    return sorted(found, key=lambda kind: kind.__name__)


def _below(kind: type[Exception]) -> Iterator[type[Exception]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def _instance(kind: type[Exception]) -> Exception:
    """An instance with a value for every parameter, as the class's users make it."""
    if kind.__init__ in (Exception.__init__, OSError.__init__, ValueError.__init__):
        return kind("what is wrong")
    hints = get_type_hints(kind if dataclasses.is_dataclass(kind) else kind.__init__)
    arguments: list[Any] = []
    named: dict[str, Any] = {}
    for name, parameter in inspect.signature(kind).parameters.items():
        value = _VALUES.get(hints[name], parameter.default)
        if parameter.kind is parameter.KEYWORD_ONLY or parameter.default is not parameter.empty:
            named[name] = value
        else:
            arguments.append("what is wrong" if name in ("message", "detail") else value)
    return kind(*arguments, **named)


@pytest.mark.parametrize(
    ("package", "known"),
    [
        ("flows", {"FetchFailed", "Forbidden", "HostPaused"}),
        ("transforms", {"DatelineError", "LakeLocked", "StreamDamaged"}),
        ("warehouse", set()),
    ],
)
def test_every_exception_of_a_package_survives_pickling(package: str, known: set[str]) -> None:
    kinds = _exceptions(package)
    assert known <= {kind.__name__ for kind in kinds}
    for kind in kinds:
        _check(kind)


def _check(kind: type[Exception]) -> None:
    error = _instance(kind)
    error.add_note("while reading page 3")
    error.__cause__ = OSError(28, "No space left on device")
    there = pickle.loads(pickle.dumps(error))
    again = pickle.loads(pickle.dumps(there))
    for found in (there, again):
        assert type(found) is kind
        assert (found.args, str(found)) == (error.args, str(error))
        assert vars(found) == vars(error)
        assert str(found.__cause__) == "OSError: [Errno 28] No space left on device"


def test_an_error_without_a_cause_gets_none() -> None:
    error = LakeLocked("another run is writing", location="lake", owner="ana")
    found = pickle.loads(pickle.dumps(error))
    assert (found.location, found.owner, found.__cause__) == ("lake", "ana", None)


def test_an_exception_keeps_its_base_classes() -> None:
    found = pickle.loads(pickle.dumps(SchemaError("Article.title: null", table="Article")))
    assert isinstance(found, DatelineError)
