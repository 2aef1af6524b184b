"""Batches written to the lake: documents, articles, annotations."""
