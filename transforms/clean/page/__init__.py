"""A parsed page and what stands in it: blocks, JSON-LD, images, stated facts."""
