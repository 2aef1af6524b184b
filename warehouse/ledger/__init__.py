"""Steps done, runs, and quarantine."""
