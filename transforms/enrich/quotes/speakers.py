"""The entity of a printed source: "Mayor Ana Reyes", "Reyes", "the mayor", "she"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from transforms.contract.columns import FieldName
from transforms.enrich.names.entities import Entity
from transforms.enrich.names.mentions import Mention
from transforms.enrich.names.names import gender_of_address
from transforms.enrich.names.roles import is_role_noun
from transforms.enrich.quotes.cue_sources import PRONOUNS, CueSource
from transforms.nlp.dependencies import Tree
from transforms.text.wordlists import table

# Most code points between a pronoun and its antecedent: about three sentences.
_FARTHEST = 600
_GENDER = {"he": "m", "she": "f", "his": "m", "her": "f"}


class Cast:
    """Entities of one article with their mentions, and their genders by form of address or first name."""

    def __init__(
        self, entities: Sequence[Entity], mentions: Sequence[Mention], texts: Mapping[FieldName, str]
    ) -> None:
        self._entities = {entity.entity_id: entity for entity in entities}
        self._mentions: dict[FieldName, list[Mention]] = {}
        for mention in mentions:
            self._mentions.setdefault(mention.field, []).append(mention)
        self._gender = self._genders(mentions, texts)

    def resolve(self, field: FieldName, tree: Tree, source: CueSource) -> Entity | None:
        """The entity of a source; None if it has none or is ambiguous."""
        word = tree.words[source.start]
        if source.end - source.start == 1 and (word in PRONOUNS or word in _GENDER):
            return self._antecedent(field, tree, source.start) if word in _GENDER else None
        start, end = tree.chars(source.start, source.end)
        head = tree.chars(source.head, source.head + 1)[0]
        inside = [m for m in self._mentions.get(field, ()) if start <= m.start < end]
        for mention in inside:
            if mention.start <= head < mention.end:
                return self._entities.get(mention.entity_id)
        is_role = is_role_noun(tree.words[source.head])
        if is_role and (beside := tree.child(source.head, "appos")) is not None:  # Reyes's lawyer, Ben Okoro,
            named = tree.chars(beside, beside + 1)[0]
            for mention in self._mentions.get(field, ()):
                if mention.start <= named < mention.end and mention.kind == "person":
                    return self._entities.get(mention.entity_id)
        persons = [m for m in inside if m.kind == "person" and not _is_possessor(tree, m)]
        if persons and is_role:
            return self._entities.get(persons[-1].entity_id)
        return self._by_role(tree, source)

    def _by_role(self, tree: Tree, source: CueSource) -> Entity | None:
        """The person that "the mayor" refers to, if exactly one has that role."""
        if tree.words[source.start] != "the" or not is_role_noun(tree.words[source.head]):
            return None
        noun = tree.words[source.head]
        matching = [e for e in self._entities.values() if e.role and e.role.lower().split()[-1] == noun]
        return matching[0] if len(matching) == 1 else None

    def _antecedent(self, field: FieldName, tree: Tree, pronoun: int) -> Entity | None:
        """The first person of matching gender in the nearest sentence before the pronoun that names one."""
        at, gender = tree.starts[pronoun], _GENDER[tree.words[pronoun]]
        chosen: Mention | None = None
        sentence = (0, 0)
        for mention in reversed(self._mentions.get(field, ())):
            if mention.start >= at or mention.kind != "person":
                continue
            if at - mention.start > _FARTHEST or (chosen and tree.token_at(mention.start) < sentence[0]):
                break
            if self._gender.get(mention.entity_id, gender) == gender:
                chosen = mention
                sentence = tree.sentence(tree.token_at(mention.start))
        return self._entities.get(chosen.entity_id) if chosen else None

    def _genders(self, mentions: Sequence[Mention], texts: Mapping[FieldName, str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for mention in mentions:
            if mention.kind != "person":
                continue
            gender = gender_of_address(texts[mention.field], mention.start)
            gender = gender or table("first_names.tsv").get(mention.text.split()[0], "")
            if gender:
                found.setdefault(mention.entity_id, gender)
        return found


def _is_possessor(tree: Tree, mention: Mention) -> bool:
    """Whether a mention is the name in "Reyes's lawyer"."""
    behind = tree.token_at(mention.end)
    return behind < len(tree) and tree.words[behind] in ("'s", "’s", "'", "’")
