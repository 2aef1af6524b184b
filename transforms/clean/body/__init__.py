"""The body of a page: block model, other extractors, trimming."""
