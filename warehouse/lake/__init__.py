"""The lake itself: engine, transactions, evolution, leases, staging, compaction."""
