"""CPU of the parts of a run on real texts: microseconds a line, milliseconds an article, share beside the parse.

python -m tests.bench.parts
"""

from __future__ import annotations

import gzip
import json
import time

import pyarrow.parquet as pq

from flows.settings import DEFAULT_PARSER
from tests.bench.timing import DATA, cpu
from transforms.clean.segments import segment
from transforms.enrich import plan
from transforms.offsets import MappedText
from transforms.parsing import load_parser, parse_articles
from transforms.plain_article import plain_article

ARTICLES = 100


def main() -> None:
    for name in ("full", "main"):
        _lines(name)
    _steps()


def _lines(name: str) -> None:
    with gzip.open(DATA / "extraction" / f"lines_{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        documents = [json.loads(line)["lines"] for line in file]
    texts = [MappedText.of("\n".join(lines)) for lines in documents]
    segment(texts[0])
    with cpu() as spent:
        for text in texts:
            segment(text)
    count = sum(map(len, documents))
    print(f"lines, {name}: {1e6 * spent.seconds / count:.0f} microseconds a line ({count:,} lines)")


def _steps() -> None:
    rows = pq.read_table(DATA / "news-dev.parquet", columns=["title", "text"]).slice(0, ARTICLES).to_pylist()
    articles = [
        plain_article(str(n), row["text"], title=row["title"], published_at="2015-11-23")
        for n, row in enumerate(rows)
    ]
    words = sum(article.word_count for article in articles)
    parser = load_parser(DEFAULT_PARSER)
    list(parse_articles(articles[:2], parser))
    with cpu() as parsing:
        parses = list(parse_articles(articles, parser))
    spent: dict[str, float] = {}
    for article, parse in zip(articles, parses, strict=True):
        found: dict[str, list[object]] = {}
        for step in plan(None):
            needed = [parse if name == "parse" else found[name] for name in step.needs]
            began = time.process_time()
            found[step.table] = list(step.find(article, *needed))
            spent[step.table] = spent.get(step.table, 0.0) + time.process_time() - began
    print(f"parse ({parser.name}): {700_000 * parsing.seconds / words:.1f} ms for 700 words")
    for table, seconds in spent.items():
        share = seconds / parsing.seconds
        print(f"  {table:<12} {700_000 * seconds / words:5.2f} ms for 700 words, {share:.3f} of the parse")


if __name__ == "__main__":
    main()
