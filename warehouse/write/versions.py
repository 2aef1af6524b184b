"""Decisions on the article version that each cleaned document becomes, by the versions in the lake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Outcome = Literal["new", "replaced", "duplicate"]


@dataclass(frozen=True, slots=True)
class Version:
    """One article version in the lake, as far as identity is concerned."""

    article_id: str
    version_no: int
    observation_id: str
    text_hash: str
    input_hash: str
    form: str
    word_count: int
    seq: int
    is_latest: bool = True


@dataclass(frozen=True, slots=True)
class Incoming:
    """One cleaned document of a batch: `ordinal` is its place there, `names` its aliases (kind, value)."""

    ordinal: int
    article_id: str
    observation_id: str
    text_hash: str
    input_hash: str
    form: str
    word_count: int
    seq: int
    names: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for an incoming document.

    new: a version of its own. replaced: it replaces the version it became before, or a less full view of
    the same version in another form (a feed entry before the page). duplicate: the lake has this text,
    or a fuller view of it; only the observation is kept.
    """

    ordinal: int
    outcome: Outcome
    article_id: str
    version_no: int
    is_input_changed: bool


@dataclass(slots=True)
class LakeState:
    """Versions and aliases in the lake that a batch may touch, updated as the batch is decided."""

    versions: dict[str, list[Version]] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    by_observation: dict[str, Version] = field(default_factory=dict)

    @classmethod
    def of(cls, versions: Iterable[Version], names: Mapping[tuple[str, str], str]) -> LakeState:
        """From the lake's rows."""
        known = cls(names=dict(names))
        for version in versions:
            known.add(version)
        return known

    def add(self, version: Version) -> None:
        """Add a version that is, or is about to be, in the lake."""
        self.versions.setdefault(version.article_id, []).append(version)
        self.by_observation[version.observation_id] = version

    def drop(self, version: Version) -> None:
        """Drop a version that is about to be replaced or removed."""
        self.versions[version.article_id].remove(version)
        del self.by_observation[version.observation_id]


def decide(incoming: Sequence[Incoming], known: LakeState) -> tuple[list[Decision], list[Version]]:
    """Decide for each document in order; also returns the versions to remove without a successor.

    An alias in the lake takes precedence over the document's own id. A document cleaned again
    keeps its version_no, unless its new text makes it another article.
    """
    decisions: list[Decision] = []
    places: dict[str, int] = {}
    orphans: list[Version] = []
    waiting = {document.observation_id for document in incoming}
    for document in incoming:
        waiting.discard(document.observation_id)
        article_id = _resolve(document, known)
        before = known.by_observation.get(document.observation_id)
        if before is not None:
            known.drop(before)
        present = known.versions.get(article_id, [])
        decision, replaced = _decide(document, article_id, present, before, waiting)
        if before is not None and before is not replaced:
            orphans.append(before)
        if decision.outcome != "duplicate":
            if replaced is not None and replaced is not before:
                known.drop(replaced)
                if (place := places.get(replaced.observation_id)) is not None:
                    decisions[place], decision = _superseded(decisions[place], decision)
            known.add(_version(document, decision))
        for name in document.names:
            known.names.setdefault(name, article_id)
        places[document.observation_id] = len(decisions)
        decisions.append(decision)
    return decisions, orphans


def _superseded(earlier: Decision, later: Decision) -> tuple[Decision, Decision]:
    """Two decisions of one batch, the later of which replaces the earlier: it takes over that one's effect."""
    is_changed = earlier.outcome == "replaced" and (earlier.is_input_changed or later.is_input_changed)
    return (
        replace(earlier, outcome="duplicate", is_input_changed=False),
        replace(later, outcome=earlier.outcome, is_input_changed=is_changed),
    )


def _decide(
    document: Incoming, article_id: str, present: Sequence[Version], before: Version | None, waiting: set[str]
) -> tuple[Decision, Version | None]:
    """The decision for one document, and the version that it replaces.

    Versions of documents that are still `waiting` may be about to change: their text does not make this
    document a duplicate.
    """

    def decided(
        outcome: Outcome, number: int, replaced: Version | None = None
    ) -> tuple[Decision, Version | None]:
        is_changed = replaced is not None and replaced.input_hash != document.input_hash
        return Decision(document.ordinal, outcome, article_id, number, is_changed), replaced

    alike = (v for v in present if v.text_hash == document.text_hash and v.observation_id not in waiting)
    same = next(alike, None)
    if same is not None:
        return decided("duplicate", same.version_no)
    if before is not None and before.article_id == article_id:
        return decided("replaced", before.version_no, before)
    latest = max(present, key=lambda v: v.version_no, default=None)
    if latest is not None and latest.form != document.form:
        if document.word_count <= latest.word_count:
            return decided("duplicate", latest.version_no)
        return decided("replaced", latest.version_no, latest)
    return decided("new", 1 + (latest.version_no if latest else 0))


def _version(document: Incoming, decision: Decision) -> Version:
    return Version(
        decision.article_id,
        decision.version_no,
        document.observation_id,
        document.text_hash,
        document.input_hash,
        document.form,
        document.word_count,
        document.seq,
    )


def _resolve(document: Incoming, known: LakeState) -> str:
    if document.article_id in known.versions:
        return document.article_id
    owners = sorted(known.names[name] for name in document.names if name in known.names)
    return owners[0] if owners else document.article_id
