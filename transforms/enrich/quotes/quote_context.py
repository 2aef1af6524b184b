"""The text around each quotation: its sentence, the gaps before and after it, and the cues in them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from transforms.enrich.quotes.attributions import Attribution
from transforms.enrich.quotes.cue_sources import CueSource, by_order
from transforms.enrich.quotes.quoted_spans import QuotedSpan
from transforms.nlp.dependencies import Tree
from transforms.text.sentences import SENTENCE_END

FEWEST_WORDS = 4
"""The words of a quotation that is more than a few."""
_LEADS = ":,;—–-(…"
_CLOSING = "'’”\"»)] "
_END_MARKS = (".", "!", "?", "…")
# Code points before a gap that may contain the source of its cue: "Reyes, who ..., said" around a quotation.
_SOURCE_REACH = 250


class QuoteContext:
    """The text before and after each quoted span; offsets are code points."""

    def __init__(self, tree: Tree, spans: Sequence[QuotedSpan], attributions: Sequence[Attribution]) -> None:
        self.tree, self.text, self.spans = tree, tree.text, spans
        self._starts = [span.outer_start for span in spans]
        self._attributions = [a for a in attributions if not self.is_quoted(tree.starts[a.cue])]
        self._cue_starts = [tree.starts[a.cue] for a in self._attributions]

    def is_quoted(self, at: int) -> bool:
        """Whether a code point is inside quotation marks."""
        i = bisect.bisect_right(self._starts, at) - 1
        return i >= 0 and at < self.spans[i].outer_end

    def quoted_text(self, i: int) -> str:
        """The text inside the marks."""
        return self.text[self.spans[i].start : self.spans[i].end].rstrip()

    def ending(self, i: int) -> str:
        """The quoted text without the closing marks of a quotation inside it."""
        return self.quoted_text(i).rstrip(_CLOSING)

    def first_token(self, i: int) -> int:
        """The first token inside the marks."""
        return min(self.tree.token_at(self.spans[i].start), len(self.tree) - 1)

    def paragraph(self, at: int) -> tuple[int, int]:
        """The paragraph of a code point."""
        end = self.text.find("\n", at)
        return self.text.rfind("\n", 0, at) + 1, end if end >= 0 else len(self.text)

    def before(self, i: int) -> tuple[int, int]:
        """From the start of the sentence, or the end of the last quotation of several words, to the opening mark."""
        start, end = self.paragraph(self.spans[i].outer_start)[0], self.spans[i].outer_start
        for j in range(i - 1, -1, -1):
            if self.spans[j].outer_end <= start:
                break
            if len(self.quoted_text(j).split()) >= FEWEST_WORDS:
                start = self.spans[j].outer_end
                break
        for match in SENTENCE_END.finditer(self.text, start, end):
            start = match.end()
        return start, end

    def after(self, i: int) -> tuple[int, int]:
        """From the closing mark to the end of the sentence or to the next quotation."""
        start = self.spans[i].outer_end
        end = self.paragraph(start)[1] if start < len(self.text) else start
        if i + 1 < len(self.spans):
            end = max(start, min(end, self.spans[i + 1].outer_start))
        match = SENTENCE_END.search(self.text, start, end)
        return start, match.start() + 1 if match else end

    def has_words_before(self, i: int) -> bool:
        """Whether the sentence began before the quotation."""
        start, end = self.before(i)
        return any(c.isalnum() for c in self.text[start:end])

    def is_embedded(self, i: int) -> bool:
        """Whether the sentence runs into the quotation: no colon, comma or dash before its mark."""
        start, end = self.before(i)
        before = self.text[start:end].rstrip()
        return any(c.isalnum() for c in before) and before[-1] not in _LEADS

    def is_full_sentence(self, i: int) -> bool:
        """Whether a sentence of its own is in the marks: nothing before it, its end mark inside."""
        start, end = self.before(i)
        quoted = self.ending(i)
        return (
            bool(quoted)
            and quoted.endswith(_END_MARKS)
            and not quoted[0].islower()
            and not any(c.isalnum() for c in self.text[start:end])
        )

    def follows_directly(self, i: int, found: Attribution) -> bool:
        """Whether the cue or its source is the first phrase after the closing mark: “...,” Reyes said."""
        behind = self.tree.token_at(self.spans[i].outer_end)
        first = found.cue if found.source is None else min(found.cue, found.source.start)
        while behind < first and not self.tree.words[behind][0].isalnum():
            behind += 1
        return behind <= max(found.cue, first) and first - behind <= 1

    def is_introduced(self, i: int, found: Attribution) -> bool:
        """Whether the cue is before the quotation, with a colon or comma or nothing between them."""
        start, end = self.before(i)
        if not start <= self.tree.starts[found.cue] < end:
            return False
        before = self.text[start:end].rstrip()
        return before[-1:] in (":", ",") or found.cue_end == self.tree.token_at(self.spans[i].outer_start)

    def head_token(self, i: int) -> int:
        """The token inside the marks whose head is outside."""
        first, last = self.first_token(i), self.tree.token_at(self.spans[i].end)
        return next((t for t in range(first, last) if not first <= self.tree.heads[t] < last), first)

    def shares_sentence(self, i: int) -> bool:
        """Whether a quotation goes on the sentence of the one before it: ... “X” because “Y”."""
        gap = self.gap(i)
        quoted = self.ending(i - 1)
        return (
            "\n" not in gap
            and gap.lstrip(" ,;-–—")[:1].islower()
            and not quoted.endswith(".")
            and not SENTENCE_END.search(gap)
        )

    def gap(self, i: int) -> str:
        """The text between a quotation and the one before it."""
        return self.text[self.spans[i - 1].outer_end : self.spans[i].outer_start]

    def cues(self, start: int, end: int) -> list[Attribution]:
        """Attributions with a cue between two code points and outside quotations."""
        first, last = (bisect.bisect_left(self._cue_starts, at) for at in (start, end))
        return self._attributions[first:last]

    def last_speech_attribution(self, i: int) -> Attribution | None:
        """The last attribution of speech before a quotation, in its paragraph or the one before."""
        start, end = self.paragraph(self.spans[i].outer_start)[0], self.spans[i].outer_start
        found = self._last_speech(start, end)
        if found is None and start:
            before = self.text[:start].rstrip()
            found = self._last_speech(self.paragraph(len(before) - 1)[0] if before else 0, start)
        return found

    def follows_cue(self, span: QuotedSpan, attribution: Attribution) -> bool:
        """Whether a quotation comes after the cue."""
        return span.outer_start > self.tree.starts[attribution.cue]

    def is_near_previous(self, i: int) -> bool:
        """Whether the previous quotation is in the same paragraph or the one before."""
        between = self.text[self.spans[i - 1].outer_end : self.spans[i].outer_start]
        return len(re.findall(r"\n+", between)) <= 1

    def _last_speech(self, start: int, end: int) -> Attribution | None:
        for found in reversed(self.cues(start, end)):
            if found.kind == "speech" and found.source and not self.is_quoted(self._start(found.source)):
                return found
        return None

    def located(self, found: Attribution, start: int, end: int) -> Attribution | None:
        """The attribution with a source outside quotations: the tree's, else one by word order in the gap."""
        source = found.source
        if source and not self.is_quoted(at := self._start(source)) and start - _SOURCE_REACH <= at < end:
            return found
        first, last = self.tree.token_at(start), self.tree.token_at(end)
        source = by_order(self.tree, found.cue, first, last) if first <= found.cue < last else None
        return found.with_source(source) if source else None

    def _start(self, source: CueSource) -> int:
        return self.tree.starts[source.start]
