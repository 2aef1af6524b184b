"""How many places a new capability takes: each is added to a copy of the tree, in its own files alone."""

from __future__ import annotations

import json

import pytest

from tests.architecture.conftest import ScratchCopy

pytestmark = pytest.mark.slow

PORT_REGISTER = '''\
"""The register of ports: names and the country that each lies in."""

from __future__ import annotations

from collections.abc import Mapping

from transforms.contract.errors import ModelMissing
from transforms.nlp.resources import resource
from transforms.text.wordlists import DATA


@resource(kind="port_register", default="sea", version="1")
def load_register(setting: str) -> Mapping[str, str]:
    """Country by name of port; the settings are "sea" and "river"."""
    file = DATA / f"ports_{setting}.tsv"
    if not file.exists():
        raise ModelMissing(f"no port register {setting!r}", name=setting)
    return dict(line.split("\\t") for line in file.read_text(encoding="utf-8").splitlines())
'''

PORTS = '''\
"""Ports of the register that an article mentions by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from transforms.contract.article import Article
from transforms.contract.columns import ArticleId, Field, Offset, VersionNo
from transforms.contract.documents import Parse
from transforms.contract.steps import enrichment
from transforms.enrich.names.mentions import Mention


@dataclass(slots=True)
class Port:
    """One mention of a port of the register."""

    article_id: ArticleId
    version_no: VersionNo
    field: Field
    start: Annotated[Offset, "first code point of the name"]
    name: Annotated[str, "name of the port"]
    country: Annotated[str, "country that the port lies in"]
    token_count: Annotated[int, "tokens of the text the name stands in"]


@enrichment(
    table="ports", row=Port, key=("article_id", "version_no", "field", "start"), version="1",
    needs=("port_register", "mentions", "parse"),
)
def find_ports(
    article: Article, register: Mapping[str, str], mentions: Sequence[Mention], parse: Parse
) -> Iterator[Port]:
    """Yield ports in reading order."""
    for mention in mentions:
        if country := register.get(mention.text):
            tokens = len(parse[mention.field])
            yield Port(
                article.article_id, article.version_no, mention.field, mention.start, mention.text, country, tokens
            )
'''

ARTICLE = """\
Ferries stop in the north

No ferry sailed from Hamburg on Tuesday and none in Cologne, said Olaf Nyberg of the harbour office. He expects that
ships will sail again by the end of the week, when the storm is over.
"""


def test_an_enrichment_with_a_resource_of_its_own_takes_its_file_and_that_of_the_resource(
    scratch: ScratchCopy,
) -> None:
    files = {
        "transforms/nlp/port_register.py": PORT_REGISTER,
        "transforms/data/ports_sea.tsv": "Hamburg\tDE\n",
        "transforms/data/ports_river.tsv": "Cologne\tDE\n",
        "transforms/enrich/ports.py": PORTS,
    }
    for path, text in files.items():
        scratch.write(path, text)
    scratch.write("in.txt", ARTICLE)

    redone: set[str] = set()

    def ports() -> list[str]:
        redone.clear()
        redone.update(scratch.run("in.txt"))
        return scratch.dateline(
            "sql", "--format", "csv", "select name, country, token_count > 30 as is_long from news.ports"
        )[1:]

    assert ports() == ["Hamburg,DE,true"]
    assert {"ports", "mentions", "articles"} <= redone

    raised = PORT_REGISTER.replace('version="1"', 'version="2"')
    scratch.write("transforms/nlp/port_register.py", raised)
    scratch.write("transforms/data/ports_sea.tsv", "Hamburg\tGermany\n")
    assert ports() == ["Hamburg,Germany,true"]
    assert redone == {"ports"}

    scratch.write("dateline.toml", '[resources]\nport_register = "river"\n')
    assert ports() == ["Cologne,DE,true"]
    assert redone == {"ports"}

    assert ports() == ["Cologne,DE,true"]
    assert redone == set()
    assert scratch.changed() == set(files)


PUBLISHER_TITLES = '''\
"""The longest title of each publisher."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import pyarrow as pa

from transforms.contract.columns import Count
from transforms.contract.link_steps import link


@dataclass(slots=True)
class PublisherTitle:
    """One publisher with its longest title."""

    publisher: Annotated[str, "name of the outlet"]
    title: Annotated[str, "its longest title"]
    mention_count: Annotated[Count, "names in all its articles"]


@link(
    table="publisher_titles", row=PublisherTitle, key=("publisher",), version="1",
    reads=("articles", "mentions"), scope="publisher",
)
def find_titles(articles: pa.Table, mentions: pa.Table) -> Iterator[PublisherTitle]:
    """Yield the longest title of one publisher."""
    titles = [title for title in articles["title"].to_pylist() if title]
    yield PublisherTitle(articles["publisher"][0].as_py(), max(titles, key=len), mentions.num_rows)
'''


def _record(number: int, publisher: str, title: str) -> str:
    text = (
        f"Nobody in Hamburg voted on plan {number}, said Olaf Nyberg of the harbour office on Tuesday. He expects "
        "that ships will sail again by the end of the week, when the storm is over and the port is open."
    )
    url = f"https://{publisher.lower()}.example/{number}"
    return json.dumps({"url": url, "publisher": publisher, "title": title, "text": text}) + "\n"


def test_a_link_step_takes_one_file(scratch: ScratchCopy) -> None:
    scratch.write("transforms/link/publisher_titles.py", PUBLISHER_TITLES)
    scratch.write("gazette.jsonl", _record(1, "Gazette", "Storm") + _record(2, "Gazette", "Storm in the north"))
    scratch.write("courier.jsonl", _record(3, "Courier", "Ferries stop"))

    def titles(*targets: str) -> list[str]:
        scratch.dateline("run", *targets)
        query = "select publisher, title, mention_count > 1 from news.publisher_titles order by publisher"
        return scratch.dateline("sql", "--format", "csv", query)[1:]

    def redone() -> list[str]:
        """Scopes linked by the last run."""
        last = "(select run_id from ops.runs order by started_at desc limit 1)"
        query = f"select subject_id from ops.steps_done where run_id = {last} and step = 'publisher_titles' order by 1"
        return scratch.dateline("sql", "--format", "csv", query)[1:]

    assert titles("gazette.jsonl", "courier.jsonl") == [
        "Courier,Ferries stop,true",
        "Gazette,Storm in the north,true",
    ]
    assert redone() == ["Courier", "Gazette"]
    scratch.write("more.jsonl", _record(4, "Courier", "Ferries stop in the north"))
    assert titles("more.jsonl")[0] == "Courier,Ferries stop in the north,true"
    assert redone() == ["Courier"]
    assert titles("more.jsonl")[0] == "Courier,Ferries stop in the north,true"
    assert redone() == []
    assert scratch.changed() == {"transforms/link/publisher_titles.py"}


BUSIEST_DAYS = """\
-- The day on which each publisher published most.
-- grain: one row per publisher
-- key: publisher
-- needs: articles_by_publisher_day
-- publisher: name of the outlet
-- article_count: articles of that day
select publisher, max(article_count) as article_count
from mart.articles_by_publisher_day
group by publisher
"""


def test_a_mart_on_a_mart_takes_one_file(scratch: ScratchCopy) -> None:
    scratch.write("warehouse/marts/a_busiest_days.sql", BUSIEST_DAYS)
    scratch.write("in.jsonl", _record(1, "Gazette", "Storm") + _record(2, "Gazette", "Storm in the north"))
    scratch.dateline("run", "in.jsonl")
    assert scratch.dateline("sql", "--format", "csv", "from mart.a_busiest_days")[1:] == ["Gazette,2"]
    assert scratch.changed() == {"warehouse/marts/a_busiest_days.sql"}


THREADS = '''\
"""The runner whose workers are threads of this process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flows.run.in_order import Launch

LAUNCH = Launch(ThreadPoolExecutor)
'''


def test_a_runner_takes_one_file_and_its_name_in_the_table(scratch: ScratchCopy) -> None:
    scratch.write("flows/run/runners/threads.py", THREADS)
    table = scratch.root / "flows/run/runners/__init__.py"
    named = table.read_text(encoding="utf-8").replace('Literal["inline"', 'Literal["threads", "inline"')
    scratch.write("flows/run/runners/__init__.py", named)
    scratch.write("dateline.toml", 'runner = "threads"\nworkers = 2\nbatch_size = 1\n')
    scratch.write("in.jsonl", _record(1, "Gazette", "Storm") + _record(2, "Gazette", "Storm in the north"))
    scratch.dateline("run", "in.jsonl")
    assert scratch.dateline("sql", "--format", "csv", "select count(*) from news.articles")[1:] == ["2"]
    assert scratch.changed() == {"flows/run/runners/threads.py", "flows/run/runners/__init__.py"}
