"""Vocabulary shared by every step: columns, rows, documents, registries, reasons and errors."""
