"""Which program somebody uses, and on what, as far as it says so itself."""

from __future__ import annotations

import re

#: The first that is found is it: most programs also claim to be those below them.
_BROWSERS = (
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera\b"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(Headless)?(Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bVersion/\S+ (Mobile/\S+ )?Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("Windows", r"\bWindows\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Mac", r"\bMac(intosh| OS X)\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)
#: Characters of what a program says of itself that are looked at.
LONGEST = 500


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """The names of the browser and the system in a ``User-Agent``; empty where it has none."""
    said = user_agent[:LONGEST]
    return _first(_BROWSERS, said), _first(_SYSTEMS, said)


def _first(names: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, said)), "")
