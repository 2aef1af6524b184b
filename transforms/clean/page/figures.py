"""How blocks stand to the images of a page: whether they are captions, and of which image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from transforms.clean.page.blocks import Block, Frame

# A caption stands in its figure, or in an element named so, at most this many elements up.
_NEAR = 4
_NAMED = re.compile(r"caption|(?:photo|image|picture|img)[-_]*(?:credit|desc|text|legend)|bildunterschrift")


def caption_rank(block: Block) -> int:
    """2 for a block in a figure, 1 in an element that is named as a caption is, 0 elsewhere."""
    for frame in _around(block):
        if frame.tag == "blockquote":  # a post that is shown like a picture
            return 0
        if frame.tag in ("figcaption", "figure"):
            return 2
        if _NAMED.search(frame.names):
            return 1
    return 0


def image_beside(block: Block) -> str | None:
    """The address, as written, of the image that shares an element with a block."""
    return next((frame.image for frame in _around(block) if frame.image), None)


def _around(block: Block) -> Iterator[Frame]:
    def outwards() -> Iterator[Frame]:
        frame: Frame | None = block.frame
        while frame is not None:
            yield frame
            frame = frame.parent

    return islice(outwards(), _NEAR)
