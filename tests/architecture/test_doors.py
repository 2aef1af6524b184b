"""How many places a new capability takes: each is added to a copy of the tree, in its own files alone."""

from __future__ import annotations

from tests.architecture.conftest import ScratchCopy

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

    def ports() -> list[str]:
        scratch.dateline("run", "in.txt")
        return scratch.dateline(
            "sql", "--format", "csv", "select name, country, token_count > 30 as is_long from news.ports"
        )[1:]

    def redone() -> list[str]:
        """Steps done by the last run."""
        last = "(select run_id from ops.runs order by started_at desc limit 1)"
        query = f"select distinct step from ops.steps_done where run_id = {last} order by step"
        return scratch.dateline("sql", "--format", "csv", query)[1:]

    assert ports() == ["Hamburg,DE,True"]
    assert {"ports", "mentions", "clean"} <= set(redone())

    raised = PORT_REGISTER.replace('version="1"', 'version="2"')
    scratch.write("transforms/nlp/port_register.py", raised)
    scratch.write("transforms/data/ports_sea.tsv", "Hamburg\tGermany\n")
    assert ports() == ["Hamburg,Germany,True"]
    assert redone() == ["ports"]

    scratch.write("dateline.toml", '[resources]\nport_register = "river"\n')
    assert ports() == ["Cologne,DE,True"]
    assert redone() == ["ports"]

    assert ports() == ["Cologne,DE,True"]
    assert redone() == []
    assert scratch.changed() == set(files)
