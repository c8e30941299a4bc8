"""A note as pages show it, and notes in the order and with the threads they are shown in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from forum.discussion.models import Audience, State
from forum.discussion.reading import Body, CommentRow
from forum.discussion.threads import Step, build, walk
from forum.lib.moments import read_moment


class Place(NamedTuple):
    """Where a note stands in the text people read now. Orphaned, it stands nowhere."""

    start: int | None
    end: int | None
    state: str


class TagRow(NamedTuple):
    """What a note shows of a tag."""

    id: int
    slug: str
    label: str
    short: str
    definition: str
    colour: int


class Said(NamedTuple):
    """The beginning of the response whose words are a note."""

    comment_id: int
    response: int
    text: str


class Note(NamedTuple):
    """One annotation as the page shows it."""

    id: int
    #: The post it marks, and that post's number when it is a response.
    target_id: int
    response: int | None
    #: The number of the revision it was made on.
    made_on: int
    author_name: str
    tags: tuple[TagRow, ...]
    quote: str
    body: Body
    #: The response whose words are the note, instead of ``body``.
    said: Said | None
    place: Place
    state: str
    audience: str
    #: When it was written, as text (``moments``).
    written: str
    #: What is told of the words no longer being the first ones (``Mark``).
    edited: int
    #: Whether whoever wrote it has an account, and so a profile.
    known: bool = False
    #: Whether the tags the reader filters by let it through.
    shown: bool = True
    #: Whether its thread is locked (``locks.Lock``).
    lock: int = 0
    #: The thread of replies to it, the oldest first, as it is read.
    replies: tuple[Step[CommentRow], ...] = ()

    @property
    def start(self) -> int | None:
        """Where its passage begins, in code points of the text people read now."""
        return self.place.start

    @property
    def end(self) -> int | None:
        """Where its passage ends; the code point there is the first after it."""
        return self.place.end

    @property
    def hue(self) -> int:
        """The hue of its first tag, which its marks wear."""
        return self.tags[0].colour if self.tags else 7

    @property
    def short(self) -> str:
        """The two letters of its first tag."""
        return self.tags[0].short if self.tags else ""

    @property
    def created_at(self) -> datetime:
        """When it was written."""
        return read_moment(self.written)

    @property
    def reply_count(self) -> int:
        """How many replies can be read."""
        return sum(not step.row.stub for step in self.replies)

    @property
    def takes_replies(self) -> bool:
        """Whether others read it, who may reply to it while the discussion is open."""
        return self.published and not self.private

    @property
    def private(self) -> bool:
        """Whether only its author reads it."""
        return self.audience == Audience.PRIVATE

    @property
    def published(self) -> bool:
        """Whether it is what it was posted as: neither held, hidden nor removed."""
        return self.state == State.PUBLISHED


def with_threads(notes: Iterable[Note], replies: Iterable[CommentRow]) -> list[Note]:
    """``notes``, each with those of ``replies`` that stand under it."""
    under: defaultdict[int | None, list[CommentRow]] = defaultdict(list)
    for row in replies:
        under[row.note_id].append(row)
    return [
        note._replace(replies=tuple(walk(build(under[note.id])))) if note.id in under else note
        for note in notes
    ]


def in_reading_order(notes: Iterable[Note]) -> list[Note]:
    """``notes`` as their passages come: in the article, then in the responses by number."""

    # What has lost its passage comes after what still has one, under the same text.
    def reading_order(note: Note) -> tuple[int, bool, int, int, int]:
        start, end, _ = note.place
        return note.response or 0, start is None, start or 0, -(end or 0), note.id

    return sorted(notes, key=reading_order)


def filtered(notes: Iterable[Note], chosen: Collection[str]) -> list[Note]:
    """``notes``, of which those are shown that wear a tag whose slug is ``chosen``."""
    return [note._replace(shown=any(tag.slug in chosen for tag in note.tags)) for note in notes]
