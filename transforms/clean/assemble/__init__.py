"""Decisions about a whole page: its layout, its kind, the end of its article."""
