"""One connection a host, with a pause after each."""

import asyncio
import time
from itertools import pairwise

import pytest

from flows.fetch.hosts import HostPaused, Hosts


def spans(hosts: Hosts, names: list[str], *, lasts: float = 0.02) -> list[tuple[str, float, float]]:
    found: list[tuple[str, float, float]] = []

    async def take(name: str) -> None:
        async with hosts.turn(name):
            began = time.monotonic()
            await asyncio.sleep(lasts)
            found.append((name, began, time.monotonic()))

    async def all_at_once() -> None:
        await asyncio.gather(*map(take, names))

    asyncio.run(all_at_once())
    return sorted(found, key=lambda span: span[1])


def pauses(found: list[tuple[str, float, float]]) -> list[float]:
    return [later[1] - earlier[2] for earlier, later in pairwise(found)]


def test_a_host_is_asked_serially_and_rests_between() -> None:
    found = spans(Hosts(delay=0.05), ["a.example", "A.example", "a.example."])
    assert min(pauses(found)) >= 0.05


def test_hosts_do_not_wait_for_each_other() -> None:
    found = spans(Hosts(delay=5), [f"{n}.example" for n in range(9)])
    assert found[-1][1] - found[0][1] < 1


def test_the_longest_of_settings_and_robots_holds() -> None:
    hosts = Hosts(delay=1.0)
    assert hosts.delay("a.example") == 1.0
    hosts.set_delay("a.example", 0.1)
    assert hosts.delay("A.example") == 0.1
    hosts.obey("a.example", 0.2)
    hosts.obey("a.example", 0.0)
    assert hosts.delay("a.example") == 0.2
    hosts.set_delay("a.example", 0.3)
    hosts.set_delay("a.example", 0.1)
    assert hosts.delay("a.example") == 0.3


def test_a_paused_host_is_waited_for_within_patience() -> None:
    hosts = Hosts(delay=0.0, patience=0.5)
    hosts.pause("a.example", 0.1)
    before = time.monotonic()
    assert spans(hosts, ["a.example"])[0][1] - before >= 0.1
    hosts.pause("a.example", 60)
    hosts.pause("a.example", 1)
    with pytest.raises(HostPaused) as caught:
        spans(hosts, ["a.example"])
    assert 55 < caught.value.seconds <= 60
    assert spans(hosts, ["b.example"])
