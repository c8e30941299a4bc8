"""What the reading page weighs, and whether its style sheets carry anything for nothing."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path
from posixpath import normpath

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from forum.lib.static import lean

#: Bytes of our own style sheets and scripts on the reading page, compressed, at most.
LIMIT = 60_000

#: Classes that htmx sets.
_HTMX = {"htmx-request"}

_LINKED = re.compile(r'<(?:link rel="stylesheet" href|script [^>]*?src)="/static/([^"]+)"')
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*?"(\.[^"]+)";', re.MULTILINE | re.DOTALL)
_IMPORT_LATER = re.compile(r'\bimport\("(\.[^"]+)"\)')

#: What a browser fetches only when it is asked for, with all that it needs and the page lacks.
LATER = {
    "footnotes.js",  # when everything is in its place
    "formatting.js",  # with a form for words
    "growing.js",  # after a while, or by "Show more responses"
    "highlight.js",  # with popover.js and stepper.js
    "key-map.js",  # by "?", or "Show all keys"
    "messages.js",  # with popover.js
    "muted.js",  # by a reader who has muted somebody
    "names.js",  # with formatting.js and popover.js
    "popover.js",  # by selecting a passage, or with a note that waits to be finished
    "sentences.js",  # with stepper.js
    "stepper.js",  # by "s", or "Select with the keyboard"
    "typed.js",  # with popover.js
    "unquoting.js",  # with withdrawing.js
    "withdrawing.js",  # by "Withdraw"
    "typing.js",  # with formatting.js and names.js
}


def path_of(name: str) -> Path:
    found = finders.find(name)
    assert found, name
    return Path(found)


def with_imports(scripts: Iterable[Path]) -> set[Path]:
    """Modules and all that they import, one after the other."""
    found: set[Path] = set()
    waiting = list(scripts)
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        waiting += _named_in(module, _IMPORT)
    return found


def _named_in(module: Path, pattern: re.Pattern[str]) -> list[Path]:
    # As the browser resolves it: by address, not by folder.
    address = module.as_posix().rsplit("/static/", 1)[1]
    # Without comments, which import types.
    names = pattern.findall(re.sub(r"/\*.*?\*/", "", module.read_text(), flags=re.DOTALL))
    return [path_of(normpath(f"{address}/../{name}")) for name in names]


def as_served(path: Path) -> bytes:
    name = path.as_posix().rsplit("/static/", 1)[1]
    return lean(name, path.read_text()).encode()


@pytest.fixture
def loaded(client, article) -> set[Path]:
    """What a browser fetches with an article, without anything done on the page."""
    html = client.get(article.get_absolute_url()).content.decode()
    linked = [path_of(name) for name in _LINKED.findall(html)]
    assert len(linked) > 10
    scripts = [path for path in linked if path.suffix == ".js"]
    return with_imports(scripts) | {path for path in linked if path.suffix == ".css"}


def test_the_reading_page_is_light(loaded):
    assert path_of("annotations/notes.js") in loaded
    weights = {path.name: len(gzip.compress(as_served(path), 9)) for path in loaded}
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:8]
    assert sum(weights.values()) < LIMIT, (sum(weights.values()), heaviest)


def test_what_is_fetched_later_is_known_and_comes_later_only(loaded):
    scripts = {path for path in loaded if path.suffix == ".js"}
    wanted = [path for script in scripts for path in _named_in(script, _IMPORT_LATER)]
    later = with_imports(wanted) - loaded
    assert {path.name for path in later} == LATER
    assert not scripts & set(wanted)
    # A module that is fetched later fetches nothing later still.
    assert not [path for module in later for path in _named_in(module, _IMPORT_LATER)]


def test_every_class_in_a_style_sheet_is_used():
    sheets = (settings.BASE_DIR / "forum/static/forum/css").glob("*.css")
    sources = [
        path
        for package in ("forum", "annotations")
        for pattern in ("*.html", "*.js", "*.py")
        for path in (settings.BASE_DIR / package).rglob(pattern)
    ]
    words = set(re.findall(r"[a-z][a-z0-9-]*", "\n".join(path.read_text() for path in sources)))
    # "tag-{{ colour }}": what begins a class whose end is filled in.
    begun = tuple(word for word in words if word.endswith("-") and len(word) > 3)
    unused = {
        f"{sheet.name}: .{name}"
        for sheet in sheets
        for name in re.findall(r"\.([a-z][a-z0-9-]*)(?=[^;{}]*\{)", _rules(sheet.read_text()))
        if name not in words | _HTMX and not name.startswith(begun)
    }
    assert unused == set()


def test_every_custom_property_is_defined_and_used():
    sheets = [path.read_text() for path in (settings.BASE_DIR / "forum/static/forum/css").glob("*")]
    scripts = [
        path.read_text()
        for package in ("forum", "annotations")
        for path in (settings.BASE_DIR / package).rglob("*.js")
    ]
    css, js = _rules("\n".join(sheets)), "\n".join(scripts)
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", css))
    # What scripts set has no value before.
    set_later = set(re.findall(r'setProperty\("(--[a-z0-9-]+)"', js))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", css))
    assert used - defined - set_later == set()
    assert defined - used - {name for name in defined if f'"{name}"' in js} == set()


def _rules(css: str) -> str:
    """A style sheet without its comments and its strings."""
    return re.sub(r'/\*.*?\*/|"[^"]*"', "", css, flags=re.DOTALL)
