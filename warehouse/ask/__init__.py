"""Read models: typed answers over a read-only connection, for the terminal, reports and agents alike."""
