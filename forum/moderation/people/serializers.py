"""The shapes of sanctions and of what moderators know about people, in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from forum.accounts.serializers import NameField
from forum.lib.fields import POSITION_LIMIT, Choice, Input, SlugOrNumber, Text, Whole, YesNo
from forum.moderation.models import (
    Appeal,
    Category,
    Misuse,
    Outcome,
    PersonNote,
    Sanction,
    Sanctioning,
    Scope,
)
from forum.moderation.people.reading import Held, OwnStanding
from forum.moderation.people.standing import appeal_until
from forum.moderation.people.statements import reasons


class ScopeSerializer(serializers.Serializer[Sanction]):
    """Where a sanction holds."""

    kind = serializers.ChoiceField(choices=Scope.choices, source="scope")
    course = serializers.CharField(source="course.slug", default=None, allow_null=True)
    article = serializers.CharField(source="article.slug", default=None, allow_null=True)


class FactorsSerializer(serializers.Serializer[Sanction]):
    """What misuse has been weighed by."""

    kind = serializers.ChoiceField(choices=Misuse.choices, source="misuse")
    number = serializers.IntegerField(source="misuse_number")
    of = serializers.IntegerField(source="misuse_of")
    gravity = serializers.CharField()
    intent = serializers.CharField()


class OwnSanctionSerializer(serializers.ModelSerializer[Sanction]):
    """A sanction, as the person who has it may read it."""

    kind = serializers.ChoiceField(choices=Sanctioning.choices)
    scope = ScopeSerializer(source="*")
    rule = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, allow_null=True)
    rule_version = serializers.IntegerField(source="rule.version", default=None, allow_null=True)
    misuse = serializers.SerializerMethodField()
    decision = serializers.IntegerField(
        source="decision_id", allow_null=True, help_text="The decision that led to it."
    )

    class Meta:
        model = Sanction
        fields = [
            "id",
            "kind",
            "scope",
            "rule",
            "rule_version",
            "reason",
            "decision",
            "ground",
            "legal_ground",
            "category",
            "misuse",
            "created_at",
            "expires_at",
            "acknowledged_at",
            "lifted_at",
            "lifted_reason",
            "overturned",
        ]

    def get_misuse(self, sanction: Sanction) -> dict[str, Any] | None:
        return dict(FactorsSerializer(sanction).data) if sanction.misuse else None


class SanctionAppealSerializer(serializers.ModelSerializer[Appeal]):
    """An appeal against a sanction, as its appellant and those who decide it read it."""

    sanction = serializers.IntegerField(source="sanction_id")
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)

    class Meta:
        model = Appeal
        fields = ["id", "sanction", "text", "filed_at", "outcome", "answer", "decided_at"]


class ReasonsSerializer(serializers.Serializer[Sanction]):
    """The statement of reasons of a sanction in words, as its page says it; empty what there is
    nothing to say of."""

    meaning = serializers.CharField(help_text="What it means for you.")
    where = serializers.CharField(help_text="Where it holds.")
    until = serializers.CharField()
    rule = serializers.CharField(help_text="With its version.")
    law = serializers.CharField()
    reason = serializers.CharField()
    misuse = serializers.CharField(help_text="Of what, in the sense of the law.")
    how_often = serializers.CharField()
    gravity = serializers.CharField()
    intent = serializers.CharField()
    how_decided = serializers.CharField()

    def to_representation(self, instance: Sanction) -> dict[str, Any]:
        return super().to_representation(reasons(instance))  # type: ignore[arg-type]  # by name


class HeldSanctionSerializer(serializers.Serializer[Held]):
    """A sanction with whether it holds, and its statement in words."""

    in_force = serializers.BooleanField()
    statement = ReasonsSerializer(source="sanction")
    sanction = OwnSanctionSerializer()
    appeal_until = serializers.SerializerMethodField(help_text="`null`: it is final.")
    appeal = SanctionAppealSerializer(allow_null=True)
    redress = serializers.CharField(help_text="What you can do about it, in words.")

    def get_appeal_until(self, held: Held) -> datetime | None:
        return appeal_until(held.sanction)


class OwnStandingSerializer(serializers.Serializer[OwnStanding]):
    """What is in force against whoever asks, and what was."""

    now = HeldSanctionSerializer(many=True)
    past = HeldSanctionSerializer(many=True, source="past.rows")
    earlier = serializers.SerializerMethodField(
        help_text="What to send as `past` for those before these; `null` where there are none."
    )

    def get_earlier(self, standing: OwnStanding) -> int | None:
        return standing.past.earlier or None


class SanctionSerializer(OwnSanctionSerializer):
    """A sanction as moderators read it."""

    person = NameField(source="person_name")
    moderator = NameField(source="moderator_name")
    approved_by = NameField(source="approved_by_name")
    lifted_by = NameField(source="lifted_by_name")
    proposed = serializers.BooleanField(source="is_proposed")
    in_force = serializers.SerializerMethodField()
    number = serializers.SerializerMethodField(
        help_text="Which of the person's it is; `null` for who moderates a part of the site, whom "
        "it would tell of those elsewhere."
    )
    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)
    instead_of = serializers.IntegerField(
        source="instead_of_id",
        allow_null=True,
        help_text="The one that an appeal has overturned, and put this in the place of.",
    )

    class Meta(OwnSanctionSerializer.Meta):
        fields = [
            *OwnSanctionSerializer.Meta.fields,
            "number",
            "person",
            "moderator",
            "note",
            "proposed",
            "in_force",
            "approved_by",
            "approved_at",
            "lifted_by",
            "replaces",
            "instead_of",
        ]

    def get_in_force(self, sanction: Sanction) -> bool:
        holding: set[int] = self.context["in_force"]
        return sanction.pk in holding

    def get_number(self, sanction: Sanction) -> int | None:
        whole = self.context["request"].user.moderates_site
        return sanction.number if whole else None


class PersonNoteSerializer(serializers.ModelSerializer[PersonNote]):
    """What one moderator told the others about a person."""

    author = NameField(source="author_name")

    class Meta:
        model = PersonNote
        fields = ["id", "author", "text", "created_at"]


class StrikeSerializer(serializers.Serializer[Any]):
    """A removal that stands, and what it weighs."""

    decision = serializers.IntegerField(source="decision.pk")
    weight = serializers.IntegerField()
    at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    counts = serializers.BooleanField()


class ProposalSerializer(serializers.Serializer[Any]):
    """What the record suggests. Nothing is done by it."""

    kind = serializers.ChoiceField(choices=Sanctioning.choices)
    days = serializers.IntegerField(allow_null=True)
    misuse = serializers.CharField(allow_blank=True)
    number = serializers.IntegerField(allow_null=True)
    of = serializers.IntegerField(allow_null=True)


class PersonRecordSerializer(serializers.Serializer[Any]):
    """What moderators know about a person."""

    name = serializers.CharField(source="person.public_name")
    joined_at = serializers.DateTimeField(source="person.date_joined")
    strikes = StrikeSerializer(many=True)
    weight = serializers.IntegerField(help_text="Of the strikes that count.")
    proposals = ProposalSerializer(many=True)
    flags_raised = serializers.IntegerField()
    flags_agreed = serializers.IntegerField()
    flags_disagreed = serializers.IntegerField()
    flags_set_aside = serializers.IntegerField()
    notices_given = serializers.IntegerField(help_text="Of illegal content.")
    notices_unfounded = serializers.IntegerField()
    seen = serializers.IntegerField(help_text="How far it goes: send it with the next sanction.")


class NewSanction(Input):
    kind = Choice(Sanctioning.choices)
    seen = Whole(
        max_value=POSITION_LIMIT,
        help_text="How far you have read their record, as it says; 409 if it goes on by now.",
    )
    days = Whole(required=False, allow_null=True, max_value=POSITION_LIMIT)
    scope = Choice(
        Scope.choices,
        required=False,
        allow_null=True,
        help_text="Unless said, the course or article that is named, or the whole site.",
    )
    course = Text(required=False, allow_null=True, help_text="Its slug.")
    article = Text(required=False, allow_null=True, help_text="Its slug.")
    decision = Whole(
        required=False,
        allow_null=True,
        max_value=POSITION_LIMIT,
        help_text="The decision about what they wrote that led to it.",
    )
    rule = SlugOrNumber(required=False, allow_null=True)
    legal_ground = Text(required=False, allow_null=True, allow_blank=True)
    category = Choice(
        Category.choices,
        required=False,
        allow_null=True,
        help_text="What it is about; what the rule says, or the decision, unless said.",
    )
    reason = Text(allow_blank=True, help_text="The person reads it.")
    note = Text(required=False, allow_null=True, allow_blank=True, help_text="For moderators only.")
    misuse = Choice(Misuse.choices, required=False, allow_null=True)
    number = Whole(required=False, allow_null=True, max_value=POSITION_LIMIT)
    of = Whole(required=False, allow_null=True, max_value=POSITION_LIMIT)
    gravity = Text(required=False, allow_null=True, allow_blank=True)
    intent = Text(required=False, allow_null=True, allow_blank=True)
    meanwhile = YesNo(
        required=False,
        allow_null=True,
        help_text="Of a ban: whether a suspension stands until it is decided. True unless said.",
    )


class NewAppealAgainstSanction(Input):
    text = Text(allow_blank=True, help_text="Why it is wrong.")


class NewAnswer(Input):
    outcome = Choice(Outcome.choices)
    answer = Text(allow_blank=True, help_text="The person reads it.")
    kind = Choice(
        Sanctioning.choices, required=False, help_text="Of `varied`: what is given instead."
    )
    days = Whole(
        required=False,
        allow_null=True,
        max_value=POSITION_LIMIT,
        help_text="For how many days from now.",
    )
    rule = SlugOrNumber(
        required=False, allow_null=True, help_text="Empty: what the sanction rests on."
    )
    reason = Text(
        required=False, allow_blank=True, help_text="Of that; the answer, where it is empty."
    )


class NewNote(Input):
    text = Text(allow_blank=True)


class Lifting(Input):
    reason = Text(allow_blank=True)
    overturned = YesNo(
        required=False,
        allow_null=True,
        help_text="Whether it was wrong from the start: then what it replaced holds again.",
    )


class Approving(Input):
    approve = YesNo()
    reason = Text(
        required=False, allow_null=True, allow_blank=True, help_text="To refuse it needs one."
    )
