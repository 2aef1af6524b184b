"""The lake itself: location, engine, transactions, evolution, lease, staging, compaction."""
