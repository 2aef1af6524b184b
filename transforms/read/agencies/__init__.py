"""The exchange formats of news agencies."""
