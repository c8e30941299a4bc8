"""The parts of a reading page, each written from what it shows and from nothing else.

After a write only what has changed on a page is written anew (``page_parts``). What a fragment
shows may come from nowhere but what it is given; times are written as days for that reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, cast

from django.template import engines
from django.urls import reverse

from annotations.notes import Note
from annotations.quotes import Passage, Quote
from forum.discussion.reading import CommentRow, Fragment
from forum.discussion.threads import Step

if TYPE_CHECKING:
    from django.template.backends.jinja2 import Jinja2
    from jinja2 import Template

    from forum.discussion.models import Article


def note_html(note: Note, respond: str, *, closed: bool, past: bool = False) -> str:
    """The entry of ``note`` in the margin; ``respond`` is the form's address."""
    return _template("note").render(note=note, respond=respond, closed=closed, past=past)


def passage_html(passage: Passage) -> str:
    """The entry of a quoted passage in the margin."""
    return _template("quoted").render(passage=passage)


def response_html(
    step: Step[CommentRow],
    quotes: tuple[Quote, ...],
    endorsed: int,
    respond: str,
    *,
    closed: bool,
) -> str:
    """A response in its thread, ``endorsed`` so often; ``quotes`` of its have faded, ``respond`` is
    the form's address."""
    return _template("response").render(
        step=step, quotes=quotes, endorsed=endorsed, respond=respond, closed=closed
    )


def notes_html(notes: Iterable[Note], article: Article, *, past: bool = False) -> Fragment:
    """The entries of ``notes``: for one reader, or on a page of what has been (``past``)."""
    respond = reverse("respond", args=[article.slug])
    closed = past or article.closed_at is not None
    return Fragment("".join(note_html(note, respond, closed=closed, past=past) for note in notes))


@cache
def _template(name: str) -> Template:
    engine = cast("Jinja2", engines["jinja2"])
    return engine.env.get_template(f"annotations/{name}.html")
