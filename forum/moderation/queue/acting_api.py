"""What moderators do in the queue, in the API: claim a case, and take back what they decided."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forum.lib.api import ApiView, answers
from forum.lib.errors import Conflict, NotFound
from forum.lib.fields import Input, Text
from forum.moderation.lookup import case_for, moderator_of
from forum.moderation.models import Basis, Case, Decision
from forum.moderation.queue import claims
from forum.moderation.queue.leases import claimant_of
from forum.moderation.reversing import reverse as turn_back
from forum.moderation.serializers import DecidedSerializer
from forum.permissions import require


class NewClaim(Input):
    take_over_from = Text(
        required=False,
        allow_null=True,
        help_text="The user name of whoever has it: it is taken from them, which the log says.",
    )


class NewUndo(Input):
    reason = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="Those read it who had heard of what is taken back.",
    )


class ClaimSerializer(serializers.Serializer[Case]):
    """Who is deciding a case, until when."""

    case = serializers.IntegerField(source="pk")
    version = serializers.IntegerField()
    claimed_by = serializers.CharField(source="claimed_by.public_name")
    ends = serializers.DateTimeField(source="claim_expires_at")


class CaseClaim(ApiView):
    @extend_schema(
        request=NewClaim,
        responses=answers({200: ClaimSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def put(self, request: Request, pk: int) -> Response:
        """Claim a case for ten minutes, or go on having it (moderators).

        409 while somebody else has it (`claimed_by`), unless you take it over from them."""
        case = case_for(moderator_of(request), pk, "case.decide")
        other = self.read(NewClaim).get("take_over_from")
        if other:
            before = claimant_of(case)
            if before is None or before.username != other:
                raise Conflict(_("This case has changed since you opened it; look at it again."))
            claims.take_over(moderator=self.person, case=case, claimant=before.pk)
        else:
            claims.claim(moderator=self.person, case=case)
        return self.one(case, ClaimSerializer)

    @extend_schema(request=None, responses=answers({204: None}, 401, 403, 404))
    def delete(self, request: Request, pk: int) -> Response:
        """Give up a claim; without one nothing happens (moderators)."""
        case = case_for(moderator_of(request), pk, "case.decide")
        claims.release(moderator=self.person, case=case)
        return Response(status=204)


class DecisionUndo(ApiView):
    @extend_schema(
        request=NewUndo,
        responses=answers({201: DecidedSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take back what you decided less than ten minutes ago: exactly what it changed.

        409 where something else has changed since, which it says."""
        moderator = moderator_of(request)
        found = Decision.objects.select_related("case__post", "moderator").filter(pk=pk).first()
        if found is None:
            raise NotFound(_("There is no such decision."))
        require(moderator, "case.read", found.case)
        made = turn_back(
            decision=found,
            moderator=moderator,
            basis=Basis.UNDO,
            reason=self.read(NewUndo).get("reason") or "",
        )
        location = reverse("api-case", args=[made.case_id])
        return self.one(made, DecidedSerializer, status=201, location=location)
