"""Titles, authors, publisher and dates, with their evidence."""
