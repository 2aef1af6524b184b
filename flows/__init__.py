"""When things are done and in what order: sources, stages, runners, the command line."""
