"""Input: files and object stores, feeds, sitemaps and pages."""

from flows.fetch.policy import Bounds, FetchPolicy
from flows.sources.documents import documents, fetch_all, file_documents
from flows.sources.files import InputFile, sources_of
from flows.sources.known_states import KnownStates, StatesInMemory
from flows.sources.source import Source, named_source, source_of, stated_fields
from warehouse.catalog.source_rows import FetchState

__all__ = [
    "Bounds",
    "FetchPolicy",
    "FetchState",
    "InputFile",
    "KnownStates",
    "Source",
    "StatesInMemory",
    "documents",
    "fetch_all",
    "file_documents",
    "named_source",
    "source_of",
    "sources_of",
    "stated_fields",
]
