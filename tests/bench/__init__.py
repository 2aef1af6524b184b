"""Benchmarks: CPU time, and ratios against a named rival in the same run (`python -m tests.bench.<name>`)."""
