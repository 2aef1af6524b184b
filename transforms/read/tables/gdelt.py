"""GDELT's own files (GKG, Events, Mentions): each row is a link to the article it was coded from."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.streams import lines
from transforms.read.listings.links import link_document

# Number of columns -> column of the address. Codebooks: GDELT 1.0 and 2.0 Events, 2.0 Mentions, 2.1 GKG.
_ADDRESS = {61: 60, 58: 57, 16: 5, 27: 4}
_TITLE = re.compile(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>")
_PUBLISHED = re.compile(r"<PAGE_PRECISEPUBTIMESTAMP>(\d{14})</PAGE_PRECISEPUBTIMESTAMP>")


@reader("gdelt")
def read_gdelt(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield a link per row; title and time of the page are hints where GKG has them. `item_no` is the line."""
    for number, line in enumerate(lines(stream), 1):
        cells = [] if line is None else line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
        if cells == [""]:
            continue
        place = _ADDRESS.get(len(cells))
        url = cells[place].strip() if place is not None else ""
        if not url.startswith("http"):
            detail = f"line {number}: {len(cells)} columns, no address of an article"
            yield Rejected(Reason.MALFORMED_RECORD, detail, origin, number, sample=line or b"")
            continue
        yield link_document(url, origin, number, {"envelope": "gdelt", **_hints(cells)})


def _hints(cells: list[str]) -> dict[str, str]:
    if len(cells) == 16:
        return {"publisher": cells[4]}
    if len(cells) != 27:
        return {}
    title, published = _TITLE.search(cells[26]), _PUBLISHED.search(cells[26])
    moment = published[1] if published else ""
    return {
        "publisher": cells[3],
        "title": html.unescape(title[1]).strip() if title else "",
        "published": f"{moment[:4]}-{moment[4:6]}-{moment[6:8]}T{moment[8:10]}:{moment[10:12]}:{moment[12:]}Z"
        if moment
        else "",
    }
