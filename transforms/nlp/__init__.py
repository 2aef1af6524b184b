"""Resources, parsers, dependency trees and cue verbs.

To add a resource, add a module here that registers its loader.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
