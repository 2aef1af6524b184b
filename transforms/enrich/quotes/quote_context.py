"""The texts around each quotation, and the attributions whose cue stands in them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from transforms.enrich.quotes.quotation import Quotation
from transforms.enrich.quotes.statements import Attribution
from transforms.nlp.dependencies import Tree
from transforms.text.sentences import SENTENCE_END

_FEWEST_WORDS = 4


class Gaps:
    """What stands before and after the quotations of one text; offsets are code points into it."""

    REACH = 250
    """How far before a gap the source of a cue in it may stand: "Reyes, who ..., said" around a quotation."""

    def __init__(
        self, tree: Tree, quotations: Sequence[Quotation], attributions: Sequence[Attribution]
    ) -> None:
        self.tree, self.text, self.quotations = tree, tree.text, quotations
        self._starts = [q.outer_start for q in quotations]
        outside = [a for a in attributions if not self.is_quoted(tree.starts[a.cue])]
        self._attributions = outside
        self._at = [tree.starts[a.cue] for a in outside]

    def is_quoted(self, at: int) -> bool:
        """Whether a code point stands in a quotation."""
        i = bisect.bisect_right(self._starts, at) - 1
        return i >= 0 and at < self.quotations[i].outer_end

    def said(self, i: int) -> str:
        """The words of a quotation."""
        return self.text[self.quotations[i].start : self.quotations[i].end].rstrip()

    def first_token(self, i: int) -> int:
        """The first token inside the marks."""
        return min(self.tree.token_at(self.quotations[i].start), len(self.tree) - 1)

    def paragraph(self, at: int) -> tuple[int, int]:
        """The paragraph that holds a code point."""
        end = self.text.find("\n", at)
        return self.text.rfind("\n", 0, at) + 1, end if end >= 0 else len(self.text)

    def before(self, i: int) -> tuple[int, int]:
        """From the start of its sentence, or the end of the last quotation of several words, to the opening mark."""
        start, end = self.paragraph(self.quotations[i].outer_start)[0], self.quotations[i].outer_start
        for j in range(i - 1, -1, -1):
            if self.quotations[j].outer_end <= start:
                break
            if len(self.said(j).split()) >= _FEWEST_WORDS:
                start = self.quotations[j].outer_end
                break
        for match in SENTENCE_END.finditer(self.text, start, end):
            start = match.end()
        return start, end

    def after(self, i: int) -> tuple[int, int]:
        """From the closing mark to the end of its sentence or the next quotation."""
        start = self.quotations[i].outer_end
        end = self.paragraph(start)[1] if start < len(self.text) else start
        if i + 1 < len(self.quotations):
            end = max(start, min(end, self.quotations[i + 1].outer_start))
        match = SENTENCE_END.search(self.text, start, end)
        return start, match.start() + 1 if match else end

    def has_words_before(self, i: int) -> bool:
        """Whether its sentence began before the quotation."""
        start, end = self.before(i)
        return any(c.isalnum() for c in self.text[start:end])

    def cues(self, start: int, end: int) -> list[Attribution]:
        """Attributions whose cue stands between two code points and in no quotation."""
        return self._attributions[bisect.bisect_left(self._at, start) : bisect.bisect_left(self._at, end)]

    def last_told(self, i: int) -> Attribution | None:
        """The last attribution of speech before a quotation, in its paragraph or the one before."""
        start, end = self.paragraph(self.quotations[i].outer_start)[0], self.quotations[i].outer_start
        told = self._told(start, end)
        if told is None and start:
            before = self.text[:start].rstrip()
            told = self._told(self.paragraph(len(before) - 1)[0] if before else 0, start)
        return told

    def is_later(self, quotation: Quotation, found: Attribution) -> bool:
        """Whether a quotation stands behind a cue."""
        return quotation.outer_start > self.tree.starts[found.cue]

    def is_near(self, i: int) -> bool:
        """Whether the quotation before stands in the same paragraph or the one before."""
        between = self.text[self.quotations[i - 1].outer_end : self.quotations[i].outer_start]
        return len(re.findall(r"\n+", between)) <= 1

    def _told(self, start: int, end: int) -> Attribution | None:
        told = [a for a in self.cues(start, end) if a.source and a.kind == "speech"]
        told = [a for a in told if a.source and not self.is_quoted(self.tree.starts[a.source.start])]
        return told[-1] if told else None
