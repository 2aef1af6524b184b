"""Lines that a publisher repeats on its pages.

`fingerprint` reads documents, so it is imported only where documents are available.
"""

from transforms.link.boilerplate import repeated_lines

__all__ = ["repeated_lines"]
