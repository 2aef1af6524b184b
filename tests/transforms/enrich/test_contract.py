"""Every enrichment keeps the contract: it never raises, is pure, and its keys and offsets are correct."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import transforms.enrich
from tests.parsers import DEFAULT_PARSER
from transforms.contract.article import Article
from transforms.contract.columns import FieldName, arrow_schema, columns, encode
from transforms.contract.documents import Rejected
from transforms.contract.errors import ModelMissing, SchemaError, UsageError
from transforms.contract.steps import Step, registered_steps
from transforms.enrich import enrich, plan, step_version
from transforms.nlp.parser import load_parser
from transforms.nlp.resources import Resources

STEPS = list(registered_steps())
FOLDER = Path(transforms.enrich.__file__).parent

AWKWARD = [
    "",
    " ",
    "\n\n\n",
    '"',
    "“",
    "'",
    "''",
    "”’»",
    "“ ” said",
    "said said said said",
    "According to",
    "according to ,",
    "\u202eReversed said “this”\u202c \u200fand\u200e that",
    "👩‍👩‍👧‍👦 said “🇫🇷🎉” to 🙈.",
    "x" * 50_000,
    "Ana " * 600,
    "“" * 500,
    "A.B.C.D. said, “E.F.G.” (H.I.J.), K.L., said M.",
    "é" * 100 + " dit: « Oui »",
    "人民日报说：“今天很好。”",
    "\x00\x01 said \ufffd “ok then my friend”",
    "Mr. Mrs. President Prime Minister said that that that.",
    "$5, 10%, 3rd, 1/2, 2,000-3,000 on 99/99/9999 at 25:61 for 1e309 years",
    "\tTab\rReturn\r\nBoth\u2028Line\u2029Paragraph\x0bVertical\x85Next",
]


@pytest.fixture(scope="module", params=[DEFAULT_PARSER, "lexicon"])
def resources(request: pytest.FixtureRequest) -> Resources:
    return Resources({"parser": request.param})


def enriched(article: Article, resources: Resources) -> dict[str, list[Any]]:
    [(same, found)] = enrich([article], resources)
    assert same is article
    assert not isinstance(found, Rejected), found.detail
    return found


def check(step: Step, rows: list[Any], article: Article) -> None:
    texts = dict(article.fields())
    keys = [tuple(getattr(row, name) for name in step.key) for row in rows]
    assert len(set(keys)) == len(keys), f"{step.table}: a key occurs twice"
    assert {type(row) for row in rows} <= {step.row}
    for row in rows:
        assert (row.article_id, row.version_no) == (article.article_id, article.version_no)
        check_offsets(row, texts)
        for column in columns(step.row):
            value = getattr(row, column.name)
            assert value is not None or column.is_nullable, f"{step.table}.{column.name} is null"
            assert not column.values or value is None or value in column.values, f"{column.name}={value!r}"
    assert encode(step.row, rows).num_rows == len(rows)


def check_offsets(row: Any, texts: Mapping[FieldName, str]) -> None:
    names = [field.name for field in dataclasses.fields(row)]
    text = texts.get(getattr(row, "field", None) or "body", "")
    for start_name in [name for name in names if name == "start" or name.endswith("_start")]:
        end_name = start_name.removesuffix("start") + "end"
        start, end = getattr(row, start_name), getattr(row, end_name)
        assert (start is None) == (end is None), f"{start_name} without {end_name}"
        if start is not None:
            if start_name == "role_start":
                text = texts[row.role_field]
            assert 0 <= start < end <= len(text), f"{start_name}={start}, {end_name}={end} of {len(text)}"
    if "text" in names and "start" in names and row.start is not None:
        assert row.text == text[row.start : row.end]


@pytest.mark.parametrize("text", AWKWARD, ids=lambda text: ascii(text[:16]))
def test_awkward_text_never_raises_and_rows_keep_the_contract(
    text: str, resources: Resources, make_article: Callable[..., Article]
) -> None:
    for article in (make_article(text), make_article("Fine.", title=text, captions=text, language=None)):
        found = enriched(article, resources)
        for table, step in registered_steps().items():
            check(step, found[table], article)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    parts=st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(
                [
                    "“",
                    "”",
                    '"',
                    "'",
                    "\n\n",
                    "Ana Reyes said ",
                    "according to ",
                    " that ",
                    ". ",
                    ", ",
                    "the mayor ",
                    "Mr. ",
                ]
            ),
        ),
        max_size=15,
    )
)
def test_any_text_keeps_the_contract(
    parts: list[str], resources: Resources, make_article: Callable[..., Article]
) -> None:
    article = make_article("".join(parts))
    found = enriched(article, resources)
    for table, step in registered_steps().items():
        check(step, found[table], article)


def test_same_input_gives_the_same_rows(
    resources: Resources, make_article: Callable[..., Article], sample: str
) -> None:
    first, second = (enriched(make_article(sample, title="Reyes speaks"), resources) for _ in range(2))
    assert first == second
    assert any(first.values())


def test_copies_and_batches_do_not_change_rows(
    resources: Resources, make_article: Callable[..., Article], sample: str
) -> None:
    articles = [make_article(sample), make_article("Other text by Bo Ling."), make_article(sample)]
    together = [rows for _, rows in enrich(articles, resources)]
    assert together[0] == together[2] == enriched(articles[0], resources)
    assert together[1] == enriched(articles[1], resources)


@pytest.mark.parametrize("table", STEPS)
def test_every_column_is_documented(table: str) -> None:
    step = registered_steps()[table]
    assert [c.name for c in columns(step.row) if not c.doc] == []
    assert set(step.key) <= set(arrow_schema(step.row).names)
    assert step.key[:2] == ("article_id", "version_no")
    assert step.row.__doc__
    assert step.find.__doc__


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_a_module_that_declares_rows_registers_them(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    annotated = {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and any(
            isinstance(x, ast.AnnAssign) and isinstance(x.target, ast.Name) and x.target.id == "version_no"
            for x in node.body
        )
    }
    registered = {step.row.__name__ for step in registered_steps().values()}
    assert annotated <= registered


def test_steps_are_ordered_by_need() -> None:
    done: set[str] = {"parse"}
    for step in plan():
        assert set(step.needs) <= done
        done.add(step.table)
    assert {step.table for step in plan(["quotes"])} == {"mentions", "entities", "quotes"}


def test_an_unknown_table_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no enrichment fills 'weather'"):
        plan(["weather"])


def test_step_version_names_all_that_the_rows_depend_on() -> None:
    versions = registered_steps()
    resources = Resources({"parser": "lexicon"})
    assert step_version("languages", resources) == f"languages-{versions['languages'].version}"
    quotes = step_version("quotes", resources)
    assert quotes.startswith(f"{resources.name('parser')} ")
    for table in ("mentions", "entities", "quotes"):
        assert f"{table}-{versions[table].version}" in quotes.split()


@pytest.mark.parametrize(
    ("table", "needs", "message"),
    [
        ("weather", "gazeteer", "weather needs 'gazeteer', which is neither a table nor a resource"),
        ("parse", "parse", "parse needs 'parse', which is both a table and a resource"),
        ("weather", "weather", "in a circle: weather > weather"),
    ],
)
def test_unknown_ambiguous_or_circular_needs_are_errors_of_the_plan(
    monkeypatch: pytest.MonkeyPatch, table: str, needs: str, message: str
) -> None:
    steps = dict(registered_steps())
    steps[table] = dataclasses.replace(steps["languages"], table=table, needs=(needs,))
    monkeypatch.setattr(transforms.enrich, "registered_steps", lambda: steps)
    with pytest.raises(SchemaError, match=message):
        plan([table])


def test_only_what_is_asked_for_is_loaded_and_computed(make_article: Callable[..., Article]) -> None:
    missing = Resources({"parser": "spacy:not_installed"})
    [(_, found)] = enrich([make_article("Plainly an English sentence.")], missing, tables=["languages"])
    assert not isinstance(found, Rejected)
    assert list(found) == ["languages"]
    with pytest.raises(ModelMissing, match="spacy:not_installed"):
        enrich([], missing, tables=["quotes"])


def test_articles_in_other_languages_are_not_parsed(
    resources: Resources, make_article: Callable[..., Article]
) -> None:
    article = make_article("Die Bürgermeisterin Ana Reyes sagte: „Das Haus bleibt.“", language="de")
    found = enriched(article, resources)
    assert found["mentions"] == found["quotes"] == []
    assert [row.language for row in found["languages"]] == ["de"]


def test_a_step_that_raises_rejects_its_article_alone(
    make_article: Callable[..., Article], resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(article: Article) -> list[Any]:
        if "bad" in article.text:
            raise ValueError("cannot do this")
        return []

    steps = dict(registered_steps())
    steps["languages"] = dataclasses.replace(steps["languages"], find=fail)
    monkeypatch.setattr(transforms.enrich, "registered_steps", lambda: steps)
    good, bad = enrich([make_article("fine"), make_article("bad")], resources, tables=["languages"])
    assert good[1] == {"languages": []}
    assert isinstance(bad[1], Rejected)
    assert bad[1].reason == "step_failed"
    assert bad[1].detail == "languages: ValueError: cannot do this"


def test_a_parser_that_fails_on_one_text_rejects_its_article_alone(
    make_article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_parser("lexicon")

    class Fragile:
        languages = frozenset({"en"})

        def parse(self, texts: Any) -> Any:
            for text in texts:
                if "bad" in text:
                    raise ValueError("no parse")
                yield from whole.parse([text])

    monkeypatch.setattr(Resources, "load", lambda *_: Fragile())
    articles = [make_article(f"Text {i}." if i != 3 else "bad") for i in range(80)]
    results = [rows for _, rows in enrich(articles, Resources(), tables=["mentions"])]
    assert [i for i, rows in enumerate(results) if isinstance(rows, Rejected)] == [3]
    assert len(results) == 80


def test_importing_the_steps_does_not_import_spacy() -> None:
    import subprocess

    code = "import sys, transforms.enrich; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert importlib.import_module("transforms.enrich") is transforms.enrich
