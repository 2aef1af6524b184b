"""What is decided of a whole page: its layout, its kind, where its article ends."""
