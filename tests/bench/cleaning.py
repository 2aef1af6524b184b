"""Read and clean of real pages against trafilatura with metadata, its ordinary use, page by page in turn.

python -m tests.bench.cleaning [PAGES]
"""

from __future__ import annotations

import gzip
import io
import resource
import sys
import time
from collections.abc import Callable
from statistics import median

import trafilatura

from tests.quality.data_folder import DATA
from transforms.clean import clean
from transforms.contract.documents import Origin, RawDocument
from transforms.read import read_documents


def main(count: int = 450) -> None:
    pages = [
        gzip.decompress(p.read_bytes()) for p in sorted((DATA / "extraction" / "html").glob("*.gz"))[:count]
    ]
    for page in pages[:10]:
        _ours(page)
        trafilatura.bare_extraction(page, with_metadata=True)
    ours, theirs = [], []
    for page in pages:
        ours.append(_timed(_ours, page))
        theirs.append(_timed(lambda data: trafilatura.bare_extraction(data, with_metadata=True), page))
    print(
        f"{len(pages)} pages: ours {1000 * sum(ours) / len(pages):.1f} ms, trafilatura with metadata ", end=""
    )
    print(
        f"{1000 * sum(theirs) / len(pages):.1f} ms of CPU a page; ratio {sum(ours) / sum(theirs):.3f}, ", end=""
    )
    print(f"median of the pages {median(a / b for a, b in zip(ours, theirs, strict=True)):.3f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"slowest page {max(ours):.2f} s; peak of the process {peak:.0f} MB")


def _ours(page: bytes) -> None:
    for document in read_documents(io.BytesIO(page), Origin("bench")):
        if isinstance(document, RawDocument):
            clean(document)


def _timed(work: Callable[[bytes], object], page: bytes) -> float:
    before = time.process_time()
    work(page)
    return time.process_time() - before


if __name__ == "__main__":
    main(*(int(n) for n in sys.argv[1:2]))
