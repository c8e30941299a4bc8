"""A reading page written from its parts: a frame, and in it what is remembered of the page before.

The frame is an ordinary template. Where the text, the notes and the responses belong it holds
marks that nobody can have typed; there it is cut, and the parts are put between.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from sys import getsizeof
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from annotations.fragments import Fragments
from annotations.reading import Page
from forum.lib.gzipped import Part, part_of
from forum.lib.memo import Memo
from forum.lib.scrollable import scrollable

if TYPE_CHECKING:
    from django.http import HttpRequest

#: One fragment in so many ends a part, by its id: what comes or goes moves no other end.
_EVERY = 32
#: A part is closed when it is this long, in code points, whatever comes.
_LONGEST = 200_000
#: Paragraphs are joined until they are this long.
_PARAGRAPHS = 4_000


#: A group of fragments, and the one before it.
_Key = tuple[tuple[str, ...], tuple[str, ...]]


def _weigh(key: _Key, part: Part) -> int:
    return len(part.plain) + len(part.deflated) + getsizeof(key[1])


_PARTS: Memo[_Key, Part] = Memo(settings.PAGE_MEMORY * 3 // 8, _weigh)


@dataclass(frozen=True, slots=True)
class _Slots:
    """What stands in the frame where something belongs."""

    text: str
    margin: str
    responses: str


def groups_of(
    page: Page, fragments: Fragments, request: HttpRequest, *, public: bool
) -> Iterator[tuple[str, ...]]:
    """The HTML of ``page``, cut where it is likely to be cut again after the next change."""
    token = secrets.token_hex(16)
    slots = _Slots(f"[{token} text]", f"[{token} margin]", f"[{token} responses]")
    context = {
        "page": page,
        "article": page.article,
        "public": public,
        "neutral_masthead": True,
        "slots": slots,
    }
    rest: str = render_to_string("annotations/article.html", context, request)
    for slot, filling in (
        (slots.text, _paragraphs(scrollable(page.body.html))),
        (slots.margin, _grouped(_margin(page, fragments))),
        (slots.responses, _grouped(_responses(page, fragments))),
    ):
        before, found, after = rest.partition(slot)
        if found:
            yield (before,)
            yield from filling
            rest = after
    yield (rest,)


def parts_of(groups: Iterable[tuple[str, ...]], *, keep: bool) -> Iterator[Part]:
    """``groups`` compressed, or what is remembered of that; only to ``keep`` is it remembered."""
    texts: tuple[str, ...] = ()
    part: Part | None = None
    for group in groups:
        # Each leans on the one before it.
        key, before = (texts, group), part
        part = _PARTS.get(key)
        if part is None:
            part = part_of("".join(group), before)
            if keep:
                _PARTS.put(key, part)
        texts = group
        yield part


def _paragraphs(html: str) -> Iterator[tuple[str, ...]]:
    begun = 0
    while (end := html.find("</p>", begun + _PARAGRAPHS)) >= 0:
        yield (html[begun : end + 4],)
        begun = end + 4
    yield (html[begun:],)


def _margin(page: Page, fragments: Fragments) -> Iterator[tuple[int, str]]:
    respond = reverse("respond", args=[page.article.slug])
    closed = page.article.closed_at is not None
    for run in page.margin:
        for note in run.notes:
            yield note.id, fragments.note(note, respond, closed=closed)
        for passage in run.passages:
            yield passage.id, fragments.passage(passage)


def _responses(page: Page, fragments: Fragments) -> Iterator[tuple[int, str]]:
    respond = reverse("respond", args=[page.article.slug])
    closed = page.article.closed_at is not None
    for step in page.thread:
        faded = page.faded.get(step.row.id, ())
        yield step.row.id, fragments.response(step, faded, respond, closed=closed)


def _grouped(made: Iterable[tuple[int, str]]) -> Iterator[tuple[str, ...]]:
    group: list[str] = []
    length = 0
    for pk, text in made:
        group.append(text)
        length += len(text)
        if pk % _EVERY == 0 or length > _LONGEST:
            yield tuple(group)
            group, length = [], 0
    if group:
        yield tuple(group)
