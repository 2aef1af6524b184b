"""The version of the step clean, apart from its code so that a run with nothing to do need not load it."""

CLEAN_VERSION = "2"
"""Raise it when cleaning gives other articles: converge then cleans every document again."""
