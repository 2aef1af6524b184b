"""Cleaning: one RawDocument to one Cleaned article, or to a Rejected with the reason."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from transforms.contract.documents import NO_CONTEXT, Cleaned, PublisherContext, RawDocument, Rejected
from transforms.contract.reasons import Reason
from transforms.contract.steps import registered_cleaners


def clean(raw: RawDocument, known: PublisherContext = NO_CONTEXT) -> Cleaned | Rejected:
    """Clean one document by the cleaner of its media type.

    A Rejected carries the document's origin and raw_id.
    """
    from transforms.clean.identity import finalize  # late: this package must import without its models

    load_cleaners()
    cleaner = registered_cleaners().get(raw.media_type)
    if cleaner is None:
        found: Cleaned | Rejected = Rejected(Reason.UNSUPPORTED_FORMAT, f"no cleaner for {raw.media_type}")
    else:
        draft = cleaner(raw, known)
        found = draft if isinstance(draft, Rejected) else finalize(draft, raw)
    if isinstance(found, Rejected):
        return Rejected.of_document(raw, found.reason, found.detail, found.sample)
    return found


@cache
def load_cleaners() -> None:
    """Import every module of this folder, so that each cleaner is registered."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
