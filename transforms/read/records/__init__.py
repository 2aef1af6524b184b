"""Articles stated field by field, whatever the source calls its fields."""
