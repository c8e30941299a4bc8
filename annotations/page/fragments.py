"""The parts of a reading page, each written from what it shows and from nothing else.

After a write only what has changed on a page is written anew (``page_parts``). What a fragment
shows may come from nowhere but what it is given; times are written as days for that reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Self

from django.urls import reverse

from annotations.page.notes import Note
from annotations.quotations.quotes import Passage, Quote
from annotations.spoken import template
from forum.discussion.reading import CommentRow, Fragment
from forum.discussion.threads import Step

if TYPE_CHECKING:
    from forum.discussion.models import Article


class Around(NamedTuple):
    """What the article has in common for all that stands under it."""

    #: The address of the form.
    respond: str
    closed: bool
    #: The language it is in, if somebody has said so.
    language: str

    @classmethod
    def of(cls, article: Article) -> Self:
        """Around what stands under ``article``."""
        respond = reverse("respond", args=[article.slug])
        return cls(respond, article.closed_at is not None, article.language)


def note_html(note: Note, around: Around, *, past: bool = False) -> str:
    """The entry of ``note`` in the margin."""
    return template("annotations/note.html").render(note=note, past=past, **around._asdict())


def passage_html(passage: Passage) -> str:
    """The entry of a quoted passage in the margin."""
    return template("annotations/quoted.html").render(passage=passage)


def response_html(
    step: Step[CommentRow],
    quotes: tuple[Quote, ...],
    endorsed: int,
    around: Around,
) -> str:
    """A response in its thread, ``endorsed`` so often; ``quotes`` of its have faded."""
    return template("annotations/response.html").render(
        step=step, quotes=quotes, endorsed=endorsed, **around._asdict()
    )


def notes_html(notes: Iterable[Note], article: Article, *, past: bool = False) -> Fragment:
    """The entries of ``notes``: for one reader, or on a page of what has been (``past``)."""
    around = Around.of(article)
    around = around._replace(closed=past or around.closed)
    return Fragment("".join(note_html(note, around, past=past) for note in notes))
