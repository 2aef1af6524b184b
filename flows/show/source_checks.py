"""`dateline sources check`: the addresses that a run would fetch from each source, and its health."""

from __future__ import annotations

from flows.fetch.policy import fetch_policy_of
from flows.settings import Settings
from flows.show.screen import grid, screen
from flows.sources.check import FieldSample, SourceCheck, check_sources
from flows.stages.inputs import known_sources, sources_for

_EXPECTED = ("title", "text or html", "published")
_SHOWN_CHARACTERS = 60


def print_sources(settings: Settings) -> bool:
    """Print a line for each configured source; returns whether all of them are well. Nothing is stored."""
    sources = sources_for(settings, [])
    shown = grid(
        "source", "kind", "files", "entries", "new", "due", "next due (UTC)", "last success (UTC)", "alarm"
    )
    policy = fetch_policy_of(settings.fetch)
    with known_sources(settings) as (states, health):
        checks = list(check_sources(sources, states=states, health=health, policy=policy))
    for check in checks:
        shown.add_row(*_cells(check))
    out = screen()
    out.print(shown)
    for check in checks:
        if check.sample:
            print_fields(check.source.source_id, check.sample)
    for check in checks:
        for problem in check.problems:
            out.print(f"{check.source.source_id}: {problem}")
    return not any(check.problems or (check.health and check.health.alarm) for check in checks)


def print_fields(source_id: str, sample: FieldSample) -> None:
    """Print what became of the fields of one record: our name, the source's, and the value."""
    out, use = screen(), sample.use
    shown = grid("field", "from", "value", title=f"{source_id}: fields of {sample.place}")
    for ours, (theirs, value) in use.used.items():
        shown.add_row(ours, theirs, _shortened(value))
    for ours, theirs in use.missing.items():
        shown.add_row(ours, theirs, "(no such value in this record)")
    out.print(shown)
    lacking = [name for name in _EXPECTED if not any(kind in use.used for kind in name.split(" or "))]
    if lacking:
        out.print(f"  no field for: {', '.join(lacking)}")
    out.print(f"  not used: {', '.join(use.unused) or 'none'}")


def _shortened(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def _cells(check: SourceCheck) -> list[str]:
    health = check.health
    due = f"{check.next_due_at:%Y-%m-%d %H:%M}" if check.next_due_at else ""
    success = f"{health.last_success_at:%Y-%m-%d %H:%M}" if health and health.last_success_at else "never"
    alarm = f"{health.alarm}: {health.alarm_detail}" if health and health.alarm else ""
    asked = [f"{n:,}" for n in (check.entries, check.new, check.due)]
    # A run reads all files in full; the number of documents in them is not known beforehand.
    counts = ["", *asked] if check.source.is_web else [f"{check.files:,}", "", "", ""]
    return [check.source.source_id, check.source.kind, *counts, due, success, alarm]
