"""Plain texts: headlines, typed segments, hard-wrapped lines."""
