"""The version of the step clean, in a module of its own so that a run with nothing to do loads no model."""

CLEAN_VERSION = "2"
"""Raise it when articles come out differently: converge then cleans every document again."""
