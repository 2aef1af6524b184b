"""Who executes batches, and under which limits."""
