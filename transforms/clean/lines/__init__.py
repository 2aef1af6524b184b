"""Lines of text: rules, features and the line model."""
