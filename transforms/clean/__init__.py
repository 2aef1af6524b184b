"""Cleaning: one RawDocument to one Cleaned article, or to a Rejected with the reason."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from transforms.contract.article import Draft
from transforms.contract.documents import NO_CONTEXT, Cleaned, PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import registered_cleaners


def clean(raw: RawDocument, known: PublisherContext = NO_CONTEXT) -> Cleaned | Rejected:
    """Clean one document by the cleaner of its media type.

    A Rejected carries the document's origin and raw_id.
    """
    load_cleaners()
    cleaner = registered_cleaners().get(raw.media_type)
    if cleaner is None:
        found: Cleaned | Rejected = Rejected(Reason.UNSUPPORTED_FORMAT, f"no cleaner for {raw.media_type}")
    else:
        draft = cleaner(raw, known)
        found = draft if isinstance(draft, Rejected) else _finished(draft, raw)
    if isinstance(found, Rejected):
        return Rejected.of_document(raw, found.reason, found.detail, found.sample)
    return found


def _finished(draft: Draft, raw: RawDocument) -> Cleaned:
    """The article of a draft, with the facts that its address and labels add to those its cleaner found."""
    # Late: this package must import without its models.
    from transforms.clean.identity import finalize
    from transforms.clean.metadata.genres import choose_genre
    from transforms.clean.metadata.sections import complete_section

    draft.facts.url = draft.facts.url or raw.origin.url
    choose_genre(draft)
    complete_section(draft)
    return finalize(draft, raw)


@cache
def load_cleaners() -> None:
    """Import every module of this folder, so that each cleaner is registered."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
