"""Listings of articles: feeds, sitemaps, lists of addresses."""
