"""Images of a page: those stated for its article, and the captions and images around a block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from transforms.clean.page.blocks import CAPTION_NAME, Block, Frame
from transforms.clean.page.facts import PageFacts
from transforms.clean.page.jsonld import Node, as_list, as_text, follow
from transforms.contract.article import Image
from transforms.text.urls import resolve

_LONG_NAME = 12
# A figure or an element named for captions, at most this many elements up, marks a caption.
_NEAR = 4


def stated_images(facts: PageFacts, article: Node) -> list[Image]:
    """Images of the article's JSON-LD, else the one of its link preview; each address once."""
    images: dict[str, Image] = {}
    for value in as_list(article.get("image")):
        target = follow(value, facts.nodes)
        url = _address(target)
        address = resolve(facts.url, url) if url else None
        if address is not None and address not in images:
            images[address] = _image(address, target if isinstance(target, dict) else {})
    if not images:
        previews = (resolve(facts.url, content) for _, content in facts.meta("og:image", "twitter:image"))
        if preview := next(filter(None, previews), None):
            images[preview] = _image(preview, {})
    return list(images.values())


def distinct_images(shown: Iterable[Image], stated: Iterable[Image]) -> list[Image]:
    """The images shown in the text, then those only stated; an image in several sizes counts once."""
    images = list(shown)
    known = {_file(image.url) for image in images}
    for image in stated:
        if (file := _file(image.url)) is None or file not in known:
            images.append(image)
            known.add(file)
    return images


def caption_rank(block: Block) -> int:
    """2 for a block in a figure, 1 in an element named like a caption, 0 elsewhere."""
    for frame in _around(block):
        if frame.tag == "blockquote":  # a post displayed like a picture
            return 0
        if frame.tag in ("figcaption", "figure"):
            return 2
        if CAPTION_NAME.search(frame.names):
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


def _file(url: str | None) -> str | None:
    """The name of an image's file; the address where the name is too short to be distinctive."""
    if url is None:
        return None
    name = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return name if len(name.rpartition(".")[0]) >= _LONG_NAME else url


def _address(target: Any) -> str | None:
    if isinstance(target, dict):
        return as_text(target.get("url") or target.get("contentUrl") or target.get("@id"))
    return target if isinstance(target, str) else None


def _image(address: str, node: Node) -> Image:
    credit = as_text(node.get("creditText") or node.get("author") or node.get("creator"))
    return Image(address, as_text(node.get("caption")), credit, None)
