"""Quotes: direct quotations, reported statements and their speakers."""
