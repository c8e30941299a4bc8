"""The shapes of annotations and codebooks in the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from rest_framework import serializers

from annotations.actions import AUDIENCES, QUOTE_LIMIT
from annotations.models import AnnotationTag, Codebook, Placement, PlacementState, Tag
from forum.accounts.models import shown_name
from forum.discussion.models import Audience, Kind, Post, State
from forum.discussion.prepared import PreparedFor
from forum.discussion.serializers import HeldSerializer, NameSerializer, held_as, words_for
from forum.lib.fields import (
    POSITION_LIMIT,
    Anyway,
    Choice,
    Input,
    Text,
    Texts,
    Token,
    Whole,
    moment,
)
from forum.lib.prepared import Prepared

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader, Standing

# What clients send


class NewAnnotation(Input):
    revision = Whole(help_text="The id of the text you read: an article's, or a comment's.")
    start = Whole(max_value=POSITION_LIMIT, help_text="In code points.")
    end = Whole(max_value=POSITION_LIMIT, help_text="In code points; the passage ends before it.")
    quote = Text(max_length=QUOTE_LIMIT, help_text="What stands there; 409 when it does not.")
    tags = Texts(each=60, most=50, help_text="Slugs of the codebook.")
    note = Text(required=False, allow_null=True, allow_blank=True, help_text="Markdown.")
    comment = Whole(
        required=False,
        allow_null=True,
        help_text="The id of your own comment, when it quotes this passage and its words are to be "
        "the note, in place of `note`. Marked once: the same again answers 200.",
    )
    audience = Choice([str(a) for a in AUDIENCES], required=False, allow_null=True)
    token = Token(help_text="Chosen by you: the same again answers 200 with the first annotation.")
    anyway = Anyway()


class AnnotationChange(Input):
    note = Text(allow_blank=True, help_text="Markdown.")
    anyway = Anyway()


# What the site answers


class TargetSerializer(serializers.Serializer[Any]):
    """What was marked: the post, and the revision of it that ``start`` and ``end`` count in."""

    post = serializers.IntegerField()
    revision = serializers.IntegerField()


class PlacementSerializer(serializers.Serializer[Any]):
    """Where an annotation stands in the text as it is now; nowhere when it is orphaned."""

    revision = serializers.IntegerField()
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=PlacementState.choices)
    score = serializers.FloatField(help_text="How sure that is, from 0 to 1.")


class NoteSerializer(serializers.Serializer[Any]):
    html = serializers.CharField()
    text = serializers.CharField()


class AnnotationSerializer(serializers.Serializer[Any]):
    """A passage of one exact text, with tags and a note. Positions are code points."""

    # For the schema alone: ``as_annotations`` makes it, twenty times as fast as this would.
    id = serializers.IntegerField()
    target = TargetSerializer()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    quote = serializers.CharField()
    prefix = serializers.CharField()
    suffix = serializers.CharField()
    tags = serializers.ListField(child=serializers.SlugField())
    note = NoteSerializer(help_text="Of the comment in `note_from`, if any.")
    note_from = serializers.IntegerField(
        allow_null=True, help_text="The comment whose words are the note."
    )
    audience = serializers.ChoiceField(choices=Audience.choices)
    author = NameSerializer()
    state = serializers.ChoiceField(choices=State.choices)
    held = HeldSerializer(allow_null=True)
    placement = PlacementSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    edited = serializers.BooleanField()
    url = serializers.URLField(help_text="Its permalink, for people.")


#: What ``as_annotations`` has to know of an annotation, its own words included.
COLUMNS = (
    "pk",
    "root_id",
    "parent_id",
    "note_from_id",
    "audience",
    "author_name",
    "state",
    "held_for",
    "created_at",
    "annotation__revision_id",
    "annotation__start",
    "annotation__end",
    "annotation__quote",
    "annotation__prefix",
    "annotation__suffix",
    "revisions__mark",
    "revisions__html",
    "revisions__text",
)


def annotations_for(reader: Reader | Standing) -> QuerySet[Post]:
    """The annotations that ``reader`` may read, each with its current words."""
    return Post.objects.visible_to(reader, replies=False).filter(
        kind=Kind.ANNOTATION, revisions__superseded_at=None
    )


def one_annotation(reader: Reader, pk: int) -> list[dict[str, Any]]:
    """For ``as_annotations``: the annotation ``pk``, if ``reader`` may read it. One query."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in _ONE.converted(reader, pk=pk)]


_ONE = PreparedFor(lambda reader, pk: annotations_for(reader).filter(pk=pk).values_list(*COLUMNS))


def as_annotations(
    rows: Sequence[Mapping[str, Any]], reader: Reader, address: Callable[[int], str]
) -> list[dict[str, Any]]:
    """``rows`` of ``COLUMNS``, by rising ids and all under one article, as
    ``AnnotationSerializer`` describes them. Three queries at most.

    ``address`` makes a permalink of an id.
    """
    if not rows:
        return []
    # What is asked for is whole stretches, nearly: between two ids there are few to leave out.
    these = {"article": rows[0]["root_id"], "first": rows[0]["pk"], "last": rows[-1]["pk"]}
    tags, places = _tags_of(these), _places_of(these)
    sources = {row["note_from_id"] for row in rows} - {None}
    said_elsewhere = words_for(reader, sources, replies=False) if sources else {}
    shaped = []
    for row in rows:
        pk, source = row["pk"], row["note_from_id"]
        mark, html, text = (
            row["revisions__mark"],
            row["revisions__html"],
            row["revisions__text"],
        )
        if source is not None:
            words = said_elsewhere.get(source)
            mark, html, text = words[1:4] if words else (0, "", "")
        shaped.append(
            {
                "id": pk,
                "target": {"post": row["parent_id"], "revision": row["annotation__revision_id"]},
                "start": row["annotation__start"],
                "end": row["annotation__end"],
                "quote": row["annotation__quote"],
                "prefix": row["annotation__prefix"],
                "suffix": row["annotation__suffix"],
                "tags": tags.get(pk, []),
                "note": {"html": html, "text": text},
                "note_from": source,
                "audience": row["audience"],
                "author": {"name": shown_name(row["author_name"])},
                "state": row["state"],
                "held": held_as(row["held_for"]),
                "placement": places.get(pk),
                "created_at": moment(row["created_at"]),
                "edited": mark > 0,
                "url": address(pk),
            }
        )
    return shaped


def _tags_of(these: Mapping[str, int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for annotation, slug in _WORN.rows(**these):
        found.setdefault(annotation, []).append(slug)
    return found


_WORN = Prepared(
    lambda article, first, last: (
        AnnotationTag.objects.filter(
            annotation__post__root=article, annotation__gte=first, annotation__lte=last
        )
        .order_by("tag__position", "tag_id")
        .values_list("annotation_id", "tag__slug")
    )
)


def _places_of(these: Mapping[str, int]) -> dict[int, dict[str, Any]]:
    """Where each stands in the text as it is now."""
    return {
        annotation: {
            "revision": revision,
            "start": start,
            "end": end,
            "state": state,
            "score": score,
        }
        for annotation, revision, start, end, state, score in _PLACES.rows(**these)
    }


_PLACES = Prepared(
    lambda article, first, last: Placement.objects.filter(
        annotation__post__root=article,
        annotation__gte=first,
        annotation__lte=last,
        revision__superseded_at=None,
    ).values_list("annotation_id", "revision_id", "start", "end", "state", "score")
)


class TagSerializer(serializers.ModelSerializer[Tag]):
    retired = serializers.SerializerMethodField(help_text="Not for new annotations any more.")

    class Meta:
        model = Tag
        fields = [
            "slug",
            "label",
            "short",
            "definition",
            "use_when",
            "avoid_when",
            "example",
            "colour",
            "retired",
        ]

    def get_retired(self, tag: Tag) -> bool:
        return tag.retired_at is not None


class CodebookSerializer(serializers.ModelSerializer[Codebook]):
    tags = TagSerializer(many=True)

    class Meta:
        model = Codebook
        fields = [
            "id",
            "slug",
            "name",
            "description",
            "max_tags",
            "version",
            "is_default",
            "tags",
        ]
