"""What a reading page is made of, as the database has it; for public pages, kept up to date.

Most often what has changed since a page was made is that somebody has posted. Then only what is
new is asked for. How that is known without asking for the rest: ``Article.activity`` counts one
for whatever comes and for whatever changes. If it has counted as many as there are posts that are
new, each of them has come, and nothing else has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from annotations.models import Tag
from annotations.page.kept import Now, public_now
from annotations.page.loading import every_tag, notes_on
from annotations.page.notes import Note, in_reading_order
from annotations.quotations.quotes import QuoteRow, quote_rows
from forum.discussion.locks import locks_under
from forum.discussion.models import Article, Endorsement, Post
from forum.discussion.reading import CommentRow, comment_rows, in_order
from forum.lib.memo import Memo
from forum.lib.prepared import Prepared

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

#: Bytes that a row takes beside its words, about.
_ROW = 600


@dataclass(frozen=True, slots=True)
class Gathered:
    """What stands under an article and one reader reads of it. Never changed, but replaced."""

    #: Responses, by number, and replies before them.
    comments: Sequence[CommentRow]
    #: By the post that they mark, in reading order.
    notes: Mapping[int, Sequence[Note]]
    #: In the order of the responses that quote. Not all are the reader's to see.
    quotes: Sequence[QuoteRow]
    #: How often each response has been endorsed that has been.
    endorsed: Mapping[int, int]
    #: Every tag there is.
    tags: Sequence[Tag]


class _Newest(NamedTuple):
    """The ids of the newest post and of the newest endorsement on the site."""

    post: int
    endorsement: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """What everybody reads under an article that is as it was at ``now``."""

    now: Now
    #: No post had a higher id, and no endorsement. Whatever has one was written later.
    newest: _Newest
    gathered: Gathered
    #: The bytes that it takes, about.
    weight: int


KEPT: Memo[int, _Kept] = Memo(settings.PAGE_MEMORY // 8, lambda _, kept: kept.weight)


def gather(article: Article, reader: Reader) -> Gathered:
    """All of it for ``reader``. Nine queries, and one more where a thread is locked."""
    tags = every_tag()
    comments: list[CommentRow] = comment_rows(article, reader)
    notes = notes_on(article, reader, tags)
    if locks := locks_under(article):
        comments = [row._replace(lock=locks.get(row.id, 0)) for row in comments]
        notes = [note._replace(lock=locks.get(note.id, 0)) for note in notes]
    return Gathered(
        comments,
        _by_target(notes),
        quote_rows(article),
        _counted(_ENDORSED.rows(article=article.pk, above=0)),
        tags,
    )


def gather_public(article: Article, now: Now, *, keep: bool) -> Gathered:
    """All of it for everybody, of a public article as it is ``now`` or later.

    Nothing is remembered unless to ``keep``.
    """
    before = KEPT.get(article.pk)
    # Before all of it: what comes in between is new the next time as well.
    newest = _newest()
    more = _come_since(before, article, now) if before is not None else None
    if before is not None and more is not None:
        found, weight = _joined(before.gathered, more), before.weight + _weight_of(more)
    else:
        found = gather(article, AnonymousUser())
        weight = _weight_of(found)
        keep = keep and public_now(article.slug) == now
    if keep:
        KEPT.put(article.pk, _Kept(now, newest, found, weight))
    return found


def _come_since(before: _Kept, article: Article, now: Now) -> Gathered | None:
    """What has come since ``before``; ``None`` if that is not all that has happened.

    A post that everybody reads has counted one at least since it was written, and was written
    after ``before.now`` if its id is above ``before.newest``; one that has left a stub has counted
    twice. So it is with endorsements. If there are as many of both as counts, then each has counted
    one, when it came, and nothing else has counted.
    """
    reader, above = AnonymousUser(), before.newest.post
    comments = comment_rows(article, reader, above=above)
    notes = notes_on(article, reader, before.gathered.tags, above=above)
    endorsed = _ENDORSED.rows(article=article.pk, above=before.newest.endorsement)
    counts = now.activity - before.now.activity
    if len(comments) + len(notes) + len(endorsed) != counts:
        return None
    quotes = quote_rows(article, above=above) if comments else []
    if public_now(article.slug) != now:
        # Some of it may have come later, and stand for something else that was to be counted.
        return None
    return Gathered(comments, _by_target(notes), quotes, _counted(endorsed), before.gathered.tags)


def _by_target(notes: Iterable[Note]) -> dict[int, Sequence[Note]]:
    return {
        target: list(group)
        for target, group in groupby(in_reading_order(notes), key=attrgetter("target_id"))
    }


def _joined(before: Gathered, more: Gathered) -> Gathered:
    notes = {
        target: in_reading_order([*before.notes.get(target, ()), *come])
        for target, come in more.notes.items()
    }
    return Gathered(
        in_order([*before.comments, *more.comments]),
        {**before.notes, **notes},
        [*before.quotes, *more.quotes],
        Counter(before.endorsed) + Counter(more.endorsed),
        before.tags,
    )


def _weight_of(gathered: Gathered) -> int:
    words = sum(len(row.html) for row in gathered.comments)
    notes = [note for group in gathered.notes.values() for note in group]
    words += sum(len(note.body.html) + len(note.quote) for note in notes)
    rows = len(gathered.comments) + len(notes) + len(gathered.quotes)
    return words + _ROW * rows


_NEWEST: Prepared[Post] = Prepared(
    lambda: (
        Post.objects.annotate(endorsement=Endorsement.objects.order_by("-pk").values("pk")[:1])
        .order_by("-pk")
        .values_list("pk", "endorsement")[:1]
    )
)
_ENDORSED: Prepared[Endorsement] = Prepared(
    lambda article, above: (
        Endorsement.objects.filter(post__root=article, pk__gt=above).order_by().values_list("post")
    )
)


def _newest() -> _Newest:
    post, endorsement = _NEWEST.rows()[0]
    return _Newest(post, endorsement or 0)


def _counted(endorsed: list[tuple[Any, ...]]) -> Counter[int]:
    return Counter(post for (post,) in endorsed)
