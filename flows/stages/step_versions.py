"""The versions of the steps under the settings."""

from __future__ import annotations

from flows.settings import Settings
from flows.stages.layout_rules import clean_version, field_mappings, own_rules
from transforms.contract.ids import digest
from transforms.contract.steps import registered_steps
from transforms.enrich import step_version
from transforms.link import link_version, ordered_links
from transforms.link.boilerplate.rows import FINGERPRINT_VERSION
from warehouse.ledger.steps import enrich_version


def enrichment_versions(settings: Settings) -> dict[str, str]:
    """The version of every enrichment under these settings, by table."""
    resources = settings.chosen_resources()
    return {table: step_version(table, resources) for table in registered_steps()}


def hash_of_steps(settings: Settings) -> str:
    """The hash of everything that makes subjects pending, except the rows in the lake."""
    enrichments = enrichment_versions(settings)
    mappings = [
        f"{source_id}.{ours}={theirs}"
        for source_id, fields in sorted(field_mappings(settings).items())
        for ours, theirs in sorted(fields.items())
    ]
    return digest(
        FINGERPRINT_VERSION,
        clean_version(own_rules(settings)),
        enrich_version(enrichments),
        *(link_version(step, enrichments) for step in ordered_links()),
        *mappings,
    )
