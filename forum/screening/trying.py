"""What words would have been found in what was posted lately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forum.accounts.models import User
from forum.discussion.models import Audience, Kind, Revision
from forum.screening.lists import Compiled, Entry
from forum.screening.models import ListKind
from forum.screening.reading import Piece, places_in

#: So many of the latest posts are looked through, and so many that have something are shown.
LATEST, MOST_SHOWN = 1_000, 50


@dataclass(frozen=True, slots=True)
class Match:
    """A post in which something was found."""

    post: int
    author: str
    #: Where, with the words around.
    places: Sequence[Sequence[Piece]]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of looking through the latest posts."""

    #: How many posts were looked through, and in how many something was found.
    looked_at: int
    found_in: int
    matches: Sequence[Match]
    #: How often each word was found, the most frequent first.
    words: Sequence[tuple[str, int]]


def try_words(moderator: User, words: Iterable[str]) -> Trial:
    """Look for ``words`` in the latest responses, notes and replies that are for everybody.

    In the present words of the ``LATEST`` of them that ``moderator`` reads, which are also those
    that wait or were taken away. One query.
    """
    compiled = Compiled.of(Entry(word, "", ListKind.SUSPECT, "") for word in words)
    latest = (
        Revision.objects.current()
        .visible_to(moderator)
        .filter(post__kind__in=(Kind.COMMENT, Kind.ANNOTATION), post__audience=Audience.PUBLIC)
        .order_by("-post_id")
        .values_list("post_id", "post__author_name", "text")[:LATEST]
    )
    looked_at = found_in = 0
    matches: list[Match] = []
    counts: dict[str, int] = {}
    for post, author, text in latest:
        looked_at += 1
        hits = compiled.find(text)
        if not hits:
            continue
        found_in += 1
        for hit in hits:
            counts[hit.entry.text] = counts.get(hit.entry.text, 0) + 1
        if len(matches) < MOST_SHOWN:
            marked = [{"start": hit.start, "end": hit.end, "word": hit.entry.text} for hit in hits]
            matches.append(Match(post, author, places_in(text, marked)))
    words_found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Trial(looked_at, found_in, matches, words_found)
