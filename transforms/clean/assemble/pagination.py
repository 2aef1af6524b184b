"""Whether a page holds one part of an article that goes on over several pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from transforms.clean.page.blocks import Block
from transforms.clean.page.facts import PageFacts
from transforms.text.urls import resolve

# The number of a page in an address: in a parameter or behind a word that says so, or alone at the end.
_SAID = re.compile(
    r"(?:[?&](?:page|p|pg|paged|pageno|pagenum|seite|pagina|start)=|/(?:page|seite|pagina)[/-]?|[-_,](?:page|seite|p))"
    r"(?P<number>\d{1,2})(?=$|[/&#]|\.\w{3,5}$)"
)
_BARE = re.compile(r"(?:/|[-_,])(?P<number>[2-9]|1\d)/?(?=$|\.\w{3,5}$)")
_SHOWN = re.compile(
    r"(?:page|seite|pagina|página|sida|side|strona)\s+\d{1,2}\s*(?:of|von|di|de|sur|av|van|z|/)\s*(?P<all>\d{1,2})",
    re.IGNORECASE,
)
_LONGEST = 30


def is_part(facts: PageFacts, blocks: Sequence[Block]) -> bool:
    """Whether the page shows "Page 1 of 3", or links to its own address with the number of another page."""
    if any(len(b.text) <= _LONGEST and (m := _SHOWN.fullmatch(b.text)) and int(m["all"]) > 1 for b in blocks):
        return True
    url = facts.url or next(iter(facts.link("canonical")), None)
    if url is None:
        return False
    shown = (href for block in blocks for href, _ in block.links)
    return _leads_on(url, (*facts.link("next"), *facts.link("prev"), *shown))


def _leads_on(url: str, hrefs: Iterable[str]) -> bool:
    own = _key(url)
    own_base = _base(own)
    stem = own_base.partition("?")[0].rpartition("/")[2].partition(".")[0]
    for href in hrefs:
        # Few links have this page's own name in them: the others are not taken apart.
        if not (stem in href or href.startswith("?")) or (target := resolve(url, href)) is None:
            continue
        key = _key(target)
        if key == own:
            continue
        base = _base(key)
        if (base != key and base == own_base) or (own_base != own and key == own_base):
            return True
        # A bare number may be a day or an id; it counts only on top of the page's own address.
        bare = _BARE.search(key)
        if bare is not None and key[: bare.start()] + key[bare.end() :] == own:
            return True
    return False


def _key(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"


def _base(key: str) -> str:
    """An address without the page's number in it; itself when it has none."""
    match = _SAID.search(key)
    if match is None:
        return key
    left = key[: match.start()] + key[match.end() :]
    return left if "?" in left else left.replace("&", "?", 1)
