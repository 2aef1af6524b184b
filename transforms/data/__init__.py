"""Lexicons, rules and trained models: data with their source, and the scripts that make them."""
