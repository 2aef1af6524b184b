"""The English pipelines that dateline ships, and the programme that trains them."""
