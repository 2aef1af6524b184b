"""CPU of the parts of a run on real texts: microseconds a line, milliseconds an article, share beside the parse.

python -m tests.bench.parts
"""

from __future__ import annotations

import gzip
import json
import time
from itertools import islice
from typing import Any

import ftfy
import pyarrow.parquet as pq

from tests.bench.timing import cpu, in_turn
from tests.quality.data_folder import DATA
from transforms.clean.plain.segments import segment
from transforms.clean.plain_article import clean_text
from transforms.contract.steps import PARSE
from transforms.enrich import kinds_needed, plan
from transforms.enrich.given_text import plain_article
from transforms.nlp.parser import parse_articles
from transforms.nlp.resources import Resources
from transforms.text.offsets import MappedText

ARTICLES = 100
DOCUMENTS = 100


def main() -> None:
    for name in ("full", "main"):
        _lines(name)
    _steps()


def _lines(name: str) -> None:
    """All of the cleaning of a plain text, beside ftfy's on the same texts."""
    with gzip.open(DATA / "extraction" / f"lines_{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        documents = [lines for line in islice(file, DOCUMENTS) if (lines := json.loads(line)["lines"])]
    texts = ["\n".join(lines) for lines in documents]
    count = sum(map(len, documents))
    typing, _, ratio = in_turn(
        lambda: [segment(MappedText.of(text)) for text in texts], lambda: list(map(ftfy.fix_text, texts))
    )
    print(f"lines typed, {name}: {1e6 * typing / count:.0f} microseconds a line, {ratio:.2f} of ftfy.fix_text")
    whole, _, ratio = in_turn(lambda: list(map(clean_text, texts)), lambda: list(map(ftfy.fix_text, texts)))
    print(f"plain texts, {name}: {1e6 * whole / count:.0f} microseconds a line, {ratio:.2f} of ftfy.fix_text")


def _steps() -> None:
    rows = pq.read_table(DATA / "news-dev.parquet", columns=["title", "text"]).slice(0, ARTICLES).to_pylist()
    articles = [
        plain_article(str(n), row["text"], title=row["title"], published_at="2015-11-23")
        for n, row in enumerate(rows)
    ]
    words = sum(article.word_count for article in articles)
    steps = plan()
    loaded = {kind: Resources().load(kind) for kind in kinds_needed(steps)}
    parser = loaded["parser"]
    list(parse_articles(articles[:2], parser))
    with cpu() as parsing:
        parses = list(parse_articles(articles, parser))
    spent: dict[str, float] = {}
    for article, parse in zip(articles, parses, strict=True):
        named: dict[str, Any] = {**loaded, PARSE: parse}
        for step in steps:
            needed = [named[name] for name in step.needs]
            began = time.process_time()
            named[step.table] = list(step.find(article, *needed))
            spent[step.table] = spent.get(step.table, 0.0) + time.process_time() - began
    print(f"parse ({Resources().name('parser')}): {700_000 * parsing.seconds / words:.1f} ms for 700 words")
    for table, seconds in spent.items():
        share = seconds / parsing.seconds
        print(f"  {table:<12} {700_000 * seconds / words:5.2f} ms for 700 words, {share:.3f} of the parse")


if __name__ == "__main__":
    main()
