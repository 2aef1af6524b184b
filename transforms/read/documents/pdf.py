"""PDF: one document; its text page by page, column after column, lines joined to paragraphs."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, BinaryIO

from transforms.contract.documents import Origin, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import reader
from transforms.read.bytes.limits import LIMITS
from transforms.read.bytes.streams import read_whole
from transforms.read.records.record import Record, record_parser
from transforms.text.sentences import ends_sentence

if TYPE_CHECKING:
    from pypdf import PageObject

_HYPHEN = re.compile(r"(?<=[a-zß-ÿ])[-\u00ad]$")
_PAGE_NUMBER = re.compile(r"(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?", re.IGNORECASE)
_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?'?)?")


@reader("pdf")
def read_pdf(stream: BinaryIO, origin: Origin) -> Iterator[RawDocument | Rejected]:
    """Yield the one document, as it came."""
    yield RawDocument(read_whole(stream, LIMITS.pdf_bytes), "application/pdf", origin)


@record_parser("application/pdf")
def pdf_record(raw: RawDocument) -> Record | Rejected:
    """The record of a PDF: title, author and date of creation as its properties state them."""
    import pypdf
    from pypdf.errors import LimitReachedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        document = pypdf.PdfReader(io.BytesIO(raw.body))
        if document.is_encrypted and not document.decrypt(""):
            return Rejected(Reason.ENCRYPTED, "a password is needed")
        if len(document.pages) > LIMITS.pdf_pages:
            return Rejected(Reason.TOO_LARGE, f"{len(document.pages)} pages")
        pages = [_blocks(page) for page in document.pages]
        stated: Mapping[str, object] = document.metadata or {}
    except LimitReachedError as error:
        return Rejected(Reason.DECOMPRESSED_TOO_LARGE, f"pdf: {error}"[:300])
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        return Rejected(Reason.UNREADABLE, f"pdf: {type(error).__name__}: {error}"[:300])
    text = _paragraphs(pages)
    if not text:
        return Rejected(Reason.RECORD_WITHOUT_TEXT, "pages without text: pictures of them, as it seems")
    author = str(stated.get("/Author") or "").strip()
    return Record(
        title=str(stated.get("/Title") or "").strip() or None,
        authors=[author] if author else [],
        published=_moment(str(stated.get("/CreationDate") or "")),
        text=text,
        names={"published": "creation_date", "title": "pdf:Title", "authors": "pdf:Author"},
    )


def _blocks(page: PageObject) -> list[list[str]]:
    """The lines of a page in reading order, one block per column.

    Without columns it is the order in which they are drawn.
    """
    try:
        blocks = blocks_of(page.extract_text(extraction_mode="layout"))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError):
        blocks = None  # fonts that the layout cannot measure
    return blocks or [[line.strip() for line in page.extract_text().strip().split("\n")]]


def _paragraphs(pages: list[list[list[str]]]) -> str:
    """Hard-wrapped lines joined; running heads, which several pages repeat, and page numbers left out."""
    edges = Counter(line for blocks in pages for line in {*blocks[0][:2], *blocks[-1][-2:]} if line)
    repeated = {line for line, count in edges.items() if count >= 3 and count > len(pages) / 2}
    paragraphs: list[str] = []
    is_open = False
    for lines in (lines for blocks in pages for lines in blocks):
        widest = max(map(len, lines), default=0)
        for line in lines:
            if not line:
                is_open = False
            elif line in repeated or _PAGE_NUMBER.fullmatch(line):
                continue
            elif is_open and paragraphs:
                joint = "" if _HYPHEN.search(paragraphs[-1]) else " "
                paragraphs[-1] = _HYPHEN.sub("", paragraphs[-1]) + joint + line
                is_open = not _ends_paragraph(line, widest)
            else:
                paragraphs.append(line)
                is_open = not _ends_paragraph(line, widest)
    return "\n\n".join(paragraphs)


def _ends_paragraph(line: str, widest: int) -> bool:
    """Whether a line ends a paragraph: short at the end of a sentence, or shorter still, like a heading."""
    return len(line) < 0.8 * widest and (ends_sentence(line) or line.endswith(":") or len(line) < 0.5 * widest)


def _moment(text: str) -> str | None:
    match = _PDF_DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zulu, hours, minutes = match.groups()
    zone = "Z" if zulu else f"{hours}:{minutes or '00'}" if hours else ""
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone}"


# Columns are at least four spaces apart; words, even in justified lines, are closer.
_PIECE = re.compile(r"\S+(?: {1,3}\S+)*")
_FEWEST_ROWS = 5
# Share of the rows with text that must have a piece in each column.
_SHARE = 0.5
# Cells of a table are shorter than lines of prose.
_WORDS = 3
# A line longer by this factor than any of the first column runs across columns.
_ACROSS = 1.2

Pieces = list[tuple[int, str]]
"""A row's stretches of text with the places where they start."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where columns start, in a layout of characters, and the longest line of the first."""

    starts: Sequence[float]
    longest: int

    def of(self, start: int) -> int:
        return min(range(len(self.starts)), key=lambda n: abs(self.starts[n] - start))

    def are_crossed_by(self, pieces: Pieces) -> bool:
        return len(pieces) == 1 and self.of(pieces[0][0]) == 0 and len(pieces[0][1]) > self.longest * _ACROSS


def blocks_of(layout: str) -> list[list[str]] | None:
    """The blocks of a page from its text in page layout; None when it has no columns of prose.

    A line that runs across columns ends them: the text above it is read first.
    """
    rows = [[(m.start(), " ".join(m[0].split())) for m in _PIECE.finditer(line)] for line in layout.split("\n")]
    columns = _columns(rows)
    if columns is None:
        return None
    blocks: list[list[str]] = []
    open_columns: list[list[str]] = [[] for _ in columns.starts]
    for pieces in rows:
        if columns.are_crossed_by(pieces):
            blocks += [*open_columns, [pieces[0][1]]]
            open_columns = [[] for _ in columns.starts]
            continue
        for start, text in pieces:
            open_columns[columns.of(start)].append(text)
        if not pieces:  # a gap in only one column may be the line spacing of the other
            for column in open_columns:
                column.append("")
    blocks += open_columns
    return [block for block in blocks if any(block)]


def _columns(rows: Sequence[Pieces]) -> _Columns | None:
    counts = Counter(len(pieces) for pieces in rows if len(pieces) > 1)
    if not counts:
        return None
    number, count = counts.most_common(1)[0]
    full = [pieces for pieces in rows if len(pieces) == number]
    if count < max(_FEWEST_ROWS, _SHARE * sum(map(bool, rows))):
        return None
    for place in range(number):
        if median(len(pieces[place][1].split()) for pieces in full) < _WORDS:
            return None
    starts = [median(pieces[place][0] for pieces in full) for place in range(number)]
    return _Columns(starts, max(len(pieces[0][1]) for pieces in full))
