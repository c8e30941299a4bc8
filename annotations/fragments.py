"""The parts of a reading page, each remembered by what it shows.

After a write only what has changed on a page is made anew. Nothing that a fragment shows may
come from anywhere but what it is remembered by; times are written as days for that reason.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache
from sys import getsizeof
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.template import engines
from django.urls import reverse

from annotations.marks import marked_body
from annotations.notes import Note
from annotations.quote_links import Stretch, with_links
from annotations.quotes import Passage, Quote
from forum.discussion.reading import Body, CommentRow, Fragment
from forum.discussion.threads import Step
from forum.lib.memo import Memo

if TYPE_CHECKING:
    from django.template.backends.jinja2 import Jinja2
    from jinja2 import Template

    from forum.discussion.models import Article

#: Bytes that a key takes beside the words in it.
_KEY = 600


def _weigh(key: tuple[Any, ...], value: str) -> int:
    return 2 * getsizeof(value) + _KEY


_MEMO: Memo[tuple[Any, ...], str] = Memo(settings.PAGE_MEMORY // 2, _weigh)


class Fragments:
    """Makes fragments. Unless ``keep``, it remembers none anew, but uses those there are."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep

    def note(self, note: Note, respond: str, *, closed: bool) -> str:
        """The entry of ``note`` in the margin; ``respond`` is the form's address."""
        return self._recall(
            ("note", note, respond, closed), lambda: _note(note, respond, closed=closed)
        )

    def passage(self, passage: Passage) -> str:
        """The entry of a quoted passage in the margin."""
        template = _template("quoted")
        return self._recall(("passage", passage), lambda: template.render(passage=passage))

    def response(
        self, step: Step[CommentRow], quotes: tuple[Quote, ...], respond: str, *, closed: bool
    ) -> str:
        """A response in its thread; ``quotes`` of its have faded, ``respond`` is the form's
        address."""
        template = _template("response")
        return self._recall(
            ("response", step, quotes, respond, closed),
            lambda: template.render(step=step, quotes=quotes, respond=respond, closed=closed),
        )

    def marked(self, html: str, stretches: tuple[Stretch, ...], notes: Iterable[Note]) -> Body:
        """Canonical ``html`` with its quotes linked and the passages of ``notes`` marked."""
        notes = list(notes)
        marks = tuple([(note.id, note.place, note.hue, note.short) for note in notes])

        def make() -> str:
            return marked_body(with_links(html, stretches) if stretches else html, notes).html

        return Body(self._recall(("marked", html, stretches, marks), make))

    def _recall(self, key: tuple[Hashable, ...], make: Callable[[], str]) -> str:
        found = _MEMO.get(key)
        if found is None:
            found = make()
            if self._keep:
                _MEMO.put(key, found)
        return found


def notes_html(notes: Iterable[Note], article: Article, *, past: bool = False) -> Fragment:
    """The entries of ``notes``: for one reader, or on a page of what has been (``past``)."""
    respond = reverse("respond", args=[article.slug])
    closed = past or article.closed_at is not None
    return Fragment("".join(_note(note, respond, closed=closed, past=past) for note in notes))


def _note(note: Note, respond: str, *, closed: bool, past: bool = False) -> str:
    return _template("note").render(note=note, respond=respond, closed=closed, past=past)


@cache
def _template(name: str) -> Template:
    engine = cast("Jinja2", engines["jinja2"])
    return engine.env.get_template(f"annotations/{name}.html")
