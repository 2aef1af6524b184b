"""Steps done and pending, runs, quarantine items, and the state of sources."""
