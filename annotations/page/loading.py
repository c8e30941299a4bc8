"""The notes on an article and on its responses, out of the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Substr

from annotations.models import AnnotationTag, Codebook, Placement, PlacementState, Tag
from annotations.page.notes import Note, Place, Said, TagRow, in_reading_order, with_threads
from forum.discussion.models import Article, Audience, Kind, Revision, State
from forum.discussion.prepared import PreparedFor
from forum.discussion.reading import Body, comment_rows
from forum.lib.moments import moment
from forum.lib.prepared import Prepared

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader, Standing

_NOWHERE = Place(None, None, PlacementState.ORPHANED)
#: How much of a response the margin shows where its words are a note, in code points.
_EXCERPT = 240


def own_notes(article: Article, reader: Reader) -> list[Note]:
    """The notes on ``article`` that ``reader`` reads and the public does not. Four queries.

    Two more bring the replies, if not all of them are private. What moderators may read
    besides is for the moderation pages, not for the margin.
    """
    mine = Q(post__author=reader.pk) | Q(post__audience=Audience.COURSE)
    public = Q(post__state=State.PUBLISHED, post__audience=Audience.PUBLIC)
    found = annotations_on(article.pk, reader).filter(mine).exclude(public)
    return _with_replies(_few_of(found, article), article, reader)


def one_note(article: Article, reader: Reader, post_id: int) -> list[Note]:
    """The note ``post_id``, just made, in a list that is empty when ``reader`` may not read it."""
    return _few_of(annotations_on(article.pk, reader).filter(post=post_id), article)


def notes_then(article: Article, revision: Revision, reader: Reader) -> list[Note]:
    """The notes that ``reader`` reads now, where they stood in ``revision``. Six queries."""
    found = annotations_on(article.pk, reader).filter(
        post__annotation__placements__revision=revision.pk
    )
    rows = found.values_list(*_COLUMNS)
    places = Placement.objects.filter(revision=revision).values_list(*_PLACE)
    worn = _worn_on(article.pk).values_list(*_WORN)
    # At a text as it was there is no response to go to.
    notes = [note._replace(response=None) for note in notes_of(rows, places, worn, every_tag())]
    return _with_replies(in_reading_order(notes), article, reader)


def _with_replies(notes: list[Note], article: Article, reader: Reader) -> list[Note]:
    replied = [note.id for note in notes if not note.private]
    if not replied:
        return notes
    return with_threads(notes, comment_rows(article, reader, notes=replied))


def notes_on(
    article: Article, reader: Reader, tags: Sequence[Tag], *, above: int = 0
) -> list[Note]:
    """All notes on ``article`` that ``reader`` reads, oldest first. Three queries.

    ``tags`` is every tag; with ``above``, only notes whose ids are higher.
    """
    rows = _NOTES.rows(reader, article=article.pk, above=above)
    if not rows:
        return []
    places = _PLACED_NOW.rows(article=article.pk, above=above)
    worn = _WORN_NOW.rows(article=article.pk, above=above)
    return notes_of(rows, places, worn, tags)


def annotations_on(article: int, reader: Reader | Standing) -> QuerySet[Revision]:
    """The current words of the annotations that ``reader`` reads, oldest first.

    Whoever reads a note reads the response whose words it takes, by the one rule.
    """
    current = Q(post__note_from__revisions__superseded_at=None)
    return (
        Revision.objects.current()
        .visible_to(reader, replies=False)
        .filter(post__root=article, post__kind=Kind.ANNOTATION)
        .exclude(post__state=State.WITHDRAWN)
        .exclude(post__note_from__state=State.WITHDRAWN)
        .annotate(
            said=FilteredRelation("post__note_from__revisions", condition=current),
            said_text=Substr("said__text", 1, _EXCERPT + 1),
            said_in=F("post__note_from__number"),
            written=moment("post__created_at"),
        )
        .order_by("post_id")
    )


#: What is loaded of each, in this order.
_COLUMNS = (
    "post",
    "post__parent",
    "post__parent__number",
    "post__annotation__revision__number",
    "post__author_name",
    "post__annotation__quote",
    "html",
    "post__note_from",
    "said_text",
    "said_in",
    "post__state",
    "post__audience",
    "written",
    "mark",
    "post__author",
)


_NOTES = PreparedFor(
    lambda reader, article, above: (
        annotations_on(article, reader).filter(post__gt=above).values_list(*_COLUMNS)
    )
)


def notes_of(
    rows: Iterable[tuple[Any, ...]],
    places: Iterable[tuple[Any, ...]],
    worn: Iterable[tuple[Any, ...]],
    tags: Sequence[Tag],
) -> list[Note]:
    """Notes of ``rows`` of ``_COLUMNS``, ``places`` of ``_PLACE`` and ``worn`` of ``_WORN``.

    In the order of ``rows``; ``tags`` is every tag. Of places and tags there may be more.
    """
    stand = {annotation: Place(start, end, state) for annotation, start, end, state in places}
    tagged = _tagged(worn, tags)
    return [
        Note(
            id=pk,
            target_id=target,
            response=response,
            made_on=made_on,
            author_name=author,
            tags=tagged.get(pk, ()),
            quote=quote,
            body=Body(html),
            said=_said(comment, said, said_in) if comment else None,
            place=stand.get(pk, _NOWHERE),
            state=state,
            audience=audience,
            written=written,
            edited=mark,
            known=by is not None,
        )
        for (
            pk,
            target,
            response,
            made_on,
            author,
            quote,
            html,
            comment,
            said,
            said_in,
            state,
            audience,
            written,
            mark,
            by,
        ) in rows
    ]


def _said(comment_id: int, text: str | None, number: int) -> Said:
    text = text or ""
    if len(text) > _EXCERPT:
        text = f"{text[:_EXCERPT].rsplit(maxsplit=1)[0]} …"
    return Said(comment_id, number, text)


def _few_of(found: QuerySet[Revision], article: Article) -> list[Note]:
    """Those of ``found``, which are few of the many on ``article``. Four queries."""
    rows = list(found.values_list(*_COLUMNS))
    if not rows:
        return []
    these = found.values("post")
    places = _placed_now(article.pk).filter(annotation__in=these).values_list(*_PLACE)
    worn = _worn_on(article.pk).filter(annotation__in=these).values_list(*_WORN)
    return in_reading_order(notes_of(rows, places, worn, every_tag()))


_PLACE = ("annotation_id", "start", "end", "state")
_WORN = ("annotation_id", "tag_id")


def _placed_now(article: int) -> QuerySet[Placement]:
    return Placement.objects.filter(annotation__post__root=article, revision__superseded_at=None)


def _worn_on(article: int) -> QuerySet[AnnotationTag]:
    return AnnotationTag.objects.filter(annotation__post__root=article)


_PLACED_NOW = Prepared(
    lambda article, above: _placed_now(article).filter(annotation__gt=above).values_list(*_PLACE)
)
_WORN_NOW = Prepared(
    lambda article, above: _worn_on(article).filter(annotation__gt=above).values_list(*_WORN)
)


def _tagged(worn: Iterable[tuple[int, int]], tags: Iterable[Tag]) -> dict[int, tuple[TagRow, ...]]:
    """The ``tags`` of each annotation, in their order."""
    order = {
        tag.pk: (
            place,
            TagRow(tag.pk, tag.slug, tag.label, tag.short, tag.definition, tag.colour),
        )
        for place, tag in enumerate(tags)
    }
    tagged: defaultdict[int, list[tuple[int, TagRow]]] = defaultdict(list)
    for annotation, tag in worn:
        if tag in order:
            tagged[annotation].append(order[tag])
    return {
        annotation: (its[0][1],)
        if len(its) == 1
        else tuple(row for _, row in sorted(its, key=itemgetter(0)))
        for annotation, its in tagged.items()
    }


def every_tag() -> list[Tag]:
    """The tags of all codebooks, in the order that they are shown in. Two queries."""
    codebooks = {codebook.pk: codebook for codebook in _CODEBOOKS.instances()}
    # One that has come since has no part in what is shown.
    tags = [tag for tag in _TAGS.instances() if tag.codebook_id in codebooks]
    for tag in tags:
        tag.codebook = codebooks[tag.codebook_id]
    return tags


_CODEBOOKS = Prepared(lambda: Codebook.objects.order_by())
_TAGS = Prepared(lambda: Tag.objects.order_by("position", "id"))
