"""The shapes of flags, cases, decisions and rules in the API."""

from __future__ import annotations

from typing import TypedDict

from rest_framework import serializers

from forum.discussion.models import Kind, Post, State
from forum.discussion.serializers import words_of
from forum.lib.fields import Choice, Input, SlugOrNumber, Text, Whole
from forum.moderation.models import (
    Action,
    Case,
    CaseEvent,
    CaseState,
    Decision,
    EventKind,
    Flag,
    FlagReason,
    Rule,
)

# What clients send


class NewFlag(Input):
    reason = Choice(FlagReason.choices)
    note = Text(required=False, allow_null=True, allow_blank=True)


class NewDecision(Input):
    action = Choice(Action.choices)
    version = Whole(help_text="The version of the case that you read; 409 when it is not the last.")
    rule = SlugOrNumber(
        required=False, allow_null=True, help_text="Its slug or its number. A removal needs one."
    )
    reason = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="For the author and the flaggers. A removal needs one.",
    )
    note = Text(required=False, allow_null=True, allow_blank=True, help_text="For moderators only.")


class Reopening(Input):
    version = Whole()
    reason = Text(allow_blank=True)


# What the site answers


class FlagSerializer(serializers.ModelSerializer[Flag]):
    """One person's flag, as that person gets it back."""

    revision = serializers.IntegerField(source="revision_id", help_text="What was flagged.")

    class Meta:
        model = Flag
        fields = ["id", "reason", "note", "revision", "created_at"]


class ModeratorFlagSerializer(FlagSerializer):
    """A flag as moderators see it."""

    case = serializers.IntegerField(
        source="case_id", required=False, help_text="For moderators only."
    )

    class Meta(FlagSerializer.Meta):
        fields = [*FlagSerializer.Meta.fields, "case"]


class FlaggerSerializer(serializers.Serializer[Flag]):
    name = serializers.CharField(source="flagger_name")


class ModeratorSerializer(serializers.Serializer[Decision]):
    name = serializers.CharField(source="moderator_name")


class ActorSerializer(serializers.Serializer[CaseEvent]):
    name = serializers.CharField(source="actor_name")


class CaseFlagSerializer(FlagSerializer):
    """A flag in its case."""

    flagger = FlaggerSerializer(source="*")

    class Meta(FlagSerializer.Meta):
        fields = [*FlagSerializer.Meta.fields, "flagger"]


class RuleSerializer(serializers.ModelSerializer[Rule]):
    class Meta:
        model = Rule
        fields = ["id", "number", "slug", "version", "title", "text"]


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    action = serializers.ChoiceField(choices=Action.choices)
    rule = serializers.SlugRelatedField[Rule](slug_field="slug", read_only=True, allow_null=True)
    revision = serializers.IntegerField(source="revision_id", help_text="What was decided about.")
    moderator = ModeratorSerializer(source="*")
    state_before = serializers.ChoiceField(choices=State.choices)
    state_after = serializers.ChoiceField(choices=State.choices)

    class Meta:
        model = Decision
        fields = [
            "id",
            "action",
            "rule",
            "reason",
            "note",
            "revision",
            "moderator",
            "state_before",
            "state_after",
            "created_at",
        ]


class AuthorSerializer(serializers.Serializer[Post]):
    name = serializers.CharField(source="author_name")


class CasePostSerializer(serializers.ModelSerializer[Post]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.ChoiceField(choices=State.choices)
    article = serializers.IntegerField(source="article_id")
    note = serializers.IntegerField(
        source="note_id", allow_null=True, help_text="The annotation that it replies to."
    )
    author = AuthorSerializer(source="*")
    revision = serializers.SerializerMethodField(help_text="The id of its current text.")
    text = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="Its permalink, for people.")

    class Meta:
        model = Post
        fields = ["id", "kind", "state", "article", "note", "author", "revision", "text", "url"]

    def get_revision(self, post: Post) -> int | None:
        words = words_of(post)
        return words.pk if words else None

    def get_text(self, post: Post) -> str:
        words = words_of(post.note_from or post)
        return words.text if words else ""

    def get_url(self, post: Post) -> str:
        return str(self.context["request"].build_absolute_uri(post.get_absolute_url()))


class CaseSerializer(serializers.ModelSerializer[Case]):
    version = serializers.IntegerField(help_text="Grows with everything that happens in it.")
    state = serializers.ChoiceField(choices=CaseState.choices)
    post = CasePostSerializer()
    flags = CaseFlagSerializer(many=True)
    decisions = DecisionSerializer(many=True)

    class Meta:
        model = Case
        fields = ["id", "version", "state", "post", "flags", "decisions", "opened_at"]


class EventSerializer(serializers.ModelSerializer[CaseEvent]):
    """One line of a case's log."""

    kind = serializers.ChoiceField(choices=EventKind.choices)
    actor = ActorSerializer(source="*")

    class Meta:
        model = CaseEvent
        fields = ["id", "kind", "actor", "detail", "created_at"]


class CaseDetailSerializer(CaseSerializer):
    """A case with its log."""

    events = EventSerializer(many=True)

    class Meta(CaseSerializer.Meta):
        fields = [*CaseSerializer.Meta.fields, "events"]


class CaseNow(TypedDict):
    id: int
    version: int
    state: str


class DecidedSerializer(DecisionSerializer):
    """A decision, and what it made of the case."""

    case = serializers.SerializerMethodField()

    class Meta(DecisionSerializer.Meta):
        fields = [*DecisionSerializer.Meta.fields, "case"]

    def get_case(self, decision: Decision) -> CaseNow:
        case = decision.case
        return {"id": case.pk, "version": case.version, "state": case.state}
