"""A reading page written from its parts: a frame, and in it what is remembered of the page before.

The frame is an ordinary template. Where the text, the notes and the responses belong it holds
marks that nobody can have typed; there it is cut, and the parts are put between.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from annotations.page.fragments import Around, note_html, passage_html, response_html
from annotations.page.metadata import Metadata
from annotations.page.notes import Note
from annotations.page.reading import Page
from annotations.quotations.quotes import Passage, Quote
from forum.discussion.reading import CommentRow
from forum.discussion.threads import Step
from forum.lib.gzipped import Part, part_of
from forum.lib.memo import Memo, weight_of

if TYPE_CHECKING:
    from django.http import HttpRequest

E = TypeVar("E", bound=Hashable)

#: A response, what it quotes that is not what it was, and how often it has been endorsed.
_Response = tuple[Step[CommentRow], tuple[Quote, ...], int]

#: One entry in so many ends a piece, by its id: what comes or goes moves no other end.
_EVERY = 16
#: A piece has so many entries at most, whatever comes.
_LONGEST = 64


class _Same:
    """Stands for what a piece shows: the same object whenever that is the same again."""

    __slots__ = ()


class Piece(NamedTuple):
    """Some of a page, cut where it is likely to be cut again after the next change."""

    shows: _Same
    #: Writes its HTML.
    write: Callable[[], str]


_SHOWN: Memo[tuple[Hashable, ...], _Same] = Memo(settings.PAGE_MEMORY // 4, weight_of)
#: A piece and the one before it → the piece compressed, which leans on the other.
_PARTS: Memo[tuple[_Same | None, _Same], Part] = Memo(settings.PAGE_MEMORY // 4, weight_of)


@dataclass(frozen=True, slots=True)
class _Slots:
    """What stands in the frame where something belongs."""

    metadata: str
    text: str
    margin: str
    responses: str


def pieces_of(page: Page, request: HttpRequest, *, public: bool, keep: bool) -> Iterator[Piece]:
    """The HTML of ``page``; only to ``keep`` is it remembered what it shows."""
    token = secrets.token_hex(16)
    slots = _Slots(*(f"[{token} {name}]" for name in _Slots.__slots__))
    metadata = Metadata.of(page)
    context = {
        "page": page,
        "metadata": metadata,
        "article": page.article,
        "public": public,
        "neutral_masthead": True,
        "slots": slots,
    }
    rest: str = render_to_string("annotations/article.html", context, request)
    pieces = _Pieces(page, keep=keep)
    for slot, filling in (
        (slots.metadata, [pieces.frame(metadata.linked)]),
        (slots.text, pieces.text()),
        (slots.margin, pieces.margin()),
        (slots.responses, pieces.responses()),
    ):
        before, found, after = rest.partition(slot)
        if found:
            yield pieces.frame(before)
            yield from filling
            rest = after
    yield pieces.frame(rest)


def thread_html(page: Page) -> str:
    """The responses of ``page`` and the notes on them, without the page around them."""
    return "".join(piece.write() for piece in thread_pieces(page, keep=False))


def thread_pieces(page: Page, *, keep: bool) -> Iterator[Piece]:
    """The same in pieces, with the links to what is before and behind; see ``pieces_of``."""
    thread, pieces = page.thread, _Pieces(page, keep=keep)
    more = {
        which: render_to_string(
            "annotations/more.html", {"more": more, "which": which, "article": page.article}
        )
        for which, more in (("earlier", thread.earlier), ("later", thread.later))
    }
    yield pieces.frame(
        f'{more["earlier"]}<ol class="responses" data-responses data-newest="{thread.newest}"'
        f' data-newest-words="{thread.newest_words}">'
    )
    yield from pieces.responses()
    yield pieces.frame(f"</ol>{more['later']}<ol data-notes-list>")
    yield from pieces.margin()
    yield pieces.frame("</ol>")


def parts_of(pieces: Iterable[Piece], *, keep: bool) -> Iterator[Part]:
    """``pieces`` compressed, or what is remembered of that; only to ``keep`` is it remembered."""
    last: _Same | None = None
    part: Part | None = None
    for shows, write in pieces:
        before, part = part, _PARTS.get((last, shows))
        if part is None:
            part = part_of(write(), before)
            if keep:
                _PARTS.put((last, shows), part)
        last = shows
        yield part


class _Pieces:
    """What stands in the slots of a page, in pieces."""

    def __init__(self, page: Page, *, keep: bool) -> None:
        self._page = page
        self._keep = keep
        # What the fragments show beside their own entries.
        self._around = Around.of(page.article)
        self._language = get_language()

    def frame(self, html: str) -> Piece:
        return self._piece(("frame", html), lambda: html)

    def text(self) -> Iterator[Piece]:
        for html in self._page.text.pieces:
            yield self._piece(("text", html), partial(str, html))

    def margin(self) -> Iterator[Piece]:
        yield from self._grouped("margin", self._entries(), self._entry)

    def _entries(self) -> Iterator[tuple[int, Note | Passage]]:
        for run in self._page.margin:
            yield from ((note.id, note) for note in run.notes)
            yield from ((passage.id, passage) for passage in run.passages)

    def _entry(self, entry: Note | Passage) -> str:
        if isinstance(entry, Passage):
            return passage_html(entry)
        return note_html(entry, self._around)

    def responses(self) -> Iterator[Piece]:
        yield from self._grouped("responses", self._steps(), self._response)

    def _steps(self) -> Iterator[tuple[int, _Response]]:
        thread = self._page.thread
        for step in thread.steps:
            pk = step.row.id
            yield pk, (step, thread.faded.get(pk, ()), thread.endorsed.get(pk, 0))

    def _response(self, entry: _Response) -> str:
        step, faded, endorsed = entry
        return response_html(step, faded, endorsed, self._around)

    def _grouped(
        self, kind: str, entries: Iterable[tuple[int, E]], write: Callable[[E], str]
    ) -> Iterator[Piece]:
        group: list[E] = []

        def piece() -> Piece:
            shown = tuple(group)
            key = (kind, self._language, self._around, shown)
            return self._piece(key, lambda: "".join(map(write, shown)))

        for pk, entry in entries:
            group.append(entry)
            if pk % _EVERY == 0 or len(group) == _LONGEST:
                yield piece()
                group = []
        if group:
            yield piece()

    def _piece(self, key: tuple[Hashable, ...], write: Callable[[], str]) -> Piece:
        same = _SHOWN.get(key)
        if same is None:
            same = _Same()
            if self._keep:
                _SHOWN.put(key, same)
        return Piece(same, write)
