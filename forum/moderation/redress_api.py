"""Decisions and appeals in the API, for those whom they concern."""

from __future__ import annotations

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forum.lib.api import ApiView, answers
from forum.lib.fields import Choice, Input, SlugOrNumber, Text, Texts, YesNo
from forum.moderation.api import rule_called
from forum.moderation.appealing import decide_appeal, file_appeal
from forum.moderation.deciding import LABELLED
from forum.moderation.lookup import appeal_for, decision_for, moderator_of
from forum.moderation.models import Action, Appeal, Ground, Outcome, Party
from forum.moderation.serializers import RuleSerializer
from forum.moderation.standing import party_of
from forum.moderation.statement import Statement, how_decided, how_to_appeal, statement_of
from forum.permissions import require


class NewAppeal(Input):
    text = Text(allow_blank=True, help_text="Why the decision is wrong.")


class NewAppealDecision(Input):
    outcome = Choice(Outcome.choices)
    answer = Text(allow_blank=True, help_text="Everybody whom the decision concerns reads it.")
    action = Choice(LABELLED, required=False, help_text="Of `varied`: what is decided instead.")
    rule = SlugOrNumber(required=False, allow_null=True, help_text="What that rests on.")
    reason = Text(
        required=False, allow_blank=True, help_text="Of that; the answer, where it is empty."
    )
    tags = Texts(each=60, most=50, required=False)
    hide = YesNo(required=False)
    legal_ground = Text(required=False, allow_blank=True)
    category = Text(required=False, allow_blank=True, help_text="As when a case is decided.")


class AppealSerializer(serializers.ModelSerializer[Appeal]):
    """An appeal, as its appellant and those who decide it read it."""

    decision = serializers.IntegerField(source="decision_id")
    party = serializers.ChoiceField(choices=Party.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    result = serializers.IntegerField(
        source="result_id", allow_null=True, help_text="What was decided instead."
    )

    class Meta:
        model = Appeal
        fields = [
            *("id", "decision", "party", "text", "filed_at", "outcome", "answer", "decided_at"),
            "result",
        ]


class StatementSerializer(serializers.Serializer[Statement]):
    """A statement of reasons."""

    id = serializers.IntegerField(source="decision.pk")
    action = serializers.ChoiceField(source="decision.action", choices=Action.choices)
    about = serializers.CharField(help_text="What it is about, in words.")
    done = serializers.CharField(help_text="What was done, in words.")
    decided_at = serializers.DateTimeField(source="at")
    revision = serializers.IntegerField(source="revision.pk")
    text = serializers.CharField(source="revision.text", help_text="The words it is about.")
    facts = serializers.CharField()
    rule = RuleSerializer(allow_null=True)
    ground = serializers.ChoiceField(
        source="decision.ground",
        choices=Ground.choices,
        allow_blank=True,
        help_text="Empty where nothing is restricted.",
    )
    rests_on = serializers.CharField(source="ground", help_text="The same, in words.")
    legal_ground = serializers.CharField()
    reason = serializers.CharField()
    found_automatically = serializers.BooleanField()
    decided_automatically = serializers.BooleanField()
    how_decided = serializers.SerializerMethodField()
    territory = serializers.CharField()
    duration = serializers.CharField()
    stands = serializers.BooleanField(help_text="Whether nothing has been decided since.")
    appeal_until = serializers.DateTimeField(allow_null=True)
    how_to_appeal = serializers.SerializerMethodField()
    appeal = serializers.SerializerMethodField(help_text="The id of your own, if there is one.")
    url = serializers.SerializerMethodField(help_text="Its page, for people.")

    def get_how_decided(self, statement: Statement) -> str:
        return how_decided(statement)

    def get_how_to_appeal(self, statement: Statement) -> str:
        return how_to_appeal(statement)

    def get_appeal(self, statement: Statement) -> int | None:
        person = self.context["request"].user
        own = statement.decision.appeals.filter(appellant=person)
        return own.values_list("pk", flat=True).first()

    def get_url(self, statement: Statement) -> str:
        return str(self.context["request"].build_absolute_uri(statement.path))


class DecisionDetail(ApiView):
    @extend_schema(responses=answers({200: StatementSerializer}, 401, 404))
    def get(self, request: Request, pk: int) -> Response:
        """A decision with its reasons, for those whom it concerns."""
        found = decision_for(request.user, pk)
        said = statement_of(found, party_of(request.user, found), request.user)
        return self.one(said, StatementSerializer)


class AppealCreate(ApiView):
    @extend_schema(
        request=NewAppeal,
        responses=answers({201: AppealSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Appeal against a decision; once, while it stands and there is time."""
        found = decision_for(request.user, pk)
        require(request.user, "appeal.file", found)
        sent = self.read(NewAppeal)
        appeal = file_appeal(decision=found, appellant=self.person, text=sent["text"])
        location = reverse("api-decision", args=[found.pk])
        return self.one(appeal, AppealSerializer, status=201, location=location)


class AppealDetail(ApiView):
    @extend_schema(responses=answers({200: AppealSerializer}, 401, 403, 404))
    def get(self, request: Request, pk: int) -> Response:
        """One appeal (moderators)."""
        return self.one(appeal_for(moderator_of(request), pk), AppealSerializer)

    @extend_schema(
        request=NewAppealDecision,
        responses=answers({200: AppealSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Decide an appeal: uphold, overturn, or vary what was decided."""
        found = appeal_for(moderator_of(request), pk)
        require(self.person, "appeal.decide", found)
        sent = self.read(NewAppealDecision)
        taken = ("action", "reason", "tags", "hide", "legal_ground", "category")
        decided = decide_appeal(
            moderator=self.person,
            appeal=found,
            outcome=sent["outcome"],
            answer=sent["answer"],
            rule=rule_called(sent.get("rule")),
            **{name: sent[name] for name in taken if name in sent},
        )
        return self.one(decided, AppealSerializer)
