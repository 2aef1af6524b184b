"""The programme that trains the English pipelines."""
