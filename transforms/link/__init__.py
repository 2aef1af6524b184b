"""Steps over many documents or articles: Arrow tables of one scope in, rows out.

Adding a link step is adding one module (or folder) here that registers it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module

from transforms.contract.errors import SchemaError
from transforms.contract.link_steps import LinkStep, registered_links
from transforms.link.boilerplate.rows import FINGERPRINT_VERSION

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

# Tables that are filled from raw documents alone, before any is cleaned, with the version of the step that fills them.
_DOCUMENT_TABLES = {"fingerprints": FINGERPRINT_VERSION}


@cache
def ordered_links() -> tuple[LinkStep, ...]:
    """Every link step, each after those whose tables it reads; SchemaError when they form a circle."""
    links = registered_links()
    graph = {name: [table for table in step.inputs if table in links] for name, step in sorted(links.items())}
    try:
        return tuple(links[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " > ".join(error.args[1])
        raise SchemaError(
            f"link steps read one another in a circle: {circle}", table=error.args[1][0]
        ) from error


def is_before_cleaning(step: LinkStep) -> bool:
    """Whether a step reads nothing that cleaning or enriching writes: its rows may be part of their input."""
    links = registered_links()
    return all(
        is_before_cleaning(links[table]) if table in links else table in _DOCUMENT_TABLES
        for table in step.inputs
    )


def link_version(step: LinkStep, enrichments: Mapping[str, str]) -> str:
    """The version of a step's rows: that of the step itself and those of the steps before it.

    `enrichments` are the versions of enrichment steps by table. The version of cleaning is not among
    them: its changes show in the rows of news.articles.
    """
    links = registered_links()
    versions = {**_DOCUMENT_TABLES, **enrichments}
    before = [
        link_version(links[table], enrichments) if table in links else f"{table}-{versions[table]}"
        for table in step.inputs
        if table in links or table in versions
    ]
    return " ".join([*before, step.own_version()])
