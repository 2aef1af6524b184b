"""Which version of which article a cleaned document is, given what the lake already holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Version:
    """One article version, as far as identity is concerned."""

    article_id: str
    version_no: int
    observation_id: str
    text_hash: str
    input_hash: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One cleaned document of a batch: `ordinal` is its place there, `names` its aliases (kind, value)."""

    ordinal: int
    article_id: str
    observation_id: str
    text_hash: str
    input_hash: str
    names: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an incoming document.

    new: its own version. replaced: the version it gave before, cleaned anew. duplicate: the lake has
    this text under this article; only the observation is kept.
    """

    ordinal: int
    outcome: Literal["new", "replaced", "duplicate"]
    article_id: str
    version_no: int
    is_input_changed: bool


@dataclass(slots=True)
class Known:
    """What the lake holds of the articles that a batch may touch; grows as the batch is decided."""

    versions: dict[str, list[Version]] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    by_observation: dict[str, Version] = field(default_factory=dict)

    @classmethod
    def of(cls, versions: Iterable[Version], names: Mapping[tuple[str, str], str]) -> Known:
        """From the lake's rows."""
        known = cls(names=dict(names))
        for version in versions:
            known.add(version)
        return known

    def add(self, version: Version) -> None:
        """Note a version that is, or is about to be, in the lake."""
        self.versions.setdefault(version.article_id, []).append(version)
        self.by_observation[version.observation_id] = version

    def drop(self, version: Version) -> None:
        """Forget a version that is about to be replaced or removed."""
        self.versions[version.article_id].remove(version)
        del self.by_observation[version.observation_id]


def decide(incoming: Sequence[Incoming], known: Known) -> tuple[list[Decision], list[Version]]:
    """Decide for each document in order; also gives the versions that have to go without successor.

    An alias that the lake knows wins over the id the document would mint. A document cleaned again
    keeps its version_no, unless its new text makes it another article.
    """
    decisions, orphans = [], []
    for document in incoming:
        article_id = _resolve(document, known)
        before = known.by_observation.get(document.observation_id)
        if before is not None:
            known.drop(before)
        held = known.versions.get(article_id, [])
        same = next((v for v in held if v.text_hash == document.text_hash), None)
        if same is not None:
            outcome, number, changed = "duplicate", same.version_no, False
            if before is not None:
                orphans.append(before)
        elif before is not None and before.article_id == article_id:
            outcome, number = "replaced", before.version_no
            changed = before.input_hash != document.input_hash
        else:
            outcome, number, changed = "new", 1 + max((v.version_no for v in held), default=0), False
            if before is not None:
                orphans.append(before)
        if outcome != "duplicate":
            known.add(
                Version(article_id, number, document.observation_id, document.text_hash, document.input_hash)
            )
        for name in document.names:
            known.names.setdefault(name, article_id)
        decisions.append(Decision(document.ordinal, outcome, article_id, number, changed))  # type: ignore[arg-type]
    return decisions, orphans


def _resolve(document: Incoming, known: Known) -> str:
    if document.article_id in known.versions:
        return document.article_id
    owners = sorted(known.names[name] for name in document.names if name in known.names)
    return owners[0] if owners else document.article_id
