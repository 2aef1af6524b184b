"""The shipped English pipelines, and the parts of the training that can be checked in seconds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.ml._precomputable_affine import PrecomputableAffine
from spacy.tokens import Doc, Span
from spacy.training import Example
from thinc.api import NumpyOps

from transforms.text import wordlists
from transforms.train.english import course, labelling, network, packing, recipe, scoring, starting, teacher
from transforms.train.english.corpus import Sample, gold_samples
from transforms.train.english.distillation import Head, Lesson, Marker, mend_sentence_ends, softmax
from transforms.train.english.lessons import capitals, strange_names
from transforms.train.english.table_rows import WORDING
from transforms.train.english.tables import MARKED, TABLES, table_samples

ENGLISH = wordlists.DATA / "english"
SIZES = sorted(recipe.STUDENTS)
STORY = (
    "Dockers strike in Varnholm\n\nWARDLE (Agency) - Mrs. Ottoline Vane signed the order on Monday. "
    "The union of dock workers rejected it, and its lawyers sued the ministry in London.\n\n"
    "“We will not wait,” she told reporters."
)


@pytest.fixture(scope="module", params=SIZES)
def pipeline(request: pytest.FixtureRequest) -> Language:
    return spacy.load(ENGLISH / request.param)


def test_a_story_is_parsed_and_named(pipeline: Language) -> None:
    doc = pipeline(STORY)
    assert doc.has_annotation("DEP")
    assert doc.text == STORY
    assert {ent.label_ for ent in doc.ents} <= set(network.NAME_KINDS)
    names = {(ent.text, ent.label_) for ent in doc.ents}
    assert ("Ottoline Vane", "PER") in names
    assert ("London", "LOC") in names
    offset = STORY.index
    assert (offset("Vane"), offset("signed"), offset("order")) in set(scoring.find_triples(doc))


def test_a_line_break_ends_a_sentence(pipeline: Language) -> None:
    starts = {sentence.text.strip().split()[0] for sentence in pipeline(STORY).sents}
    assert {"Dockers", "WARDLE", "The"} <= starts


@pytest.mark.parametrize(
    "text", ["", "\n", " ", "…", "A" * 500, "é\u200d\U0001f9d1 " * 50, "IN CAPITALS\n\n" * 20]
)
def test_awkward_text_is_parsed(pipeline: Language, text: str) -> None:
    assert pipeline(text).text == text


def test_batches_and_single_texts_agree(pipeline: Language) -> None:
    texts = [STORY, "Rain fell.", STORY[::-1]]
    for alone, together in zip(map(pipeline, texts), pipeline.pipe(texts), strict=True):
        assert [t.head.i for t in alone] == [t.head.i for t in together]
        assert [e.label_ for e in alone.ents] == [e.label_ for e in together.ents]


def test_folders_hold_data_alone_and_are_small() -> None:
    files = [path for size in SIZES for path in (ENGLISH / size).rglob("*") if path.is_file()]
    assert {path.suffix for path in files} <= {"", ".json", ".cfg", ".bin"}
    assert sum(path.stat().st_size for path in files) <= 12_000_000


@pytest.mark.parametrize("size", SIZES)
def test_meta_describes_these_weights(size: str) -> None:
    meta = json.loads((ENGLISH / size / "meta.json").read_text("utf-8"))
    assert meta["weights"] == packing.weight_hashes(ENGLISH / size)
    assert meta["version"] == recipe.VERSION
    assert meta["sources"] == recipe.SOURCES
    assert "note" not in meta["training"]
    assert all(len(digest) == 64 for digest in meta["training"]["inputs"].values())


def tree(doc: Doc) -> list[tuple[int, str]]:
    return [(token.head.i, token.dep_) for token in doc]


def test_a_network_starts_near_its_teachers_parse() -> None:
    """Tables with fewer rows are fitted to the tokens met; those left out are missed, and so are padded ends."""
    parses = labelling.load_teacher(recipe.PARSE_TEACHER)
    taught = parses(STORY)
    nlp = network.build(parses, network.Size(name_depth=1))
    starting.start_from(nlp, parses, [taught] * 100)
    same = [mine == other for mine, other in zip(tree(nlp(STORY)), tree(taught), strict=True)]
    assert sum(same) >= len(same) * 0.7
    third = network.component(parses, "tok2vec").model.get_ref("encode").layers[0].layers[2]
    for name in ("parser", "ner"):
        own = network.own_layers(network.component(nlp, name).model)
        for mine, other in zip(weights_of(own), weights_of(third), strict=False):
            np.testing.assert_array_equal(mine, other)


def weights_of(model: Any) -> list[Any]:
    return [node.get_param(name) for node in model.walk() for name in node.param_names]


def layer_gradients(ids: Any, *, cheap: bool) -> dict[str, Any]:
    """Gradients of spaCy's layer, by its own backward pass or by ours."""
    random = np.random.default_rng(3)
    vectors, d_states = random.normal(size=(7, 5)).astype("f"), random.normal(size=(20, 4, 2)).astype("f")
    make: Any = PrecomputableAffine
    layer = make(nO=4, nI=5, nF=3, nP=2)
    layer.set_param("W", np.arange(120, dtype="f").reshape(3, 4, 2, 5) / 50)
    layer.set_param("b", np.zeros((4, 2), "f"))
    layer.set_param("pad", np.zeros((1, 3, 4, 2), "f"))
    _, backprop = network.CheapLower(layer)(vectors, True) if cheap else layer(vectors, True)
    d_vectors = backprop((d_states, ids))
    if not cheap:  # per state and feature: gather by token, as the parser does; the last row is for none
        per_token = np.zeros((8, 5), "f")
        NumpyOps().scatter_add(per_token, ids.flatten(), d_vectors.reshape(-1, 5))
        d_vectors = per_token[:-1]
    return {"X": d_vectors} | {name: layer.get_grad(name) for name in ("W", "b", "pad")}


@pytest.mark.parametrize(("lowest", "names"), [(0, "X W b pad"), (-1, "X b pad")])
def test_cheap_layer_has_the_gradients_of_the_layer_it_stands_for(lowest: int, names: str) -> None:
    """Where a token is missing, spaCy counts the last one's vector into W: there we differ on purpose."""
    ids = np.random.default_rng(4).integers(lowest, 7, (20, 3)).astype("i")
    ours, theirs = layer_gradients(ids, cheap=True), layer_gradients(ids, cheap=False)
    for name in names.split():
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-4, atol=1e-4)


def span(doc: Doc, start: int, end: int) -> Span:
    found = doc.char_span(start, end, label="PER")
    assert found is not None
    return found


def small_world() -> tuple[Language, list[Head], list[Lesson]]:
    """A tiny network with a shipped pipeline as its teacher, and two lessons: one taught, one with gold."""
    taught = spacy.load(ENGLISH / "fast")
    np.random.seed(0)
    nlp = network.build(
        taught, network.Size(16, depth=1, parser_depth=1, name_depth=0, parser_hidden=8, name_hidden=8)
    )
    heads = [Head(nlp.get_pipe(name), Marker(taught.get_pipe(name))) for name in ("parser", "ner")]
    lessons = []
    for text in (STORY, "Ottoline Vane left Oslo."):
        read = taught(text)
        vectors = {
            name: network.component(taught, name).model.get_ref("tok2vec").predict([read])
            for name in ("parser", "ner")
        }
        words, spaces = network.tokens_of(read)
        doc = Doc(nlp.vocab, words, spaces)
        lessons.append(Lesson(doc, doc, vectors))
    gold = Doc(nlp.vocab, *network.tokens_of(lessons[1].doc))
    gold.set_ents([span(gold, 0, 13)])
    lessons[1].gold["ner"] = Example(lessons[1].doc, gold)
    return nlp, heads, lessons


def weights_after(folder: Path, stops: list[int | None]) -> list[Any]:
    nlp: Language | None = None
    for stop in stops:
        nlp, heads, lessons = small_world()
        settings = course.Course(words=600, rate=0.01, stop=stop, batch_words=60, warm_up=2, capitals=0.5)
        course.train(nlp, heads, lessons, settings, folder / "point.npz", lambda *_: None)
    assert nlp is not None
    return [node.get_param(name) for node, name in course.parameters(nlp)]


def test_training_that_was_stopped_ends_in_the_same_weights(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    whole, resumed = weights_after(tmp_path / "a", [None]), weights_after(tmp_path / "b", [2, None])
    for one, other in zip(whole, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_training_learns(tmp_path: Path) -> None:
    nlp, heads, lessons = small_world()
    losses: list[dict[str, float]] = []
    settings = course.Course(words=17_000, rate=0.02, batch_words=60, dropout=0.0, capitals=0.0)
    course.train(nlp, heads, lessons, settings, tmp_path / "point.npz", lambda _, loss: losses.append(loss))
    assert losses[-1]["parser"] < losses[0]["parser"]
    assert [(e.text, e.label_) for e in nlp("Ottoline Vane left Oslo.").ents] == [("Ottoline Vane", "PER")]


def test_bias_favours_organisations_alone() -> None:
    nlp = spacy.load(ENGLISH / "fast")
    upper = network.component(nlp, "ner").model.get_ref("upper")
    before = upper.get_param("b").copy()
    teacher.favour_organisations(nlp, 1.5)
    changed = upper.get_param("b") - before
    rows = teacher.rows(nlp.get_pipe("ner"))
    assert {name for name, row in rows.items() if changed[row]} == {"B-ORG", "U-ORG"}
    assert changed.sum() == pytest.approx(3.0, abs=1e-5)


def test_mean_of_pipelines_lies_between_them() -> None:
    one, other = (spacy.load(ENGLISH / "fast", exclude=["parser"]) for _ in range(2))
    before = [node.get_param(name).copy() for node, name in course.parameters(one)]
    for node, name in course.parameters(other):
        node.set_param(name, node.get_param(name) + 2)
    mean = teacher.average([one, other])
    for (node, name), weights in zip(course.parameters(mean), before, strict=True):
        np.testing.assert_allclose(node.get_param(name), weights + 1, rtol=1e-5, atol=1e-5)


def teacher_of_names() -> Language:
    """A recogniser with an encoder of its own."""
    nlp = spacy.load(ENGLISH / "fast", exclude=["parser"])
    nlp.replace_listeners("tok2vec", "ner", ["model.tok2vec"])
    return nlp


def test_processes_share_the_labelling_and_teachers_vectors_fit_their_tokens(tmp_path: Path) -> None:
    nlp, names = spacy.load(ENGLISH / "fast"), teacher_of_names()
    texts = [f"Ottoline Vane left Oslo {n} times." for n in range(labelling.SHARD + 3)]
    for part in (1, 0):
        samples = [Sample(text, "news", None) for text in texts]
        labelling.label(nlp, samples, tmp_path, part, parts=2)
        assert len(list(tmp_path.glob("*.json"))) == 2 - part
    labelling.add_vectors(names, tmp_path)
    read = list(labelling.read_labels(nlp.vocab, tmp_path))
    assert [doc.text for doc, *_ in read] == texts
    expected = network.component(names, "ner").model.get_ref("tok2vec").predict([names.make_doc(texts[-1])])
    np.testing.assert_allclose(read[-1][1]["ner"], np.asarray(expected), atol=0.02)


def test_vectors_at_hand_and_vectors_made_anew_mark_alike() -> None:
    _, _, lessons = small_world()
    ids = np.array([[0, 1, 2], [5, 6, 7], [30, 31, 32]], "i")
    pipe = network.component(teacher_of_names(), "ner")
    for lesson in lessons:
        lesson.vectors["ner"] = np.asarray(pipe.model.get_ref("tok2vec").predict([lesson.original]))
    known = Marker(pipe).probabilities(lessons, ids)
    for lesson in lessons:
        del lesson.vectors["ner"]
        np.testing.assert_allclose(Marker(pipe).probabilities(lessons, ids), known, atol=1e-5)


def test_strangers_stand_where_names_stood_and_are_read_anew() -> None:
    doc = Doc(spacy.blank("en").vocab, ["So", "Vane", "left", "Oslo", "."], [True, True, True, False, False])
    lesson = Lesson(doc, doc, {"parser": np.zeros((5, 2), "f"), "ner": np.zeros((5, 2), "f")})
    texts = set()
    for seed in range(20):
        changed = strange_names(lesson, ["Quay"], np.random.default_rng(seed))
        assert changed.doc is changed.original
        assert set(changed.vectors) == {"parser"}
        texts.add(changed.doc.text)
    assert texts == {"So Vane left Oslo.", "So Quay left Oslo.", "So Vane left Quay.", "So Quay left Quay."}


def test_gold_is_glued_with_its_offsets(tmp_path: Path) -> None:
    import gzip

    rows: list[dict[str, Any]] = [
        {"text": f"Mrs Vane saw Oslo {n}.", "ents": [[4, 8, "PER"], [13, 17, "LOC"]], "src": src, "doc": "d1"}
        for n, src in enumerate(["gmb", "gmb", "uner-x", "gmb"])
    ]
    for name in ("gmb", "uner", "gum", "crossner", "btc"):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in rows if row["src"].startswith(name))
    assert [sample.source for sample in gold_samples(tmp_path, ["uner", "gum"])] == ["gmb"]
    samples = list(gold_samples(tmp_path))
    assert [sample.source for sample in samples] == ["gmb", "uner-x"]
    assert samples[0].names is not None
    found = [samples[0].text[start:end] for start, end, _ in samples[0].names]
    assert found == ["Vane", "Oslo"] * 3


TABLE_GOLD = Sample(
    "Ottoline Vane of Cranes saw Oslo, Peru",
    "gmb",
    [(0, 13, "PER"), (17, 23, "ORG"), (28, 32, "LOC"), (34, 38, "LOC")],
)


def test_tables_mark_the_names_in_their_places() -> None:
    tables = table_samples([TABLE_GOLD], ["Saw", "Quay"])
    assert len(tables) == TABLES + MARKED
    kinds: dict[str, set[str]] = {"PER": set(), "ORG": set(), "LOC": set()}
    for table in tables:
        for start, end, kind in table.names or ():
            kinds[kind].add(table.text[start:end])
    assert kinds["PER"] == {"Ottoline Vane", "Quay Quay"}
    assert {"Oslo", "OSLO", "Quay", "Peru", "Chile"} <= kinds["LOC"]
    assert {"Oslo", "OSLO", "Cranes", "Oslo United", "Quay"} <= kinds["ORG"]
    assert not kinds["ORG"] & {"Peru", "PERU", "Chile"}  # a country's team is the country
    assert not any("Saw" in name or "SAW" in name for names in kinds.values() for name in names)
    assert tables == table_samples([TABLE_GOLD], ["Saw", "Quay"])


def test_texts_behind_a_dateline_or_a_line_of_the_desk_keep_their_names() -> None:
    marked = table_samples([TABLE_GOLD] * 2 * MARKED, ["Quay"])[TABLES:]
    marked = [sample for sample in marked if sample.text.endswith(TABLE_GOLD.text)]
    assert len(marked) > MARKED / 4
    for sample in marked:
        before = sample.text.removesuffix(TABLE_GOLD.text)
        names = [(sample.text[start:end], kind) for start, end, kind in sample.names or ()]
        assert names[-4:] == [("Ottoline Vane", "PER"), ("Cranes", "ORG"), ("Oslo", "LOC"), ("Peru", "LOC")]
        assert {kind for _, kind in names[:-4]} <= {"LOC"}
        assert any(marker in before.partition("\n")[0] for marker in WORDING["markers"])
        assert bool(names[:-4]) == (len(before.split("\n", 1)[1]) > 0)


def test_capitals_keep_gold_on_its_words() -> None:
    nlp = spacy.blank("en")
    doc = nlp.make_doc("Vane left Oslo.")
    lesson = Lesson(doc, doc)
    gold = nlp.make_doc("Vane left Oslo.")
    gold.set_ents([span(gold, 0, 4)])
    lesson.gold["ner"] = Example(lesson.doc, gold)
    texts = set()
    for seed in range(20):
        changed = capitals(lesson, np.random.default_rng(seed))
        texts.add(changed.doc.text)
        assert [e.label_ for e in changed.gold["ner"].reference.ents] == ["PER"]
    assert texts == {"VANE LEFT OSLO.", "Vane Left Oslo."}


def test_triples_of_active_and_passive() -> None:
    words = ["Vane", "signed", "orders", ".", "Orders", "were", "signed", "by", "Vane", "."]
    heads = [1, 1, 1, 1, 6, 6, 6, 6, 7, 6]
    deps = ["nsubj", "ROOT", "dobj", "punct", "nsubjpass", "auxpass", "ROOT", "agent", "pobj", "punct"]
    doc = Doc(spacy.blank("en").vocab, words, heads=heads, deps=deps)
    assert [tuple(doc.text[i : i + 4] for i in t) for t in scoring.find_triples(doc)] == [
        ("Vane", "sign", "orde"),
        ("Vane", "sign", "Orde"),
    ]


def test_sentences_end_at_line_breaks_and_not_before_closing_marks() -> None:
    """The mark at the end of a line hangs on what stands before it; the one inside the next line need not."""
    words = ["So", ".", '"', "\n", "Next", '"', "No"]
    spaces = [False, False, False, False, False, True, False]
    doc = Doc(spacy.blank("en").vocab, words, spaces)
    ids = np.array([[now, now + 1 if now < 6 else -1] for now in range(7)], "i")
    targets = np.full((7, 4), 0.25, "f")
    mend_sentence_ends(targets, ids, [Lesson(doc, doc)], end=3, attach=2)
    np.testing.assert_allclose(targets.sum(axis=1), 1.0, rtol=1e-5)
    assert targets[:, 3].tolist() == pytest.approx([0.25, 0.0, 0.1 / 3, 0.6, 0.0, 0.25, 0.25], abs=1e-5)
    assert targets[:, 2].tolist() == pytest.approx([0.25, 1 / 3, 0.9, 0.4 / 3, 1 / 3, 0.25, 0.25], abs=1e-5)


def test_softmax_rows_are_probabilities() -> None:
    rows = softmax(np.array([[0.0, 1000.0], [-5.0, -5.0]], "f"))
    np.testing.assert_allclose(rows, [[0.0, 1.0], [0.5, 0.5]])


def test_sample_without_names_differs_from_one_with_none() -> None:
    assert Sample("x", "news", None) != Sample("x", "news", [])
