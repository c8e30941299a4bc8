"""The shapes of annotations and codebooks in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.actions import AUDIENCES, QUOTE_LIMIT
from annotations.models import Codebook, Placement, PlacementState, Tag
from forum.discussion.models import Audience, Kind, Post, State
from forum.discussion.serializers import NameSerializer, with_words, words_of
from forum.lib.fields import POSITION_LIMIT, Choice, Input, Text, Texts, Whole

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

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
    token = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=64,
        help_text="Chosen by you: the same again answers 200 with the first annotation.",
    )


class AnnotationChange(Input):
    note = Text(allow_blank=True, help_text="Markdown.")


# What the site answers


class TargetSerializer(serializers.Serializer[Post]):
    """What was marked: the post, and the revision of it that ``start`` and ``end`` count in."""

    post = serializers.IntegerField(source="parent_id")
    revision = serializers.IntegerField(source="annotation.revision_id")


class PlacementSerializer(serializers.ModelSerializer[Placement]):
    """Where an annotation stands in the text as it is now; nowhere when it is orphaned."""

    revision = serializers.IntegerField(source="revision_id")
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(choices=PlacementState.choices)
    score = serializers.FloatField(help_text="How sure that is, from 0 to 1.")

    class Meta:
        model = Placement
        fields = ["revision", "start", "end", "state", "score"]


class Note(TypedDict):
    html: str
    text: str


class AnnotationSerializer(serializers.ModelSerializer[Post]):
    """A passage of one exact text, with tags and a note. Positions are code points."""

    target = TargetSerializer(source="*")
    start = serializers.IntegerField(source="annotation.start")
    end = serializers.IntegerField(source="annotation.end")
    quote = serializers.CharField(source="annotation.quote")
    prefix = serializers.CharField(source="annotation.prefix")
    suffix = serializers.CharField(source="annotation.suffix")
    tags = serializers.SlugRelatedField[Tag](
        source="annotation.tags", slug_field="slug", many=True, read_only=True
    )
    note = serializers.SerializerMethodField(help_text="Of the comment in `note_from`, if any.")
    note_from = serializers.IntegerField(
        source="note_from_id", allow_null=True, help_text="The comment whose words are the note."
    )
    audience = serializers.ChoiceField(choices=Audience.choices)
    author = NameSerializer(source="*")
    state = serializers.ChoiceField(choices=State.choices)
    placement = serializers.SerializerMethodField()
    edited = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="Its permalink, for people.")

    class Meta:
        model = Post
        fields = [
            "id",
            "target",
            "start",
            "end",
            "quote",
            "prefix",
            "suffix",
            "tags",
            "note",
            "note_from",
            "audience",
            "author",
            "state",
            "placement",
            "created_at",
            "edited",
            "url",
        ]

    def get_note(self, post: Post) -> Note:
        words = words_of(post.note_from or post)
        return {"html": words.html, "text": words.text} if words else {"html": "", "text": ""}

    @extend_schema_field(PlacementSerializer(allow_null=True))
    def get_placement(self, post: Post) -> dict[str, object] | None:
        found: list[Placement] = vars(post.annotation)["present"]
        return dict(PlacementSerializer(found[0]).data) if found else None

    def get_edited(self, post: Post) -> bool:
        words = words_of(post.note_from or post)
        return words is not None and words.number > 1

    def get_url(self, post: Post) -> str:
        return str(self.context["request"].build_absolute_uri(post.get_absolute_url()))


def annotations_for(reader: Reader) -> QuerySet[Post]:
    """The annotations that ``reader`` may read, with everything the shape needs."""
    present = Placement.objects.filter(revision__superseded_at=None)
    return (
        Post.objects.visible_to(reader, replies=False)
        .filter(kind=Kind.ANNOTATION)
        .select_related("annotation", "note_from")
        .prefetch_related(
            with_words(reader, replies=False),
            with_words(reader, "note_from__revisions", replies=False),
            "annotation__tags",
            Prefetch("annotation__placements", queryset=present, to_attr="present"),
        )
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
