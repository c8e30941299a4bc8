"""Linking what a response quotes to where it stands: in the article, or in another response.

A quote is looked for once, when the words that hold it are written, and only in what everybody
may read who may read them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.actions import annotate
from annotations.anchoring.carry import Carried
from annotations.anchoring.quotation_marks import claims_of, outline_of
from annotations.anchoring.quotes import Quote, find_quotes
from annotations.models import Annotation, PlacementState, Quotation, QuotationPlacement
from annotations.placement.placing import Step, place_at_once, write_places
from forum.accounts.models import User
from forum.discussion.models import Audience, Kind, Post, Revision, State
from forum.discussion.prepared import PreparedFor
from forum.discussion.visibility import Reader, RevisionQuerySet, Standing
from forum.discussion.writing.revisions import bump_activity, lock_current
from forum.lib.errors import Refused
from forum.lib.html import Rendered
from forum.lib.prepared import Prepared
from forum.permissions import require

#: Responses above a response that are looked through for what it quotes, the nearest ones.
ABOVE = 10
#: Quotes that neither the article nor a response above has, looked for in the other responses:
#: how long they must be, in code points, how many at most, and how many responses at most.
ELSEWHERE_LENGTH, ELSEWHERE_QUOTES, ELSEWHERE_RESPONSES = 40, 5, 5
#: Quotes that are linked in one response.
MOST = 200

#: What may differ between a quote and what it quotes, so that no database need look for it.
_SLIPS = re.compile("[\"'“”„‟‘’‚‛«»‹›…\\n\\[\\]()*–—-]|\\.\\.\\.")
#: Of a quote's longest run without those, this much is asked for.
_ASKED_FOR = range(20, 80)


def look_for_quotes(post: Post, words: Rendered) -> Callable[[Revision], list[Quotation]]:
    """Find what ``words`` quote, which the response ``post`` is about to say.

    Returns what links it, in the transaction that writes the revision; an earlier revision
    keeps its own links. Three queries at most.
    """
    found = _find(post, words, timezone.now())
    return lambda revision: _link(revision, found)


def link(revision: Revision) -> list[Quotation]:
    """Link the quotes in ``revision`` of a response, in the caller's transaction."""
    words = Rendered(revision.html, revision.text)
    return _link(revision, _find(revision.post, words, revision.created_at))


def _find(post: Post, words: Rendered, before: datetime) -> list[tuple[Revision, Quote]]:
    sources = _sources(post)
    texts = [source.text for source in sources]
    found = [(sources[quote.source], quote) for quote in find_quotes(words.html, words.text, texts)]
    found += _elsewhere(post, words, before, sources, [quote for _, quote in found])
    found.sort(key=lambda pair: pair[1].comment_start)
    return found


def _link(revision: Revision, found: Sequence[tuple[Revision, Quote]]) -> list[Quotation]:
    quotations = Quotation.objects.bulk_create(
        Quotation(
            comment_revision=revision,
            comment_start=quote.comment_start,
            comment_end=quote.comment_end,
            revision=source,
            start=quote.start,
            end=quote.end,
            quote=source.text[quote.start : quote.end],
            score=quote.score,
        )
        for source, quote in found[:MOST]
    )
    by_text: defaultdict[Revision, list[Step]] = defaultdict(list)
    for quotation in quotations:
        made = Carried(quotation.start, quotation.end, "exact", 1.0, 0.0, "quoted")
        by_text[quotation.revision].append(Step(quotation, None, made, PlacementState.EXACT))
    for source, steps in by_text.items():
        write_places(steps, source)
    revision.quotes_nothing = not quotations
    if quotations:
        # Not a partial: a robust callback that fails is logged by its name.
        transaction.on_commit(lambda: catch_up(revision), robust=True)
    return quotations


def catch_up(revision: Revision) -> int:
    """Place what ``revision`` quotes of a text that was replaced at the same moment.

    Whoever replaced it did not see these quotations yet. Not prevented with a lock on the text
    while a response is being posted: that holds the article's row by then, which whoever locks
    a text takes after it.
    """
    one_at_a_time = not connection.features.has_select_for_update
    # Where one writes after the other, a text that was replaced before is seen to be.
    if one_at_a_time and not _PLACED_NOWHERE.rows(revision=revision.pk):
        return 0
    placed = 0
    quoted = Post.objects.filter(revisions__quoted_by__comment_revision=revision)
    for post in quoted.distinct():
        with transaction.atomic():
            current = lock_current(post)
            behind = revision.quotations.filter(revision__post=post).select_related("revision")
            for quotation in behind.exclude(placements__revision=current):
                quotation.placements.all().delete()
                place_at_once(quotation, current)
                placed += 1
                bump_activity(revision.post)
    return placed


def _placed_nowhere(revision: int) -> QuerySet[Quotation, tuple[int]]:
    places = QuotationPlacement.objects.filter(revision__superseded_at=None)
    placed_now = Exists(places.filter(quotation=OuterRef("pk")))
    quotations = Quotation.objects.filter(~placed_now, comment_revision=revision)
    return quotations.order_by().values_list("pk")[:1]


_PLACED_NOWHERE = Prepared(_placed_nowhere)


def mark_quoted(
    *,
    author: User,
    comment: Post,
    revision: Revision,
    start: int,
    end: int,
    quote: str,
    tags: Sequence[str],
) -> tuple[Post, bool]:
    """Annotate ``[start, end)`` of ``revision``, which ``comment`` quotes; its words are the note.

    Returns the annotation and whether it is new: a quoted passage is marked once. Raises
    ``Refused`` when that passage is none that the comment's present words quote, and what
    ``annotate`` raises.
    """
    require(author, "quotation.mark", comment)
    here = {"placements__revision": revision, "placements__start": start, "placements__end": end}
    quotation = Quotation.objects.filter(
        comment_revision__post=comment, comment_revision__superseded_at=None, **here
    ).first()
    if quotation is None:
        raise Refused("comment", _("This response does not quote that passage."))
    target = revision.post
    if (comment.audience, comment.course_id) != (target.audience, target.course_id):
        # The note would be for whoever reads the passage.
        raise Refused("comment", _("Not everybody who reads that passage reads this response."))
    marked = Annotation.objects.filter(post__author=author, post__note_from=comment, **here)
    earlier = marked.select_related("post").first()
    if earlier:
        return earlier.post, False
    return annotate(
        author=author,
        revision=revision,
        start=start,
        end=end,
        quote=quote,
        tags=tags,
        comment=comment,
        token=f"quotation-{quotation.pk}",
    )


def _sources(post: Post) -> list[Revision]:
    """What ``post`` may quote: the article, and the responses above it, nearest first."""
    wanted = [post.article_id, *_above(post)]
    if post.audience == Audience.PUBLIC:
        # The article stands in for those that there are not.
        slots = [*wanted, *[post.article_id] * (1 + ABOVE - len(wanted))]
        texts = _PUBLIC_TEXTS.instances(
            AnonymousUser(), **{f"post{place}": pk for place, pk in enumerate(slots)}
        )
    else:
        texts = list(_shared(post).filter(post__in=wanted))
    found = {text.post_id: text for text in texts}
    return [found[pk] for pk in wanted if pk in found]


_PUBLIC_TEXTS = PreparedFor(
    lambda reader, **posts: _shared_by(reader, Q(post__audience=Audience.PUBLIC)).filter(
        post__in=posts.values()
    )
)


def _above(post: Post) -> list[int]:
    """The ids of the responses above ``post``, nearest first. One query at most."""
    if not post.depth or post.parent_id is None:
        return []
    steps = min(post.depth, ABOVE) - 1
    further = _STEPS_UP.rows(steps, pk=post.parent_id)[0] if steps else ()
    return [post.parent_id, *further]


_STEPS_UP = Prepared(
    lambda steps, pk: Post.objects.filter(pk=pk).values_list(
        *("parent" + "__parent" * step for step in range(steps))
    )
)


def _shared(post: Post) -> RevisionQuerySet:
    """The present texts that everybody may read who may read ``post`` once it is published."""
    audience = Q(post__audience=Audience.PUBLIC)
    reader: Reader = AnonymousUser()
    if post.audience == Audience.COURSE:
        audience |= Q(post__audience=Audience.COURSE, post__course=post.course_id)
        reader = post.author or reader
    return _shared_by(reader, audience)


def _shared_by(reader: Reader | Standing, audience: Q) -> RevisionQuerySet:
    texts = Revision.objects.current().visible_to(reader, replies=False)
    return texts.filter(audience, post__state=State.PUBLISHED).defer("source", "html")


def _elsewhere(
    post: Post,
    words: Rendered,
    before: datetime,
    known: Iterable[Revision],
    found: Sequence[Quote],
) -> list[tuple[Revision, Quote]]:
    """What ``words`` say they quote and ``found`` has not, in the article's other responses.

    The one that said it first, and ``before`` these words, is quoted.
    """
    missing = _missing(words, found)
    if not missing:
        return []
    asked = reduce(or_, (Q(text__contains=part) for part in missing.values()))
    holding = (
        _shared(post)
        .filter(asked, post__root=post.article_id, post__kind=Kind.COMMENT)
        .filter(post__created_at__lte=before)
        .exclude(post__in=[post.pk, *(text.post_id for text in known)])
        .order_by("post_id")[:ELSEWHERE_RESPONSES]
    )
    texts = list(holding)
    return [
        (texts[quote.source], quote)
        for quote in find_quotes(words.html, words.text, [text.text for text in texts])
        if any(s <= quote.comment_start and quote.comment_end <= e for s, e in missing)
    ]


def _missing(words: Rendered, found: Sequence[Quote]) -> dict[tuple[int, int], str]:
    """The long quotes that ``found`` has not, none over another, and words to ask for of each."""
    text = words.text
    taken = [(quote.comment_start, quote.comment_end) for quote in found]
    missing: dict[tuple[int, int], str] = {}
    claims = claims_of(text, outline_of(words.html, text))
    for claim in sorted(claims, key=lambda claim: (claim.start - claim.end, claim.start)):
        if claim.end - claim.start < ELSEWHERE_LENGTH or len(missing) == ELSEWHERE_QUOTES:
            break
        part = max(_SLIPS.split(text[claim.start : claim.end]), key=len).strip()
        if len(part) < _ASKED_FOR.start:
            continue
        if all(end <= claim.start or claim.end <= start for start, end in taken):
            missing[claim.start, claim.end] = part[: _ASKED_FOR.stop]
            taken.append((claim.start, claim.end))
    return missing
