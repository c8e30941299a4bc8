"""The shapes of flags, cases, decisions and rules in the API."""

from __future__ import annotations

from typing import Any, TypedDict

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from forum.accounts.serializers import NameField
from forum.discussion.holding import OF_ELSEWHERE
from forum.discussion.models import Kind, Post, State
from forum.discussion.serializers import words_of
from forum.lib.api import ProblemSerializer
from forum.lib.diff import Change, Segment
from forum.lib.fields import Choice, Input, SlugOrNumber, Text, Texts, Whole, YesNo
from forum.moderation.deciding import LABELLED
from forum.moderation.models import (
    Action,
    Basis,
    Case,
    CaseState,
    Category,
    Decision,
    Event,
    EventKind,
    Flag,
    FlagReason,
    FlagSetAside,
    Rule,
)
from forum.moderation.queue.changes import Changes
from forum.moderation.reviewed import review_for

_SEEN_EVENT = (
    "The id of the last event of the log that you read; a 409 tells what came after. Without it, "
    "the last decision."
)
_SEEN_REVISION = "The id of the text that you read; a 409 tells how the present one differs."

# What clients send


class NewFlag(Input):
    reason = Choice(FlagReason.choices)
    note = Text(required=False, allow_null=True, allow_blank=True)


class NewDecision(Input):
    action = Choice(LABELLED)
    version = Whole(help_text="The version of the case that you read; 409 when it is not the last.")
    rule = SlugOrNumber(
        required=False,
        allow_null=True,
        help_text="Its slug or number. A restriction needs one.",
    )
    reason = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="For the author and the flaggers. A restriction needs one.",
    )
    note = Text(required=False, allow_null=True, allow_blank=True, help_text="For moderators only.")
    tags = Texts(
        each=60,
        most=50,
        required=False,
        help_text="Of `retag`: the slugs of the tags that it gets.",
    )
    hide = YesNo(
        required=False, help_text="Of `ask-revision`: hide it until its author has changed it."
    )
    legal_ground = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="The law that a restriction rests on, if it rests on one.",
    )
    category = Choice(
        Category.choices,
        required=False,
        help_text="What a restriction is about, where it is not what its rule is about.",
    )
    seen_event = Whole(required=False, help_text=_SEEN_EVENT)
    seen_revision = Whole(required=False, help_text=_SEEN_REVISION)


class Reopening(Input):
    version = Whole()
    reason = Text(allow_blank=True)
    seen_event = Whole(required=False, help_text=_SEEN_EVENT)
    seen_revision = Whole(required=False, help_text=_SEEN_REVISION)


# What the site answers


class ReviewSerializer(serializers.ModelSerializer[Decision]):
    """That words were reviewed and stay, as whoever flags them is told."""

    rule = serializers.SlugRelatedField[Rule](slug_field="slug", read_only=True, allow_null=True)

    class Meta:
        model = Decision
        fields = ["created_at", "rule", "reason"]


class FlagSerializer(serializers.ModelSerializer[Flag]):
    """One person's flag, as that person gets it back."""

    revision = serializers.IntegerField(source="revision_id", help_text="What was flagged.")
    counts = serializers.SerializerMethodField(
        help_text="False where the flags of this person are set aside."
    )

    review = serializers.SerializerMethodField(
        help_text="Where a moderator has let these very words stand: when, by which rule, and why. "
        "It holds until they change; notice of what is illegal is given apart."
    )

    class Meta:
        model = Flag
        fields = ["id", "reason", "note", "revision", "created_at", "counts", "review"]

    def get_counts(self, flag: Flag | FlagSetAside) -> bool:
        return isinstance(flag, Flag)

    @extend_schema_field(ReviewSerializer(allow_null=True))
    def get_review(self, flag: Flag | FlagSetAside) -> dict[str, object] | None:
        review = review_for(flag)
        return dict(ReviewSerializer(review).data) if review else None


class ModeratorFlagSerializer(FlagSerializer):
    """A flag as moderators see it."""

    case = serializers.IntegerField(
        source="case_id", required=False, help_text="For moderators only."
    )

    class Meta(FlagSerializer.Meta):
        fields = [*FlagSerializer.Meta.fields, "case"]


class FlaggerSerializer(serializers.Serializer[Flag]):
    name = NameField(source="flagger_name")


class ModeratorSerializer(serializers.Serializer[Decision]):
    name = NameField(source="moderator_name")


class ActorSerializer(serializers.Serializer[Event]):
    name = NameField(source="actor_name")


class CaseFlagSerializer(FlagSerializer):
    """A flag in its case, which says itself what was decided."""

    flagger = FlaggerSerializer(source="*")

    class Meta(FlagSerializer.Meta):
        fields = [*(name for name in FlagSerializer.Meta.fields if name != "review"), "flagger"]

    review = None  # type: ignore[assignment]  # a field that it has not


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
    basis = serializers.ChoiceField(choices=Basis.choices, help_text="On what occasion.")
    overrides = serializers.IntegerField(
        source="overrides_id",
        allow_null=True,
        help_text="The decision that it turns back, or that an appeal was against.",
    )
    effect = serializers.SerializerMethodField(
        help_text="What it changed beside the state, by name: before and after."
    )

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
            "basis",
            "overrides",
            "legal_ground",
            "category",
            "effect",
            "created_at",
        ]

    def get_effect(self, decision: Decision) -> dict[str, list[Any]]:
        effect: dict[str, list[Any]] = decision.effect
        if self.context["request"].user.moderates_site:
            return effect
        # Why it waited may say what its author did elsewhere.
        return {
            name: ["check" if value in OF_ELSEWHERE else value for value in values]
            if name == "held_for"
            else values
            for name, values in effect.items()
        }


class AuthorSerializer(serializers.Serializer[Post]):
    name = NameField(source="author_name")


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


class EventSerializer(serializers.ModelSerializer[Event]):
    """One line of a case's log."""

    kind = serializers.ChoiceField(choices=EventKind.choices)
    actor = ActorSerializer(source="*")

    class Meta:
        model = Event
        fields = ["id", "kind", "actor", "detail", "created_at"]


class TextChangeSerializer(serializers.Serializer[Segment]):
    """A stretch of the text; the parts that are not `added`, one after the other, are what you
    read. A `gap` stands for much that is the same."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in Change])
    text = serializers.CharField(trim_whitespace=False)


class ChangesSerializer(serializers.Serializer[Changes]):
    """What has happened in a case since it was read."""

    decision = DecisionSerializer(allow_null=True, help_text="The last; null if there is none.")
    events = EventSerializer(many=True, help_text="Of the log, the oldest first.")
    text = TextChangeSerializer(many=True, help_text="Empty where the words are the same.")


class StaleCaseSerializer(ProblemSerializer):
    """Why a case could not be decided as it was read: what has happened since, and who has it."""

    version = serializers.IntegerField(required=False, help_text="The present one.")
    state = serializers.ChoiceField(choices=CaseState.choices, required=False)
    claimed_by = serializers.CharField(
        required=False, help_text="Who is deciding it, if somebody else is."
    )
    post_state = serializers.ChoiceField(
        choices=State.choices, required=False, help_text="Where the action makes no sense any more."
    )
    changes = ChangesSerializer(required=False)


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
