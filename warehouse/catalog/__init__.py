"""Every table of the lake and its dictionary, derived from row classes and registries."""
