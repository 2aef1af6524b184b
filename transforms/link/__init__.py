"""Tables to tables: what needs many articles at once."""
