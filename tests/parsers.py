"""The parser of a run for which nothing else is chosen."""

from __future__ import annotations

import transforms.nlp.parser  # registers it
from transforms.nlp.resources import registered_resources

DEFAULT_PARSER = registered_resources()["parser"].default
assert transforms.nlp.parser
