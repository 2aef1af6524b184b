"""Resources of enrichments by kind (parser, gazetteer, embedder ...), each loaded once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from transforms.contract.errors import ConfigError, SchemaError

T = TypeVar("T")

_RESOURCES: dict[str, Resource] = {}


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of resource: its default setting, and version and loader by setting."""

    kind: str
    default: str
    version: Callable[[str], str]
    load: Callable[[str], Any]


def resource(
    *, kind: str, default: str, version: str | Callable[[str], str]
) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Register `setting -> object` as the loader of a kind; each setting is loaded once per process.

    `default` is the setting used where dateline.toml has none. `version` is that of a setting's data and
    code, known without loading them; when it changes, converge redoes the steps that need the resource.
    Loader and version raise ModelMissing for a setting that is not installed.
    """
    version_of: Callable[[str], str] = version if callable(version) else lambda _: version

    def register(function: Callable[[str], T]) -> Callable[[str], T]:
        if kind in _RESOURCES:
            raise SchemaError(f"resource {kind!r} is registered twice", table=kind)
        load = cache(function)
        _RESOURCES[kind] = Resource(kind, default, version_of, load)
        return load

    return register


def registered_resources() -> Mapping[str, Resource]:
    """Resources by kind; `transforms.nlp` has imported them all."""
    return _RESOURCES


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources of a run: settings by kind (`chosen`), else the default of the kind.

    Small and picklable: workers get this and load resources themselves. ConfigError for an unknown kind.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the kinds."""
        for kind in self.chosen:
            if kind not in _RESOURCES:
                known = ", ".join(sorted(_RESOURCES))
                raise ConfigError(f"resources.{kind}: unknown kind; known: {known}", key=f"resources.{kind}")

    def setting(self, kind: str) -> str:
        """The setting that names the resource of a kind."""
        return self.chosen.get(kind, _RESOURCES[kind].default)

    def name(self, kind: str) -> str:
        """Setting and version of the resource, without loading it."""
        setting = self.setting(kind)
        return f"{setting}-{_RESOURCES[kind].version(setting)}"

    def check(self) -> None:
        """ModelMissing for a resource that is not installed; nothing is loaded."""
        for kind in _RESOURCES:
            self.name(kind)

    def load(self, kind: str) -> Any:
        """The resource itself; ModelMissing when it is not installed."""
        return _RESOURCES[kind].load(self.setting(kind))
