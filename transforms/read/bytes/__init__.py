"""Bytes before their format is known: sniffing, streams, limits."""
