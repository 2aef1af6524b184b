"""Invented news articles by number: plausible length, names, quotations and boilerplate for benchmarks of growth."""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

NEWEST = date(2025, 6, 30)
DAYS = 3 * 365
"""Articles are spread over DAYS days that end on NEWEST."""
FRESH = 1_000_000
"""Numbers from here on are those of a later feed: dated on the newest three days."""

_TOWNS = (
    "Northport", "Eastholm", "Kalmsund", "Ravnsborg", "Millhaven", "Oakbridge", "Saltmere", "Westerby",
    "Fairwater", "Dunmore", "Highfield", "Lakeview", "Stonegate", "Marlow", "Ashford",
)  # fmt: skip
_TITLES = ("Herald", "Courier")
PUBLISHERS = tuple(f"{town} {title}" for title in _TITLES for town in _TOWNS)
_SHARES = tuple(accumulate(1 / (rank + 2) for rank in range(len(PUBLISHERS))))
_FIRST = (
    "Anna", "Thomas", "Hannah", "Erik", "Karin", "Oliver", "Maria", "Peter", "Sarah", "David", "Laura", "James",
    "Helen", "Robert", "Julia", "Martin", "Emma", "Daniel", "Ruth", "Simon",
)  # fmt: skip
_LAST = (
    "Reyes", "Lindqvist", "Virtanen", "Solberg", "Aalto", "Nyberg", "Harper", "Osborne", "Whitfield", "Carver",
    "Delgado", "Fischer", "Moreau", "Kovacs", "Barlow", "Sandoval", "Prescott", "Okafor", "Tanaka", "Brennan",
    "Winslow", "Ferrara", "Holloway", "Mendez", "Larkin", "Sorensen", "Vaughan", "Petrov", "Ingram", "Castillo",
)  # fmt: skip
_ROLES = ("mayor", "engineer", "spokeswoman", "minister", "chairman", "professor", "union leader", "director")
_BODIES = (
    "Harbour Authority",
    "City Council",
    "Water Board",
    "Chamber of Commerce",
    "University",
    "Rail Company",
)
_VERBS = ("rebuild", "close", "reopen", "inspect", "sell", "extend", "repair", "replace", "survey", "finance")
_THINGS = (
    "sea wall", "tunnel", "bridge", "ferry terminal", "power station", "school roof", "tram line", "reservoir",
    "fish market", "hospital wing", "airport road", "library", "grain store", "ice rink", "lighthouse", "quarry",
)  # fmt: skip
_CAUSES = (
    "storm", "strike", "fire", "budget dispute", "court ruling", "flood", "survey", "vote", "landslide", "shortage"
)  # fmt: skip
_DAYS_OF_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def article(number: int) -> dict[str, str]:
    """The record of one article: about 300 words; one number in 50 is a later version of a known address."""
    noise = Random(number)
    address = _address(number)
    by_address = Random(address)  # draws the same values for all versions of one address
    publisher = PUBLISHERS[bisect(_SHARES, by_address.random() * _SHARES[-1])]
    day = _day(address)
    domain = publisher.replace(" ", "").lower()
    topic = f"{by_address.choice(_VERBS)} the {by_address.choice(_THINGS)}"
    cause, year = by_address.choice(_CAUSES), by_address.randrange(1950, 2020)
    title = f"{by_address.choice(_TOWNS)} to {topic} of {year} after {cause}"
    body = _paragraphs(noise, topic, cause)
    widgets = _boilerplate(publisher, noise)
    text = "\n\n".join([widgets[0], *body[:4], widgets[1], *body[4:], *widgets[2:]])
    return {
        "url": f"https://{domain}.example/{day:%Y/%m}/{topic.replace(' ', '-')}-{address}",
        "title": title,
        "date": f"{day.isoformat()}T{by_address.randrange(5, 22):02}:{by_address.randrange(60):02}:00Z",
        "source": publisher,
        "text": text,  # last: tests.bench.replicate rewrites what follows
    }


def write_news(path: Path, numbers: Iterable[int]) -> Path:
    """A JSONL file of articles."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(article(n), ensure_ascii=False) + "\n" for n in numbers)
    return path


def _address(number: int) -> int:
    """The number of the first version: itself, but for one in 50 an earlier number, of the first 1,000 for a feed."""
    if number % 50 != 49:
        return number
    return (number % 1000 if number >= FRESH else number) - 49


def _day(address: int) -> date:
    age = address % 3 if address >= FRESH else address * 7919 % DAYS
    return NEWEST - timedelta(days=age)


def _boilerplate(publisher: str, noise: Random) -> list[str]:
    """Lines that a publisher repeats; two of the labels vary in a number."""
    return [
        f"{publisher} morning briefing - sign up here",
        f"Read more: {noise.randrange(2, 90)} stories from the {publisher} newsroom",
        f"The {publisher} is an independent newspaper that has been owned by its readers for many years.",
        f"© {publisher} Media Group, all rights reserved",
    ]


def _paragraphs(noise: Random, topic: str, cause: str) -> list[str]:
    people = [f"{noise.choice(_FIRST)} {noise.choice(_LAST)}" for _ in range(4)]
    towns = noise.sample(_TOWNS, 3)
    bodies = [f"{town} {noise.choice(_BODIES)}" for town in towns]

    def some(low: int = 3, high: int = 990) -> int:
        return noise.randrange(low, high)

    def thing() -> str:
        return f"{noise.choice(_VERBS)} the {noise.choice(_THINGS)}"

    weekday, other = noise.sample(_DAYS_OF_WEEK, 2)
    return [
        (
            f"The {bodies[0]} decided on {weekday} to {topic}, {some()} days after the {cause} that left {some()} "
            f"families in {towns[0]} without work. The plan will cost {some()} million crowns."
        ),
        (
            f"“We have waited for {some(2, 60)} months and the {noise.choice(_THINGS)} cannot wait for another "
            f"{some(2, 60)},” {people[0]}, the {noise.choice(_ROLES)} of {towns[0]}, said on {other}. “Somebody "
            f"had to {thing()} before the winter takes {some()} more homes.”"
        ),
        (
            f"The {bodies[1]} had asked in {some(1990, 2020)} for money to {thing()}, but only {some()} of {some()} "
            f"members voted for it, according to a report that {people[1]} presented in {towns[1]} last week."
        ),
        (
            f"{people[1]} said that the {noise.choice(_THINGS)} needs {some()} workers and that {some(3, 40)} "
            f"of them start within {some(2, 30)} weeks. Engineers want to {thing()} at the same time, "
            f"which the council of {towns[2]} opposes."
        ),
        (
            f"In {towns[1]}, where {some()} people signed a petition, the mood was different. Residents of the "
            f"{noise.choice(_THINGS)} quarter fear that prices rise by {some(3, 60)} percent, and {some()} of them "
            f"came to the town hall on {weekday} evening to be heard."
        ),
        (
            f"“Nobody asked the {some()} people who live beside the {noise.choice(_THINGS)},” said {people[2]}, who "
            f"runs a shop near the {noise.choice(_THINGS)} with {some(2, 40)} employees."
        ),
        (
            f"The {bodies[2]} rejected the complaint. Its {noise.choice(_ROLES)}, {people[3]}, told reporters that the "
            f"{cause} of {some(1950, 2020)} had shown how quickly {some()} households can lose their income, and that "
            f"the decision to {thing()} was made with {some()} experts from {towns[0]} and {towns[2]}."
        ),
        (
            f"A second vote is planned for {other}. If it fails, the {bodies[0]} will have to {thing()} with the "
            f"{some()} thousand crowns that remain from the budget of {some(1990, 2020)}, and {people[0]} would have "
            f"to explain the delay of {some(2, 60)} weeks to parliament."
        ),
    ]
