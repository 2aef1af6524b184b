"""A parsed page and its contents: blocks, JSON-LD, images, stated facts."""
