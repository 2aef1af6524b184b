"""Checks and the published file."""
