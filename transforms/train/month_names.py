"""Writes month_names.tsv from the Unicode CLDR as packaged by Babel (run by hand; needs babel)."""

from __future__ import annotations

import sys
from collections import defaultdict

import babel
from babel import Locale, UnknownLocaleError

from transforms.text.wordlists import DATA

LANGUAGES = (
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa",
    "fi", "fil", "fr", "ga", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ka", "kk", "kl", "ko", "lb",
    "lt", "lv", "mk", "ms", "mt", "nb", "nl", "nn", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw",
    "ta", "te", "th", "tr", "uk", "ur", "uz", "zu",
)  # fmt: skip
# Printed forms that style books ask for and CLDR does not list.
PRINTED = {"en": {"sept": 9, "febr": 2, "octob": 10}, "de": {"jänner": 1, "feber": 2, "mrz": 3}}
HEADER = """\
# Month names and abbreviations, casefolded, without a final full stop: name, month, languages (ISO 639-1).
# Source: Unicode CLDR through Babel {version} (Unicode License v3); made by transforms/train/month_names.py.
"""


def month_names() -> dict[tuple[str, int], set[str]]:
    """Languages by (name, month); names with digits (CJK, Vietnamese) need no list."""
    names: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for language in LANGUAGES:
        try:
            months = Locale(language).months
        except UnknownLocaleError:
            sys.exit(f"babel has no locale {language}")
        # Stand-alone abbreviations are left out: Babel fills them from the root locale.
        for form, width in (("format", "wide"), ("format", "abbreviated"), ("stand-alone", "wide")):
            for month, name in months[form][width].items():
                names[name.casefold().rstrip("."), month].add(language)
        for name, month in PRINTED.get(language, {}).items():
            names[name, month].add(language)
    return {key: value for key, value in names.items() if len(key[0]) > 2 and key[0].isprintable()}


def main() -> None:
    """Write the table beside this script."""
    rows = [
        f"{name}\t{month}\t{' '.join(sorted(languages))}"
        for (name, month), languages in sorted(month_names().items())
        if " " not in name and not any(character.isdigit() for character in name)
    ]
    path = DATA / "month_names.tsv"
    path.write_text(HEADER.format(version=babel.__version__) + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
