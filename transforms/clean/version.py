"""Version of the step clean, in a module of its own so that a run without work loads no model."""

CLEAN_VERSION = "3"
"""Raise it when articles change: converge then cleans every document again."""
