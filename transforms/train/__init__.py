"""Scripts that train the models and make the data files; not installed."""
