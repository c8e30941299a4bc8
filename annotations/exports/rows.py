"""One row for each annotation of an article: what every export is made of.

Visibility, names and the anchor's truth are settled here, before any format sees a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext_lazy as _lazy

from annotations.exports.pseudonyms import pseudonyms_for
from annotations.models import AnnotationTag, Placement
from forum.discussion.models import Article, Audience, Kind, Post, Revision, State
from forum.discussion.visibility import PostQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from forum.discussion.visibility import Reader

#: Annotations read at once: what an export holds in memory, however many there are.
CHUNK = 1_000
#: Stands for whoever wrote a note and has no account any more. Not numbered: without the
#: account nothing but the name tells them apart, and names are what a pseudonym replaces.
FORMER_MEMBER = "former-member"


class Names(StrEnum):
    """What the column ``author`` holds."""

    AUTHOR = "author"
    PSEUDONYM = "pseudonym"


class BrokenAnchor(RuntimeError):
    """An annotation does not quote the revision that it marks. No file is better than this row."""


def _column(meaning: _StrPromise) -> Any:
    return field(metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class AnnotationRow:
    """One annotation. The meaning of each column is what the export page prints about it."""

    annotation_id: int = _column(_lazy("The annotation’s id, which never changes."))
    target_id: int = _column(_lazy("The id of the post it marks: the article or a response."))
    target_kind: str = _column(_lazy("What it marks: article or comment (a response)."))
    article_id: int = _column(_lazy("The id of the article it stands under."))
    article_slug: str = _column(_lazy("The article’s name in its address."))
    revision_id: int = _column(_lazy("The id of the revision in which the passage was marked."))
    revision_number: int = _column(_lazy("The number of that revision, counted from 1."))
    text_sha256: str = _column(_lazy("SHA-256 of that revision’s text in UTF-8."))
    start: int = _column(_lazy("Where the passage starts in that text."))
    end: int = _column(
        _lazy("Where it ends; the character at this position is the first left out.")
    )
    unit: str = _column(_lazy("What positions count: always Unicode code points, from 0."))
    quote: str = _column(_lazy("The passage: exactly the text from start to end."))
    prefix: str = _column(_lazy("Up to 32 characters before the passage."))
    suffix: str = _column(_lazy("Up to 32 characters after it."))
    tags: tuple[str, ...] = _column(_lazy("The tags, in the codebook’s order."))
    note: str = _column(_lazy("The note as it reads now, as plain text; may be empty."))
    author: str = _column(
        _lazy(
            "The author’s name when the note was written; or a pseudonym, the same in all "
            "exports of "
            "this site, and former-member for everybody whose account is gone."
        )
    )
    author_id: int | None = _column(
        _lazy("The id of the author’s account; empty with pseudonyms, or when the account is gone.")
    )
    audience: str = _column(
        _lazy("Who may read it: public, or course. Private notes are left out.")
    )
    state: str = _column(
        _lazy(
            "What became of it, or else of the response whose words are the note: published, held, "
            "hidden, removed or withdrawn."
        )
    )
    placement_state: str | None = _column(
        _lazy("How the passage stands in the present text: exact, moved, changed or orphaned.")
    )
    placement_start: int | None = _column(_lazy("Where it starts in the present text."))
    placement_end: int | None = _column(_lazy("Where it ends in the present text."))
    placement_revision_id: int | None = _column(
        _lazy("The id of the present revision of the target.")
    )
    placement_revision_number: int | None = _column(_lazy("The number of that revision."))
    placement_score: float | None = _column(
        _lazy("How much of the passage is left there, from 0 to 1.")
    )
    codebook: str = _column(_lazy("The codebook that the tags are from."))
    codebook_version: int = _column(_lazy("The codebook’s version when the passage was marked."))
    created_at: str = _column(_lazy("When it was made, in UTC."))
    edited_at: str | None = _column(
        _lazy("When the note was last changed, in UTC; empty if never.")
    )
    note_from: int | None = _column(
        _lazy(
            "The id of the response whose words are the note, as they read now; empty where "
            "the note "
            "has words of its own."
        )
    )


COLUMNS = tuple(column.name for column in fields(AnnotationRow))
#: Column → what it means.
DICTIONARY = {column.name: column.metadata["meaning"] for column in fields(AnnotationRow)}


def exported(article: Article, reader: Reader) -> PostQuerySet:
    """The annotations under ``article`` that an export by ``reader`` holds.

    All that ``reader`` may read but private notes, their own among them: a file is passed on.
    """
    return Post.objects.visible_to(reader, replies=False).filter(
        root_id=article.pk,
        kind=Kind.ANNOTATION,
        audience__in=(Audience.PUBLIC, Audience.COURSE),
    )


def annotation_rows(
    article: Article, *, reader: Reader, names: Names = Names.AUTHOR
) -> Iterator[AnnotationRow]:
    """Yield a row for each of ``exported``, in the order of ids, a chunk in memory at a time.

    Raises ``BrokenAnchor`` instead of yielding a row for which ``text[start:end] == quote``
    does not hold. With pseudonyms, authors who have none yet are given one.
    """
    texts = _Texts()
    known: dict[int, str] = {}
    for chunk in _chunks(exported(article, reader)):
        ids = [raw.pk for raw in chunk]
        tags, places = _tags(ids), _places(ids)
        texts.load({raw.annotation__revision for raw in chunk})
        if names is Names.PSEUDONYM:
            known |= pseudonyms_for({raw.author for raw in chunk} - {None} - known.keys())
        for raw in chunk:
            author, author_id = raw.author_name, raw.author
            if names is Names.PSEUDONYM:
                author, author_id = known.get(raw.author, FORMER_MEMBER), None
            marked = texts.holding(raw)
            place = places.get(raw.pk)
            note, written, times = raw.words__text, raw.words__created_at, raw.words__number
            state = raw.state
            if raw.note_from:
                state = raw.note_from__state if state == State.PUBLISHED else state
                note, written, times = raw.said__text, raw.said__created_at, raw.said__number
            yield AnnotationRow(
                annotation_id=raw.pk,
                target_id=raw.parent,
                target_kind=raw.parent__kind,
                article_id=article.pk,
                article_slug=article.slug,
                revision_id=raw.annotation__revision,
                revision_number=marked.number,
                text_sha256=marked.text_sha256,
                start=raw.annotation__start,
                end=raw.annotation__end,
                unit="code points",
                quote=raw.annotation__quote,
                prefix=raw.annotation__prefix,
                suffix=raw.annotation__suffix,
                tags=tuple(tags.get(raw.pk, ())),
                note=note,
                author=author,
                author_id=author_id,
                audience=raw.audience,
                state=state,
                placement_state=place and place.state,
                placement_start=place and place.start,
                placement_end=place and place.end,
                placement_revision_id=place and place.revision,
                placement_revision_number=place and place.revision__number,
                placement_score=place and place.score,
                codebook=raw.annotation__codebook__slug,
                codebook_version=raw.annotation__codebook_version,
                created_at=_utc(raw.created_at),
                edited_at=_utc(written) if times > 1 else None,
                note_from=raw.note_from,
            )


_FIELDS = (
    "pk",
    "parent",
    "parent__kind",
    "author",
    "author_name",
    "audience",
    "state",
    "created_at",
    "annotation__revision",
    "annotation__start",
    "annotation__end",
    "annotation__quote",
    "annotation__prefix",
    "annotation__suffix",
    "annotation__codebook__slug",
    "annotation__codebook_version",
    "note_from",
    "note_from__state",
    "words__text",
    "words__number",
    "words__created_at",
    "said__text",
    "said__number",
    "said__created_at",
)


def _chunks(posts: PostQuerySet) -> Iterator[list[Any]]:
    # By key and not through one open cursor: a reader on a slow line would hold a read
    # transaction open for minutes, and pseudonyms have to be written between two chunks.
    words = FilteredRelation("revisions", condition=Q(revisions__superseded_at=None))
    current = Q(note_from__revisions__superseded_at=None)
    # The words of the response that are the note; whoever reads the note may read them.
    said = FilteredRelation("note_from__revisions", condition=current)
    posts = posts.annotate(words=words, said=said)
    rows = posts.order_by("pk").values_list(*_FIELDS, named=True)
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].pk


def _tags(ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    tagged = AnnotationTag.objects.filter(annotation__in=ids).order_by("tag__position", "tag")
    for annotation, slug in tagged.values_list("annotation", "tag__slug"):
        found.setdefault(annotation, []).append(slug)
    return found


def _places(ids: list[int]) -> dict[int, Any]:
    """Where the annotations ``ids`` stand in the present revisions of what they mark."""
    placed = Placement.objects.filter(annotation__in=ids, revision__superseded_at=None)
    columns = ("annotation", "state", "start", "end", "revision", "revision__number", "score")
    return {place.annotation: place for place in placed.values_list(*columns, named=True)}


class _Texts:
    """The revisions that the chunk at hand marks; what the next one needs again is kept."""

    def __init__(self) -> None:
        # Whoever reads an annotation reads what it quotes. The text around it, which may have been
        # replaced while it was held, is compared, and not handed out.
        self._revisions = Revision.objects.values_list(
            "pk", "number", "text", "text_sha256", named=True
        )
        self._held: dict[int, Any] = {}

    def load(self, ids: set[int]) -> None:
        """Hold the revisions ``ids`` and no others."""
        kept = {pk: revision for pk, revision in self._held.items() if pk in ids}
        missing = ids - kept.keys()
        if missing:
            kept |= {found.pk: found for found in self._revisions.filter(pk__in=missing)}
        for pk in missing & kept.keys():
            if Revision.digest(kept[pk].text) != kept[pk].text_sha256:
                raise BrokenAnchor(f"The text of revision {pk} is not the one that was stored.")
        self._held = kept

    def holding(self, raw: Any) -> Any:
        """The revision that the annotation ``raw`` marks, once its quote is found there."""
        revision = self._held.get(raw.annotation__revision)
        quoted = revision and revision.text[raw.annotation__start : raw.annotation__end]
        if quoted != raw.annotation__quote:
            raise BrokenAnchor(
                f"Annotation {raw.pk} does not quote revision {raw.annotation__revision} "
                f"at [{raw.annotation__start}, {raw.annotation__end})."
            )
        return revision


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"
