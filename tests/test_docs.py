"""What the README and the guides name is there: pages, pictures, files, commands, settings."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: What is true today. A decision tells of the day it was taken.
GUIDES = [page for page in PAGES if page.parent.name != "decisions"]
_LINK = re.compile(r'\]\(([^)\s]+)\)|src="([^"]+)"')
_CODE = re.compile(r"`([^`\n]+)`")
#: A file of ours, named from the root; what is in capitals stands for a name.
_FILE = re.compile(r"(?:forum|annotations|tests|docs|script|locale)/[a-z0-9_./-]*[a-z0-9_/]")
_SETTING = re.compile(r"(?:settings\.)?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=\S*)?")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The anchors of the headings on ``page``, as they are made from their words."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@cache
def constants() -> set[str]:
    """The names in capitals in our code: some that are named are no settings."""
    modules = [path for package in ("forum", "annotations") for path in (ROOT / package).rglob("*")]
    code = "\n".join(path.read_text() for path in modules if path.suffix in (".py", ".js"))
    return set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", code))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    found = ["".join(link) for link in _LINK.findall(page.read_text())]
    for link in found:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_files_that_are_named_are_there(page):
    named = {code for code in _CODE.findall(page.read_text()) if _FILE.fullmatch(code)}
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_that_are_named_are_there(page):
    text = page.read_text()
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text))
    assert commands - set(get_commands()) == set()
    scripts = set(re.findall(r"\bscript/([a-z]+)(?![\w-])", text))
    assert {name for name in scripts if not (ROOT / "script" / name).is_file()} == set()


@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_settings_that_are_named_are_there(page):
    environment = (ROOT / ".env.example").read_text()
    known = set(re.findall(r"^#? ?([A-Z_]+)=", environment, re.MULTILINE)) | set(dir(settings))
    for word in _CODE.findall(page.read_text()):
        name = _SETTING.fullmatch(word)
        assert not name or name[1] in known or name[1] in constants(), word
