"""Every setting with its default and meaning, from the code: as the file of `dateline init` and as docs/settings.md."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import structs

from flows.fetch.policy import Bounds, FetchPolicy
from flows.settings import ENVIRONMENT, Serve, Settings
from flows.sources.source import Source
from transforms.nlp.resources import registered_resources

_EXAMPLE = "example"
"""The source_id in the file of `dateline init`."""
_ADDRESSES = {
    "path": ("a file, a folder or a glob; or `paths`, a list of them", "articles/**/*.html"),
    "url": ("a web address of the kind; or `urls`, a list of them", "https://news.example/feed.xml"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `default` is None where there is none; `values` are all that it can be, if they can be listed."""

    name: str
    meaning: str
    default: Any
    example: Any
    values: tuple[str, ...] = ()


def settings_by_table() -> dict[str, list[Setting]]:
    """All settings by the name of their table in dateline.toml, "" for the top level."""
    addresses = [Setting(name, meaning, None, example) for name, (meaning, example) in _ADDRESSES.items()]
    return {
        "": [s for s in _of(Settings) if s.name not in ("resources", "sources", "fetch", "serve")],
        "resources": [
            Setting(kind, f"the {kind} of all steps", found.default, found.default)
            for kind, found in sorted(registered_resources().items())
        ],
        "sources": [*addresses, *(s for s in _of(Source) if s.name not in ("source_id", "addresses"))],
        "fetch": [s for s in _of(FetchPolicy) if s.name != "bounds"],
        "fetch.bounds": list(_of(Bounds)),
        "serve": list(_of(Serve)),
    }


def _of(table: type[msgspec.Struct]) -> Iterator[Setting]:
    hints = get_type_hints(table, include_extras=True)
    for field in structs.fields(table):
        kind, *notes = (
            get_args(hints[field.name]) if hasattr(hints[field.name], "__metadata__") else [hints[field.name]]
        )
        note = next((each for each in notes if each.description), msgspec.Meta())
        default = field.default if field.default is not msgspec.NODEFAULT else None
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        values = get_args(kind) if get_origin(kind) is Literal else ()
        example = (note.examples or [default])[0]
        if example is None and values:
            example = values[0]
        yield Setting(field.name, note.description or "", default, example, values)


def template() -> str:
    """The text of a dateline.toml that says every setting and changes none."""
    lines = [
        "# Settings of dateline. A line that begins with # and a name is a setting with its default:",
        "# remove the # to change it. Those marked `example` have no default.",
    ]
    for table, settings in settings_by_table().items():
        if table:
            name = f"{table}.{_EXAMPLE}" if table == "sources" else table
            lines += ["", *_comment(_HEADINGS[table]), f"#[{name}]"]
        for each in settings:
            mark = "" if _has_default(each) else "; example"
            values = f" ({', '.join(each.values)})" if each.values else ""
            value = each.default if _has_default(each) else each.example
            lines += [
                *([""] if not table else []),
                *_comment(each.meaning + values + mark),
                f"#{each.name} = {_toml(value)}",
            ]
    return "\n".join(lines) + "\n"


_HEADINGS = {
    "": "At the beginning of the file, before any table.",
    "resources": "The resource of each kind. After a change the next run redoes the steps that depend on it.",
    "sources": "One table for each source, named as you like; `dateline run` without arguments reads all.",
    "fetch": "How the web is fetched.",
    "fetch.bounds": "The most that is accepted from a server.",
    "serve": "The schedule of `dateline serve`.",
}


def _has_default(setting: Setting) -> bool:
    """Whether a default can be shown; an empty one shows nothing, so the file has an example."""
    return setting.default is not None and (
        setting.default or not isinstance(setting.default, Mapping | frozenset)
    )


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def page() -> str:
    """The text of docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Made from the code by `python -m flows.settings_reference > docs/settings.md`. `dateline init` writes a",
        "`dateline.toml` with all of them. The command line overrides the environment, which overrides the file.",
    ]
    for table, settings in settings_by_table().items():
        title = {"": "Top level", "sources": "`[sources.NAME]`"}.get(table, f"`[{table}]`")
        lines += [
            "",
            f"## {title}",
            "",
            _HEADINGS[table],
            "",
            "| setting | default | meaning |",
            "|---|---|---|",
        ]
        for each in settings:
            default = f"`{_toml(each.default)}`" if _has_default(each) else ""
            values = f": {', '.join(f'`{value}`' for value in each.values)}" if each.values else ""
            example = "" if _has_default(each) else f"; for example `{_toml(each.example)}`"
            example = "" if each.values or each.example is None else example
            lines.append(
                f"| `{each.name}` | {default} | {each.meaning}{values}{example} |".replace("|  |", "| |")
            )
    lines += ["", "## Environment", "", "| variable | setting |", "|---|---|"]
    lines += [f"| `{name}` | `{key}` |" for name, (key, _) in ENVIRONMENT.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{_key(name)} = {_toml(each)}" for name, each in value.items()) + " }"
            if value
            else "{}"
        )
    if isinstance(value, list | frozenset):
        return "[" + ", ".join(map(_toml, sorted(value))) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value)


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() else json.dumps(name)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
