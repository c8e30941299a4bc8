"""Sanctions and people's records in the API."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from forum.discussion.lookup import as_id
from forum.lib.api import ApiView, answers, query
from forum.lib.errors import Refused
from forum.moderation.api import rule_called
from forum.moderation.lookup import moderator_of
from forum.moderation.models import PersonNote, Sanction
from forum.moderation.people import acknowledging, approving, lifting, noting, sanctioning
from forum.moderation.people.appealing import appeal_against, decide_sanction_appeal
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.lookup import (
    own_sanction,
    person_for,
    sanction_appeal_for,
    sanction_for,
    told_sanction,
)
from forum.moderation.people.offered import decision_of, place_of
from forum.moderation.people.person_record import record_of
from forum.moderation.people.reading import own_standing, sanctions_within
from forum.moderation.people.serializers import (
    Approving,
    Lifting,
    NewAnswer,
    NewAppealAgainstSanction,
    NewNote,
    NewSanction,
    OwnSanctionSerializer,
    OwnStandingSerializer,
    PersonNoteSerializer,
    PersonRecordSerializer,
    SanctionAppealSerializer,
    SanctionSerializer,
)
from forum.permissions import require

#: What the list of sanctions may be narrowed to.
STATES = ["in-force", "proposed"]
#: What the shape of a sanction needs.
_WITH = ("rule", "course", "article")


class OwnStandingDetail(ApiView):
    @extend_schema(
        parameters=[query("past", "Of what was, go on below this number: the `earlier` before.")],
        responses=answers({200: OwnStandingSerializer}, 400, 401),
    )
    def get(self, request: Request) -> Response:
        """What is in force against you, and what was, the latest first."""
        person = self.person
        asked = request.query_params.get("past", "")
        below = as_id(asked) if asked else 0
        if below is None:
            raise Refused("past", _("This is not the number of a sanction."))
        return self.done(OwnStandingSerializer(own_standing(person, below=below)).data)


class Acknowledgement(ApiView):
    @extend_schema(
        request=None,
        responses=answers({200: OwnSanctionSerializer}, 401, 404, 409, 415),
    )
    def put(self, request: Request, pk: int) -> Response:
        """Say that you have read a warning; then you can post again."""
        sanction = own_sanction(self.person.pk, pk)
        acknowledging.acknowledge(person=self.person, sanction=sanction)
        return self.one(sanction, OwnSanctionSerializer)


class OwnAppealCreate(ApiView):
    @extend_schema(
        request=NewAppealAgainstSanction,
        responses=answers({201: SanctionAppealSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Appeal against a sanction that you have; once, while there is time. Whoever is suspended
        or banned can do so too."""
        sanction = told_sanction(self.person.pk, pk)
        require(request.user, "sanction.appeal", sanction)
        text = self.read(NewAppealAgainstSanction)["text"]
        appeal = appeal_against(sanction=sanction, appellant=self.person, text=text)
        location = reverse("api-standing")
        return self.one(appeal, SanctionAppealSerializer, status=201, location=location)


class SanctionList(ApiView):
    @extend_schema(
        parameters=[query("state", "All, unless one is asked for.", STATES)],
        responses=answers({200: SanctionSerializer(many=True)}, 400, 401, 403),
    )
    def get(self, request: Request) -> Response:
        """Sanctions, the oldest first (moderators of the whole site); none that is your own."""
        require(request.user, "people.list")
        state = self.choice("state", STATES)
        rows = Sanction.objects.exclude(person=self.person)
        if state == "in-force":
            rows = rows.in_force()
        elif state == "proposed":
            rows = rows.proposed()
        return self.page(rows.select_related(*_WITH), SanctionSerializer)

    def context_for(self, rows: list[Any]) -> dict[str, Any]:
        return super().context_for(rows) | {"in_force": _in_force(rows)}


class SanctionView(ApiView):
    """One sanction."""

    def context_for(self, rows: list[Any]) -> dict[str, Any]:
        return super().context_for(rows) | {"in_force": _in_force(rows)}

    def found(self, pk: int) -> Sanction:
        """The sanction ``pk``, if whoever asks may read it."""
        return sanction_for(moderator_of(self.request), pk)


class SanctionDetail(SanctionView):
    @extend_schema(responses=answers({200: SanctionSerializer}, 401, 403, 404))
    def get(self, request: Request, pk: int) -> Response:
        """One sanction (moderators)."""
        return self.one(self.found(pk), SanctionSerializer)


class SanctionAppealDetail(ApiView):
    @extend_schema(responses=answers({200: SanctionAppealSerializer}, 401, 403, 404))
    def get(self, request: Request, pk: int) -> Response:
        """The appeal against a sanction (moderators)."""
        found = sanction_appeal_for(moderator_of(request), pk)
        return self.one(found, SanctionAppealSerializer)

    @extend_schema(
        request=NewAnswer,
        responses=answers({200: SanctionAppealSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Decide an appeal against a sanction: uphold, overturn or vary it."""
        found = sanction_appeal_for(moderator_of(request), pk)
        require(self.person, "sanction.answer", found)
        sent = self.read(NewAnswer)
        rule = rule_called(sent.pop("rule", None))
        decided = decide_sanction_appeal(moderator=self.person, appeal=found, rule=rule, **sent)
        return self.one(decided, SanctionAppealSerializer)


class SanctionLift(SanctionView):
    @extend_schema(
        request=Lifting,
        responses=answers({200: SanctionSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        """End a sanction before its time (moderators)."""
        found = self.found(pk)
        require(request.user, "sanction.lift", found)
        lifting.lift(moderator=self.person, sanction=found, **self.read(Lifting))
        return self.one(found, SanctionSerializer)


class SanctionApproval(SanctionView):
    @extend_schema(
        request=Approving,
        responses=answers({200: SanctionSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Approve a ban that another moderator has proposed, or refuse it."""
        found = self.found(pk)
        require(request.user, "sanction.approve", found)
        sent = self.read(Approving)
        if sent["approve"]:
            approving.approve(moderator=self.person, sanction=found)
        else:
            reason = sent.get("reason", "")
            approving.refuse(moderator=self.person, sanction=found, reason=reason)
        return self.one(found, SanctionSerializer)


class PersonRecord(ApiView):
    @extend_schema(responses=answers({200: PersonRecordSerializer}, 401, 403, 404))
    def get(self, request: Request, username: str) -> Response:
        """What moderators know about a person."""
        person = person_for(moderator_of(request), username, "person.record")
        record = record_of(self.person, person)
        return self.done(PersonRecordSerializer(record).data)


class PersonSanctions(SanctionView):
    @extend_schema(responses=answers({200: SanctionSerializer(many=True)}, 400, 401, 403, 404))
    def get(self, request: Request, username: str) -> Response:
        """The sanctions of a person, the oldest first (moderators: those in their part)."""
        person = person_for(moderator_of(request), username, "person.record")
        rows = Sanction.objects.filter(sanctions_within(self.person), person=person).select_related(
            *_WITH
        )
        return self.page(rows, SanctionSerializer)

    @extend_schema(
        request=NewSanction,
        responses=answers({201: SanctionSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, username: str) -> Response:
        """Sanction a person; a ban is proposed (moderators)."""
        person = person_for(moderator_of(request), username, "person.sanction")
        sent = self.read(NewSanction)
        texts = ("legal_ground", "category", "note", "misuse", "gravity", "intent")
        given = sanctioning.impose(
            moderator=self.person,
            person=person,
            kind=sent["kind"],
            seen=sent["seen"],
            days=sent.get("days"),
            place=place_of(
                self.person,
                sent.get("scope", ""),
                course=sent.get("course", ""),
                article=sent.get("article", ""),
            ),
            grounds=Grounds(
                reason=sent["reason"],
                rule=rule_called(sent.get("rule")),
                decision=decision_of(self.person, person, sent.get("decision")),
                number=sent.get("number"),
                of=sent.get("of"),
                **{name: sent.get(name, "") for name in texts},
            ),
            meanwhile=sent.get("meanwhile", True),
        )
        location = reverse("api-sanction", args=[given.pk])
        return self.one(given, SanctionSerializer, status=201, location=location)


class PersonNotes(ApiView):
    @extend_schema(responses=answers({200: PersonNoteSerializer(many=True)}, 400, 401, 403, 404))
    def get(self, request: Request, username: str) -> Response:
        """What moderators have noted about a person, the oldest first."""
        person = person_for(moderator_of(request), username, "person.note")
        return self.page(PersonNote.objects.filter(person=person), PersonNoteSerializer)

    @extend_schema(
        request=NewNote,
        responses=answers({201: PersonNoteSerializer}, 400, 401, 403, 404, 413, 415),
    )
    def post(self, request: Request, username: str) -> Response:
        """Note something about a person, for the other moderators. It stays."""
        person = person_for(moderator_of(request), username, "person.note")
        text = self.read(NewNote)["text"]
        note = noting.add_note(author=self.person, person=person, text=text)
        return self.one(note, PersonNoteSerializer, status=201)


def _in_force(rows: list[Sanction]) -> set[int]:
    asked = Sanction.objects.in_force().filter(pk__in=[row.pk for row in rows])
    return set(asked.values_list("pk", flat=True))
