from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from warehouse.write.versions import Incoming, LakeState, Version, decide


def _incoming(
    n: int, article_id: str, text: str, *, form: str = "page", words: int = 9, names: tuple[str, ...] = ()
) -> Incoming:
    aliases = frozenset(("url", x) for x in names)
    return Incoming(n, article_id, f"o{n}", text, f"in-{text}", form, words, n, aliases)


def _version(number: int, seen: str, text: str) -> Version:
    return Version("a", number, seen, text, f"in-{text}", "page", 9, number)


def _outcomes(incoming: list[Incoming], known: LakeState | None = None) -> list[tuple[str, str, int]]:
    decisions, _ = decide(incoming, known or LakeState())
    return [(d.outcome, d.article_id, d.version_no) for d in decisions]


def test_new_text_under_a_known_id_is_a_new_version_and_the_same_text_a_duplicate() -> None:
    batch = [
        _incoming(0, "a", "one"),
        _incoming(1, "a", "two"),
        _incoming(2, "a", "one"),
        _incoming(3, "b", "one"),
    ]
    assert _outcomes(batch) == [("new", "a", 1), ("new", "a", 2), ("duplicate", "a", 1), ("new", "b", 1)]


def test_an_alias_that_is_known_wins_over_a_new_id() -> None:
    batch = [_incoming(0, "a", "one", names=("x", "y")), _incoming(1, "b", "two", names=("y",))]
    assert _outcomes(batch) == [("new", "a", 1), ("new", "a", 2)]


def test_a_document_cleaned_again_keeps_its_version() -> None:
    known = LakeState.of([_version(1, "o0", "one"), _version(2, "o9", "nine")], {})
    decisions, orphans = decide([_incoming(0, "a", "better")], known)
    assert [(d.outcome, d.version_no, d.is_input_changed) for d in decisions] == [("replaced", 1, True)]
    assert orphans == []


def test_a_document_cleaned_again_to_the_same_text_asks_for_no_new_annotations() -> None:
    known = LakeState.of([_version(1, "o0", "one")], {})
    decisions, _ = decide([_incoming(0, "a", "one")], known)
    assert [(d.outcome, d.is_input_changed) for d in decisions] == [("replaced", False)]


def test_a_version_that_turns_out_to_be_another_article_leaves_the_old_one() -> None:
    old = _version(1, "o0", "one")
    decisions, orphans = decide([_incoming(0, "b", "one")], LakeState.of([old], {}))
    assert [(d.outcome, d.article_id) for d in decisions] == [("new", "b")]
    assert orphans == [old]


def test_a_text_is_kept_when_the_version_that_had_it_changes_in_the_same_batch() -> None:
    known = LakeState.of([_version(1, "o0", "one"), _version(2, "o1", "two")], {})
    decisions, orphans = decide([_incoming(0, "a", "two"), _incoming(1, "a", "three")], known)
    assert [(d.outcome, d.version_no) for d in decisions] == [("replaced", 1), ("replaced", 2)]
    assert orphans == []


def test_documents_of_different_form_are_views_of_one_version_and_the_fullest_gives_the_text() -> None:
    entry = _incoming(0, "a", "teaser", form="entry", words=5)
    page = _incoming(1, "a", "whole", words=50)
    known = LakeState()
    assert _outcomes([entry], known) + _outcomes([page], known) == [("new", "a", 1), ("replaced", "a", 1)]
    assert _outcomes([entry, page]) == [("duplicate", "a", 1), ("new", "a", 1)]
    assert _outcomes([page, entry]) == [("new", "a", 1), ("duplicate", "a", 1)]
    later = _incoming(2, "a", "whole and corrected", words=52)
    assert _outcomes([entry, page, later, entry])[2:] == [("new", "a", 2), ("duplicate", "a", 2)]


def test_a_view_that_gives_way_in_its_own_batch_leaves_the_lake_what_it_had_to_do() -> None:
    known = LakeState.of([_version(1, "o0", "one")], {})
    fuller = _incoming(1, "a", "one and more", form="text", words=20)
    decisions, orphans = decide([_incoming(0, "a", "better"), fuller], known)
    assert [(d.outcome, d.version_no, d.is_input_changed) for d in decisions] == [
        ("duplicate", 1, False),
        ("replaced", 1, True),
    ]
    assert orphans == []


DOCUMENTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from(("page", "entry"))), max_size=30
)


@given(DOCUMENTS, st.integers(0, 30))
def test_how_a_stream_is_cut_into_batches_does_not_matter(stream: list[tuple[str, str, str]], cut: int) -> None:
    whole = [
        _incoming(n, id, text, form=form, words=ord(text) + 2 * (form == "page"))
        for n, (id, text, form) in enumerate(stream)
    ]
    assert _lake([whole[:cut], whole[cut:]]) == _lake([whole])


def _lake(batches: list[list[Incoming]]) -> dict[tuple[str, int], str]:
    """Which observation each version is from, when rows are removed and added as decided."""
    lake: dict[tuple[str, int], str] = {}
    known = LakeState()
    for batch in batches:
        decisions, orphans = decide(batch, known)
        kept = [d for d in decisions if d.outcome != "duplicate"]
        for decision in kept:
            if decision.outcome == "replaced":
                del lake[decision.article_id, decision.version_no]
        for version in orphans:
            del lake[version.article_id, version.version_no]
        for decision in kept:
            assert (decision.article_id, decision.version_no) not in lake
            observation_id = next(x.observation_id for x in batch if x.ordinal == decision.ordinal)
            lake[decision.article_id, decision.version_no] = observation_id
    return lake
