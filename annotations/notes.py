"""The notes on an article and on its responses, as pages show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from annotations.models import AnnotationTag, Codebook, Placement, PlacementState, Quotation, Tag
from forum.discussion.models import Article, Audience, Kind, Post, Revision, State
from forum.discussion.prepared import PreparedFor
from forum.discussion.reading import Body, CommentRow, comment_rows
from forum.discussion.threads import Step, build, walk
from forum.lib.moments import moment, read_moment
from forum.lib.prepared import Prepared

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader, Standing


class Place(NamedTuple):
    """Where a note stands in the text people read now. Orphaned, it stands nowhere."""

    start: int | None
    end: int | None
    state: str


_NOWHERE = Place(None, None, PlacementState.ORPHANED)
#: How much of a response the margin shows where its words are a note, in code points.
EXCERPT = 240


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
    edited: bool
    #: Whether the tags the reader filters by let it through.
    shown: bool = True
    #: The thread of replies to it, the oldest first, as it is read.
    replies: tuple[Step[CommentRow], ...] = ()

    @property
    def start(self) -> int | None:
        return self.place.start

    @property
    def end(self) -> int | None:
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


def with_threads(notes: Iterable[Note], replies: Iterable[CommentRow]) -> list[Note]:
    """``notes``, each with those of ``replies`` that stand under it."""
    under: defaultdict[int | None, list[CommentRow]] = defaultdict(list)
    for row in replies:
        under[row.note_id].append(row)
    return [
        note._replace(replies=tuple(walk(build(under[note.id])))) if note.id in under else note
        for note in notes
    ]


def _with_replies(notes: list[Note], article: Article, reader: Reader) -> list[Note]:
    replied = [note.id for note in notes if not note.private]
    if not replied:
        return notes
    return with_threads(notes, comment_rows(article, reader, notes=replied))


@dataclass(frozen=True, slots=True)
class Own:
    """Something that the reader wrote, and what can be done to it depends on."""

    id: int
    state: str
    #: The response whose words are this note.
    note_from: int | None = None
    #: Whether its present words quote something.
    quotes: bool = False


def own_posts(article: Article, reader: Reader) -> list[Own]:
    """Everything ``reader`` wrote beneath ``article``. One query."""
    mine = Post.objects.visible_to(reader).filter(root=article.pk, author=reader.pk)
    quoting = Quotation.objects.filter(
        comment_revision__post=OuterRef("pk"), comment_revision__superseded_at=None
    )
    rows = mine.annotate(quotes=Exists(quoting)).order_by("pk")
    return [Own(*row) for row in rows.values_list("pk", "state", "note_from", "quotes")]


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
            said_text=Substr("said__text", 1, EXCERPT + 1),
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
    "number",
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
            edited=version > 1,
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
            version,
        ) in rows
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


def _said(comment_id: int, text: str | None, number: int) -> Said:
    text = text or ""
    if len(text) > EXCERPT:
        text = f"{text[:EXCERPT].rsplit(maxsplit=1)[0]} …"
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
