"""Names of people, organisations, places and groups: mentions, entities, roles."""
