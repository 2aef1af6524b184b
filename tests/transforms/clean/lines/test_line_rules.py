"""Rules are found by their cues, and every rule can be found."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from transforms.clean.lines.line_rules import known_line


def test_every_rule_has_cues_or_is_for_doubtful_lines() -> None:
    source = resources.files("transforms.data.lines").joinpath("rules.toml").read_text("utf-8")
    assert [
        r["name"] for r in tomllib.loads(source)["rule"] if not r.get("cues") and not r.get("is_doubtful")
    ] == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("PHOTO GALLERY: The harbour", "caption_label"),
        ("FILE - The harbour of Northport", "caption_file"),
        ("Toggle caption", "credit_control"),
        ("Mila Orlov, The Associated Press", "credit_agency"),
        ("Photo by Mila Orlov, AP", "credit_agency"),
        ("By Mila Orlov, The Associated Press", "byline"),
        ("Von Mila Orlov, dpa", "byline"),
        ("©Reuters", "credit_bare"),
        ("Cover photo by Mila Orlov", "credit_label"),
        ("Stay up to date on harbours", "follow_topic"),
        ("E-mail this to a friend", "share"),
        ("Story continues below", "advertisement"),
        ("Replay video", "player"),
        ("Unmute", "player_state"),
        ("3 of 7", "player"),
        ("[Embedded post]", "player"),
        ("12 Comments", "comments"),
        ("5min read", "comments"),
        ("DON’T MISS: The harbour", "promo_capitals"),
        ("→ Learn more", "read_more"),
        ("À lire aussi : le port", "read_more_languages"),
        ("Thanks for signing up!", "newsletter"),
        ("@northport_daily", "follow_us"),
        ("(c) 2021 Northport Daily", "copyright"),
        ("Cookies | Privacy", "policies"),
        ("von Jonas Feld", "byline"),
        ("With files from Jonas Feld", "contributed"),
        ("Mis à jour le 3 mars 2021", "updated"),
        ("2 hours ago", "age"),
        ("OP-ED", "rubric"),
        ("2021年3月3日", "date_line"),
        ("٢٠٢١-٠٣-٠٣", "date_line"),
        ("NORTHPORT (AP) —", "dateline"),
        ("Key points", "highlights"),
        ("Editor’s note: The harbour was renamed.", "note"),
    ],
)
def test_a_line_is_found_by_a_cue(line: str, name: str) -> None:
    rule = known_line(line)
    assert rule is not None
    assert rule.name == name


def test_rules_for_doubtful_lines_need_doubt() -> None:
    line = "Jonas Feld is a reporter in Northport."
    assert known_line(line) is None
    rule = known_line(line, is_doubtful=True)
    assert rule is not None
    assert rule.name == "bio"
