from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.transforms.read.nasty import BODY, Case, cases, page
from transforms.clean import clean
from transforms.contract.documents import Cleaned, Origin, RawDocument, Rejected
from transforms.read import read_documents

ALL = list(cases())
# What the page was fetched from: a canonical address is judged against it.
FETCHED_FROM = {"ht-canonical-foreign", "ht-canonical-home", "ht-js-url"}


def outcome(case: Case) -> tuple[list[RawDocument], list[Cleaned], list[Rejected]]:
    """Everything that reading and cleaning makes of a case; pages behind links are not fetched."""
    url = "https://news.example/harbour-wall" if case.name in FETCHED_FROM else None
    origin = Origin("test", container_uri=case.path, url=url)
    links: list[RawDocument] = []
    articles: list[Cleaned] = []
    rejected: list[Rejected] = []
    for item in read_documents(io.BytesIO(case.data), origin):
        if isinstance(item, Rejected):
            rejected.append(item)
        elif item.media_type == "text/uri-list":
            links.append(item)
        else:
            cleaned = clean(item)
            if isinstance(cleaned, Rejected):
                rejected.append(cleaned)
            else:
                articles.append(cleaned)
    return links, articles, rejected


def test_there_are_as_many_cases_as_were_written() -> None:
    assert len({case.name for case in ALL}) == len(ALL) == 92


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_nasty_input_comes_to_the_right_end(case: Case) -> None:
    started = time.process_time()
    links, articles, rejected = outcome(case)
    assert time.process_time() - started < 10
    reasons = [str(r.reason) for r in rejected]
    if case.action == "links":
        assert len(links) == case.articles
        assert set(reasons) == ({case.reason} if case.reason else set())
    elif case.action == "quarantine":
        assert not articles
        assert not links
        assert set(reasons) == {case.reason}
    else:
        assert articles, reasons
        assert case.articles is None or len(articles) == case.articles
    if case.rejected is not None:
        assert len(rejected) == case.rejected, reasons
    if case.action == "accept":
        assert not rejected
    if case.action == "repair":
        assert any(case.reason in c.article.repairs for c in articles), [c.article.repairs for c in articles]
    _check_texts(case, articles)


def _check_texts(case: Case, articles: list[Cleaned]) -> None:
    texts = "\n".join(f"{c.article.title}\n{c.article.text}" for c in articles)
    assert case.contains in texts
    if case.lacks:
        assert case.lacks not in texts
    if case.title is not None:
        assert articles[0].article.title == case.title


def test_no_nasty_input_takes_more_than_its_memory() -> None:
    """All of them in one process of their own. Its peak is asked of the system: that of getrusage is inherited."""
    program = (
        "import re, pathlib\n"
        "from tests.transforms.read.test_nasty import ALL, outcome\n"
        "for case in ALL: outcome(case)\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(int(re.search('VmHWM:\\\\s+(\\\\d+)', status)[1]) // 1024)\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 1500


def test_versions_of_one_page_are_one_article() -> None:
    """A changed text is a new hash under the same id; a changed advertisement is nothing."""
    pages = [
        page(),
        page(body=BODY.replace("7-2", "8-1")),
        page().replace("</head>", "<script>var t=9</script></head>"),
    ]
    url = "https://news.example/harbour"
    raws = [RawDocument(p.encode(), "text/html", Origin("test", url=url)) for p in pages]
    first, changed, same = (c.article for c in map(clean, raws) if isinstance(c, Cleaned))
    assert first.article_id == changed.article_id == same.article_id
    assert first.text_hash == same.text_hash != changed.text_hash
