"""Single documents: pages, plain texts, PDFs."""
