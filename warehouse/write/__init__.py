"""Writers: documents, articles, annotations and boilerplate, all through one commit."""
