"""What reading and cleaning makes of each hostile input, with the CPU time and the memory that it takes."""

from __future__ import annotations

import io
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.transforms.read.nasty import Case, cases
from transforms.clean import clean
from transforms.contract.documents import Cleaned, Origin, RawDocument, Rejected
from transforms.read import read_documents

# What the page was fetched from: a canonical address is judged against it.
FETCHED_FROM = {"ht-canonical-foreign", "ht-canonical-home", "ht-js-url"}


@dataclass
class Outcome:
    """What became of one input; pages behind links are not fetched."""

    links: list[RawDocument] = field(default_factory=list)
    articles: list[Cleaned] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    seconds: float = 0.0


def outcome(case: Case) -> Outcome:
    url = "https://news.example/harbour-wall" if case.name in FETCHED_FROM else None
    origin = Origin("test", container_uri=case.path, url=url)
    made, began = Outcome(), time.process_time()
    for item in read_documents(io.BytesIO(case.data), origin):
        found = item if isinstance(item, Rejected) or item.media_type == "text/uri-list" else clean(item)
        if isinstance(found, Rejected):
            made.rejected.append(found)
        elif isinstance(found, RawDocument):
            made.links.append(found)
        else:
            made.articles.append(found)
    made.seconds = time.process_time() - began
    return made


def all_outcomes() -> tuple[dict[str, Outcome], int]:
    """The outcome of each case by name, and the peak of this process in MB.

    The peak is asked of the system: that of getrusage is inherited from the process that started this one.
    """
    made = {case.name: outcome(case) for case in cases()}
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert peak is not None
    return made, int(peak[1]) // 1024
