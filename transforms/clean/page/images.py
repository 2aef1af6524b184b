"""The images that a page states for its article, with caption and credit where the markup has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from transforms.clean.page.facts import PageFacts
from transforms.clean.page.jsonld import Node, as_list, as_text, follow
from transforms.contract.article import Image
from transforms.text.urls import resolve

_LONG_NAME = 12


def stated_images(facts: PageFacts, article: Node) -> list[Image]:
    """Images of the article's JSON-LD, else the one of its link preview; each address once."""
    images: dict[str, Image] = {}
    for value in as_list(article.get("image")):
        target = follow(value, facts.nodes)
        url = _address(target)
        address = resolve(facts.url, url) if url else None
        if address is not None and address not in images:
            images[address] = _image(len(images), address, target if isinstance(target, dict) else {})
    if not images:
        previews = (resolve(facts.url, content) for _, content in facts.meta("og:image", "twitter:image"))
        if preview := next(filter(None, previews), None):
            images[preview] = _image(0, preview, {})
    return list(images.values())


def distinct_images(shown: Iterable[Image], stated: Iterable[Image]) -> list[Image]:
    """The images shown in the text, then those that are only stated; one in several sizes counts once."""
    images = list(shown)
    known = {_file(image.url) for image in images}
    for image in stated:
        if (file := _file(image.url)) is None or file not in known:
            images.append(image)
            known.add(file)
    for number, image in enumerate(images):
        image.image_no = number
    return images


def _file(url: str | None) -> str | None:
    """The name of an image's file; the address where the name is too short to be of this image alone."""
    if url is None:
        return None
    name = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return name if len(name.rpartition(".")[0]) >= _LONG_NAME else url


def _address(target: Any) -> str | None:
    if isinstance(target, dict):
        return as_text(target.get("url") or target.get("contentUrl") or target.get("@id"))
    return target if isinstance(target, str) else None


def _image(number: int, address: str, node: Node) -> Image:
    credit = as_text(node.get("creditText") or node.get("author") or node.get("creator"))
    return Image("", 0, number, address, as_text(node.get("caption")), credit, None)
