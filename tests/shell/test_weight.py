"""What the reading page weighs, and whether its style sheets carry anything for nothing."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from posixpath import normpath

from django.conf import settings
from django.contrib.staticfiles import finders

from forum.lib.static import lean

#: Bytes of our own style sheets and scripts on the reading page, compressed, at most.
LIMIT = 60_000

#: Classes that htmx sets.
_HTMX = {"htmx-request"}

_LINKED = re.compile(r'<(?:link rel="stylesheet" href|script [^>]*?src)="/static/([^"]+)"')
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*?"(\.[^"]+)";', re.MULTILINE | re.DOTALL)


def path_of(name: str) -> Path:
    found = finders.find(name)
    assert found, name
    return Path(found)


def with_imports(script: Path) -> set[Path]:
    """A module and all that it imports, one after the other."""
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        for name in _IMPORT.findall(module.read_text()):
            # As the browser resolves it: by address, not by folder.
            address = module.as_posix().rsplit("/static/", 1)[1]
            waiting.append(path_of(normpath(f"{address}/../{name}")))
    return found


def as_served(path: Path) -> bytes:
    name = path.as_posix().rsplit("/static/", 1)[1]
    return lean(name, path.read_text()).encode()


def test_the_reading_page_is_light(client, article):
    html = client.get(article.get_absolute_url()).content.decode()
    linked = [name for name in _LINKED.findall(html) if not name.startswith("django_htmx/")]
    assert len(linked) > 10
    files: set[Path] = set()
    for name in linked:
        path = path_of(name)
        files |= with_imports(path) if path.suffix == ".js" else {path}
    assert path_of("annotations/notes.js") in files
    weights = {path.name: len(gzip.compress(as_served(path), 9)) for path in files}
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:8]
    assert sum(weights.values()) < LIMIT, (sum(weights.values()), heaviest)


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


def _rules(css: str) -> str:
    """A style sheet without its comments and its strings."""
    return re.sub(r'/\*.*?\*/|"[^"]*"', "", css, flags=re.DOTALL)
