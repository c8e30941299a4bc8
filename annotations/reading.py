"""What the reading page shows: a text and its responses, both marked, and the notes in order.

Everything is loaded in a number of queries that depends on neither responses nor notes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from annotations.marks import marked_body
from annotations.models import AnnotationTag, Placement, PlacementState, Tag
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


@dataclass(frozen=True, slots=True)
class Note:
    """One annotation as the page shows it."""

    id: int
    #: The post it marks, and that post's number when it is a response.
    target_id: int
    response: int | None
    author_name: str
    tags: tuple[Tag, ...]
    quote: str
    body: Body
    place: Place
    state: str
    audience: str
    created_at: datetime
    edited: bool
    #: Whether the tags the reader filters by let it through.
    shown: bool

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
    def private(self) -> bool:
        """Whether only its author reads it."""
        return self.audience == Audience.PRIVATE

    @property
    def published(self) -> bool:
        """Whether it is what it was posted as: neither held, hidden nor removed."""
        return self.state == State.PUBLISHED


@dataclass(frozen=True, slots=True)
class Chip:
    """One tag in the toolbar: how many notes carry it, and what choosing it leads to."""

    tag: Tag
    count: int
    chosen: bool
    query: str


@dataclass(frozen=True, slots=True)
class Page:
    """The reading page of one article, for one reader."""

    article: Article
    revision: Revision
    body: Body
    thread: list[Step[CommentRow]]
    responses: int
    notes: list[Note]
    shown: int
    chips: list[Chip]
    #: What a new note can be tagged with.
    tags: list[Tag]
    filtered: bool


def current_text(slug: str, reader: Reader) -> Revision | None:
    """The text of the article at ``slug`` with its post and article, if ``reader`` may read it."""
    return (
        Revision.objects.current()
        .visible_to(reader)
        .filter(post__kind=Kind.ARTICLE, post__article__slug=slug)
        .select_related("post__article")
        .defer("source", "text")
        .first()
    )


def load_page(revision: Revision, reader: Reader, wanted: Collection[str] = ()) -> Page:
    """Everything on the page of the article whose current text is ``revision``. Six queries.

    ``wanted`` are the slugs of the tags to filter by; unknown ones count for nothing.
    """
    article = revision.post.article
    tags = _tags(article, reader)
    chosen = {tag.slug for tag in tags.values()} & set(wanted)
    rows = comment_rows(article, reader)
    thread = list(walk(build(rows)))
    numbers = {step.row.id: step.row.number for step in thread}
    notes = _notes(_annotations(article, reader), article, tags, numbers, chosen)
    under = _by_target(notes)
    return Page(
        article=article,
        revision=revision,
        body=marked_body(revision.html, under[article.pk]),
        thread=[_marked(step, under) for step in thread],
        responses=sum(not row.stub for row in rows),
        notes=notes,
        shown=sum(note.shown for note in notes),
        chips=_chips(tags.values(), notes, chosen),
        tags=_choices(tags.values()),
        filtered=bool(chosen),
    )


def own_notes(article: Article, reader: Reader) -> list[Note]:
    """The notes on ``article`` that ``reader`` reads and the public does not. Five queries.

    What moderators may read besides is for the moderation pages, not for the margin.
    """
    mine = Q(post__author=reader.pk) | Q(post__audience=Audience.COURSE)
    public = Q(post__state=State.PUBLISHED, post__audience=Audience.PUBLIC)
    found = _annotations(article, reader).filter(mine).exclude(public)
    return _notes(found, article, _tags(article, reader), _numbers(found))


def one_note(article: Article, reader: Reader, post_id: int) -> list[Note]:
    """The note ``post_id`` alone, in a list that is empty when ``reader`` may not read it."""
    found = _annotations(article, reader).filter(post=post_id)
    return _notes(found, article, _tags(article, reader), _numbers(found))


def own_posts(article: Article, reader: Reader) -> list[tuple[int, str]]:
    """The id and state of everything ``reader`` wrote beneath ``article``. One query."""
    mine = Post.objects.visible_to(reader).filter(root=article.pk, author=reader.pk)
    return list(mine.values_list("pk", "state").order_by("pk"))


def _annotations(article: Article, reader: Reader) -> QuerySet[Revision]:
    """The current words of the annotations that ``reader`` reads, oldest first."""
    return (
        Revision.objects.current()
        .visible_to(reader)
        .filter(post__root=article.pk, post__kind=Kind.ANNOTATION)
        .exclude(post__state=State.WITHDRAWN)
        .select_related("post__annotation")
        .only(
            "html",
            "number",
            "post__root",
            "post__parent",
            "post__author_name",
            "post__state",
            "post__audience",
            "post__created_at",
            "post__annotation__quote",
        )
        .order_by("post_id")
    )


def _notes(
    revisions: Iterable[Revision],
    article: Article,
    tags: Mapping[int, Tag],
    numbers: Mapping[int, int],
    chosen: Collection[str] = (),
) -> list[Note]:
    """The notes whose words are ``revisions``, in reading order. Two queries besides.

    ``numbers`` are the numbers of the responses by id, in the order they are read.
    """
    places = _places(article)
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
                author_name=post.author_name,
                tags=worn,
                quote=post.annotation.quote,
                body=Body(revision.html),
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


def _places(article: Article) -> dict[int, Place]:
    rows = Placement.objects.filter(
        annotation__post__root=article.pk, revision__superseded_at=None
    ).values_list("annotation_id", "start", "end", "state")
    return {annotation: Place(start, end, state) for annotation, start, end, state in rows}


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


def _tags(article: Article, reader: Reader) -> dict[int, Tag]:
    """The tags of the default codebook, and whichever others ``reader`` meets on ``article``."""
    read = Post.objects.visible_to(reader).filter(root=article.pk, kind=Kind.ANNOTATION)
    used = AnnotationTag.objects.filter(annotation__post__in=read.values("pk")).values("tag")
    return {
        tag.pk: tag
        for tag in Tag.objects.filter(Q(codebook__is_default=True) | Q(pk__in=used))
        .select_related("codebook")
        .order_by("position", "id")
    }


def _choices(tags: Iterable[Tag]) -> list[Tag]:
    return [tag for tag in tags if tag.codebook.is_default and tag.retired_at is None]


def _numbers(annotations: QuerySet[Revision]) -> dict[int, int]:
    """The numbers of the responses that ``annotations`` mark, by id."""
    targets = annotations.values("post__parent")
    rows = Post.objects.filter(pk__in=targets, kind=Kind.COMMENT).order_by("number")
    return {pk: number or 0 for pk, number in rows.values_list("pk", "number")}


def _by_target(notes: Iterable[Note]) -> defaultdict[int, list[Note]]:
    under: defaultdict[int, list[Note]] = defaultdict(list)
    for note in notes:
        if note.shown:
            under[note.target_id].append(note)
    return under


def _marked(step: Step[CommentRow], under: Mapping[int, list[Note]]) -> Step[CommentRow]:
    notes = under.get(step.row.id)
    if not notes:
        return step
    return replace(step, row=replace(step.row, html=marked_body(step.row.html, notes).html))


def _chips(tags: Iterable[Tag], notes: Sequence[Note], chosen: Collection[str]) -> list[Chip]:
    counts: defaultdict[str, int] = defaultdict(int)
    for note in notes:
        for tag in note.tags:
            counts[tag.slug] += 1
    chips = []
    for tag in tags:
        if tag.retired_at and not counts[tag.slug]:
            continue
        after = sorted(set(chosen) ^ {tag.slug})
        query = "&".join(f"tag={slug}" for slug in after)
        chips.append(Chip(tag, counts[tag.slug], tag.slug in chosen, f"?{query}" if query else ""))
    return chips
