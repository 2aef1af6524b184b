"""Resources and what stands on them: parsers, dependency trees, cue verbs.

Adding a resource is adding one module here, which registers its loader.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
