"""Stable ids: hashes of sequences of strings."""

from __future__ import annotations

import hashlib


def digest(*parts: str) -> str:
    """Hash of strings as a sequence (["ab", ""] and ["a", "b"] differ), 32 hex digits."""
    joined = "".join([f"{len(p)}:{p}" for p in parts])
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]
