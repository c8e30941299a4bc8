"""The notes on an article and on its responses, as pages show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from annotations.models import AnnotationTag, Placement, PlacementState, Quotation, Tag
from forum.discussion.models import Article, Audience, Kind, Post, Revision, State
from forum.discussion.reading import Body, CommentRow, comment_rows
from forum.discussion.threads import Step, build, walk

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


@dataclass(frozen=True, slots=True)
class Place:
    """Where a note stands in the text people read now. Orphaned, it stands nowhere."""

    start: int | None
    end: int | None
    state: str


_NOWHERE = Place(None, None, PlacementState.ORPHANED)
#: How much of a response the margin shows where its words are a note, in code points.
EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Said:
    """The beginning of the response whose words are a note."""

    comment_id: int
    response: int
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """One annotation as the page shows it."""

    id: int
    #: The post it marks, and that post's number when it is a response.
    target_id: int
    response: int | None
    #: The number of the revision it was made on.
    made_on: int
    author_name: str
    tags: tuple[Tag, ...]
    quote: str
    body: Body
    #: The response whose words are the note, instead of ``body``.
    said: Said | None
    place: Place
    state: str
    audience: str
    created_at: datetime
    edited: bool
    #: Whether the tags the reader filters by let it through.
    shown: bool
    #: The thread of replies to it, the oldest first, as it is read.
    replies: Sequence[Step[CommentRow]] = ()

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
    """The notes on ``article`` that ``reader`` reads and the public does not. Five queries.

    Two more bring the replies, if not all of them are private. What moderators may read
    besides is for the moderation pages, not for the margin.
    """
    mine = Q(post__author=reader.pk) | Q(post__audience=Audience.COURSE)
    public = Q(post__state=State.PUBLISHED, post__audience=Audience.PUBLIC)
    found = annotations_on(article, reader).filter(mine).exclude(public)
    notes = notes_of(found, article, tags_on(article, reader), _numbers(found))
    return _with_replies(notes, article, reader)


def one_note(article: Article, reader: Reader, post_id: int) -> list[Note]:
    """The note ``post_id``, just made, in a list that is empty when ``reader`` may not read it."""
    found = annotations_on(article, reader).filter(post=post_id)
    return notes_of(found, article, tags_on(article, reader), _numbers(found))


def notes_then(article: Article, revision: Revision, reader: Reader) -> list[Note]:
    """The notes that ``reader`` reads now, where they stood in ``revision``. Six queries."""
    found = annotations_on(article, reader).filter(
        post__annotation__placements__revision=revision.pk
    )
    notes = notes_of(found, article, tags_on(article, reader), {}, at=revision)
    return _with_replies(notes, article, reader)


def with_threads(notes: Iterable[Note], replies: Iterable[CommentRow]) -> list[Note]:
    """``notes``, each with those of ``replies`` that stand under it."""
    under: defaultdict[int | None, list[CommentRow]] = defaultdict(list)
    for row in replies:
        under[row.note_id].append(row)
    return [
        replace(note, replies=tuple(walk(build(under[note.id])))) if note.id in under else note
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


def annotations_on(article: Article, reader: Reader) -> QuerySet[Revision]:
    """The current words of the annotations that ``reader`` reads, oldest first.

    Whoever reads a note reads the response whose words it takes, by the one rule.
    """
    current = Q(post__note_from__revisions__superseded_at=None)
    return (
        Revision.objects.current()
        .visible_to(reader, replies=False)
        .filter(post__root=article.pk, post__kind=Kind.ANNOTATION)
        .exclude(post__state=State.WITHDRAWN)
        .exclude(post__note_from__state=State.WITHDRAWN)
        .select_related("post__annotation__revision")
        .annotate(
            said=FilteredRelation("post__note_from__revisions", condition=current),
            said_text=Substr("said__text", 1, EXCERPT + 1),
            said_in=F("post__note_from__number"),
        )
        .only(
            "html",
            "number",
            "post__root",
            "post__parent",
            "post__note_from",
            "post__author_name",
            "post__state",
            "post__audience",
            "post__created_at",
            "post__annotation__quote",
            "post__annotation__revision__number",
        )
        .order_by("post_id")
    )


def notes_of(
    revisions: Iterable[Revision],
    article: Article,
    tags: Mapping[int, Tag],
    numbers: Mapping[int, int],
    chosen: Collection[str] = (),
    at: Revision | None = None,
) -> list[Note]:
    """The notes whose words are ``revisions``, in reading order. Two queries besides.

    ``numbers`` are the numbers of the responses by id, in the order they are read. Their places
    are those in the present texts or, with ``at``, in that revision.
    """
    places = _places(article, at)
    tagged = _tagged(article, tags)
    notes = []
    for revision in revisions:
        post = revision.post
        worn = tagged[post.pk]
        notes.append(
            Note(
                id=post.pk,
                target_id=post.parent_id or 0,
                response=numbers.get(post.parent_id or 0),
                made_on=post.annotation.revision.number,
                author_name=post.author_name,
                tags=worn,
                quote=post.annotation.quote,
                body=Body(revision.html),
                said=_said(revision),
                place=places.get(post.pk, _NOWHERE),
                state=post.state,
                audience=post.audience,
                created_at=post.created_at,
                edited=revision.number > 1,
                shown=not chosen or any(tag.slug in chosen for tag in worn),
            )
        )
    order = {target: place for place, target in enumerate(numbers, start=1)}
    # What has lost its passage comes after what still has one, under the same text.
    return sorted(
        notes,
        key=lambda note: (
            order.get(note.target_id, 0),
            note.start is None,
            note.start or 0,
            -(note.end or 0),
            note.id,
        ),
    )


def _said(revision: Revision) -> Said | None:
    if revision.post.note_from_id is None:
        return None
    text, number = vars(revision)["said_text"] or "", vars(revision)["said_in"]
    if len(text) > EXCERPT:
        text = f"{text[:EXCERPT].rsplit(maxsplit=1)[0]} …"
    return Said(revision.post.note_from_id, number, text)


def _places(article: Article, at: Revision | None = None) -> dict[int, Place]:
    placed = Placement.objects.filter(revision=at) if at else _placed_now(article)
    rows = placed.values_list("annotation_id", "start", "end", "state")
    return {annotation: Place(start, end, state) for annotation, start, end, state in rows}


def _placed_now(article: Article) -> QuerySet[Placement]:
    return Placement.objects.filter(annotation__post__root=article.pk, revision__superseded_at=None)


def _tagged(article: Article, tags: Mapping[int, Tag]) -> defaultdict[int, tuple[Tag, ...]]:
    """The tags of every annotation on ``article``, in the codebook's order."""
    rows = (
        AnnotationTag.objects.filter(annotation__post__root=article.pk)
        .order_by("tag__position", "tag_id")
        .values_list("annotation_id", "tag_id")
    )
    tagged: defaultdict[int, tuple[Tag, ...]] = defaultdict(tuple)
    for annotation, tag in rows:
        if tag in tags:
            tagged[annotation] += (tags[tag],)
    return tagged


def tags_on(article: Article, reader: Reader) -> dict[int, Tag]:
    """The tags of the default codebook, and whichever others ``reader`` meets on ``article``."""
    read = Post.objects.visible_to(reader, replies=False)
    read = read.filter(root=article.pk, kind=Kind.ANNOTATION)
    used = AnnotationTag.objects.filter(annotation__post__in=read.values("pk")).values("tag")
    return {
        tag.pk: tag
        for tag in Tag.objects.filter(Q(codebook__is_default=True) | Q(pk__in=used))
        .select_related("codebook")
        .order_by("position", "id")
    }


def _numbers(annotations: QuerySet[Revision]) -> dict[int, int]:
    """The numbers of the responses that ``annotations`` mark, by id."""
    targets = annotations.values("post__parent")
    rows = Post.objects.filter(pk__in=targets, kind=Kind.COMMENT).order_by("number")
    return {pk: number or 0 for pk, number in rows.values_list("pk", "number")}
