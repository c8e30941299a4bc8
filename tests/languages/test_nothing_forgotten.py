"""No page says anything that cannot be translated.

The pages are read in a language that puts every message between brackets; what stands outside
them, and is not what somebody has written, was forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import CharField, TextField
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from annotations import spoken
from annotations.page import kept, marking, page_parts
from forum.accounts.models import User
from tests.shell.test_accessibility import OTHERS, PAGES, World, world

pytest.importorskip("babel")

from tests.languages import messages

__all__ = ["world"]

_LANGUAGE = "de"
#: Those whose words are for those who work on the site or for machines, or are no page of ours.
_LEFT_OUT = {"styleguide", "statements"}
_SAID_IN = ("aria-label", "title", "alt", "placeholder", "content", "value")
_WORD = re.compile(r"[^\W\d_]{2,}")
#: Names and signs that are the same in every language.
_SAME = re.compile(
    r"\b(?:Postil|API|Deutsch|English|UTC|Markdown|HTML|CSV|PNG|summary|article|width|device|"
    r"initial|scale|light|dark|noindex)\b"
)


def bracketed(text: str) -> str:
    return f"⟦{text}⟧"


@pytest.fixture
def in_brackets(settings, tmp_path: Path) -> Iterator[None]:
    """The site in a language in which every message is itself, between brackets."""
    catalogue = messages.updated(messages.read(_LANGUAGE), messages.found())
    for message in catalogue:
        if isinstance(message.id, tuple | list):
            message.string = tuple(bracketed(one) for one in message.id)
        elif message.id:
            message.string = bracketed(message.id)
    folder = tmp_path / _LANGUAGE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(messages.as_mo(catalogue))
    settings.LOCALE_PATHS = [tmp_path]
    forget()
    yield
    forget()


def forget() -> None:
    """Make everything anew that remembers what was said in a language."""
    vars(trans_real)["_translations"].clear()
    spoken.forget_languages()
    for kept_by in (kept.PAGES, page_parts._SHOWN, page_parts._PARTS, marking._MARKED):
        kept_by.clear()


class Said(HTMLParser):
    """What a page says outside brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.skipping: str | None = None
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "time", "textarea", "code", "kbd") and not self.skipping:
            self.skipping = tag
        given = dict(attributes)
        if tag == "meta" and given.get("name") != "description":
            return
        for name in _SAID_IN:
            if name == "value" and (tag != "input" or given.get("type") != "submit"):
                continue
            if tag == "time":
                continue
            if value := given.get(name):
                self._take(value, 0)

    def handle_endtag(self, tag: str) -> None:
        if tag == self.skipping:
            self.skipping = None

    def handle_data(self, data: str) -> None:
        depth = self._take(data, self.depth, count=not self.skipping)
        self.depth = depth

    def _take(self, text: str, depth: int, *, count: bool = True) -> int:
        outside = ""
        for character in text:
            if character == "⟦":
                depth += 1
            elif character == "⟧":
                depth -= 1
            elif depth == 0:
                outside += character
            if character in "⟦⟧":
                outside += "\n"
        if count:
            self.outside += [part for part in outside.splitlines() if _WORD.search(part)]
        return depth


def written() -> str:
    """Everything that people have written, and names and slugs."""
    words = ["de", "Sekunden", "Minuten"]
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, CharField | TextField):
                values = model._default_manager.values_list(field.name, flat=True)
                words += [str(value) for value in values if value]
    return plain(" ".join(words))


def plain(text: str) -> str:
    """``text`` without its signs, figures, elements and the site's name."""
    text = text.removesuffix(" · Postil")
    return re.sub(r"[\W\d_]+", " ", re.sub(r"<[^>]*>", " ", text)).casefold()


@pytest.mark.django_db(transaction=True)
def test_every_page_can_be_translated_whole(world: World, in_brackets):
    addresses = [
        (reverse(name, args=arguments(world)), who)
        for name, (who, arguments) in PAGES.items()
        if name not in _LEFT_OUT
    ]
    addresses += [(address, who) for who, address, _ in OTHERS]
    known = written()
    forgotten = {}
    clients: dict[str, Client] = {}
    for address, who in addresses:
        if who not in clients:
            clients[who] = Client()
            clients[who].cookies["language"] = _LANGUAGE
            if who:
                clients[who].force_login(User.objects.get(username=who))
        page = clients[who].get(address)
        if "html" not in page["Content-Type"] or page.status_code == 302:
            continue
        said = Said()
        said.feed(page.content.decode())
        outside = {
            part.strip()
            for part in said.outside
            if plain(_SAME.sub("", part)).strip() and plain(part.rstrip("… ")).strip() not in known
        }
        if outside:
            forgotten[address] = outside
    assert not forgotten, "\n".join(f"{at}: {sorted(said)}" for at, said in forgotten.items())
    assert translation.get_language() == "en"
