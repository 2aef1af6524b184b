"""Strings without context: folding, offsets, sentences, encoding, dates, URLs."""
