"""How batches are executed: runners, tasks and limits."""
