"""The site that the tests of fetching ask, and manners quick enough for tests."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from flows.fetch.policy import Bounds, Manners
from tests.flows.site import Site, running

Hasty = Callable[..., Manners]


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site()) as started:
        yield started


@pytest.fixture
def hasty(site: Site) -> Hasty:
    """Manners that reach the site by its name, without delays; each may be set."""

    def make(*names: str, total_seconds: float = 5.0, **settings: Any) -> Manners:
        bounds = Bounds(total_seconds=total_seconds, connect_seconds=1.0)
        base = Manners(resolve=site.resolve(*names), delay=0.0, backoff=0.01, patience=5.0, bounds=bounds)
        return replace(base, **settings)

    return make
