"""The queue in the API: what waits, the most urgent first, narrowed as on its page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from forum.courses.models import Course
from forum.discussion.models import Article
from forum.lib.api import ApiView, answers, query
from forum.lib.errors import Refused
from forum.moderation.models import CaseKind, CaseState, FlagReason, Queue
from forum.moderation.queue.forms import AGES, QueueFilter
from forum.moderation.queue.listing import TABS, Place, QueueRow, queue_page
from forum.permissions import require


class QueueRowSerializer(serializers.Serializer[QueueRow]):
    """One case of the queue."""

    id = serializers.IntegerField(source="case.pk")
    version = serializers.IntegerField(source="case.version", help_text="To decide it as it is.")
    state = serializers.ChoiceField(source="case.state", choices=CaseState.choices)
    queue = serializers.ChoiceField(source="case.queue", choices=Queue.choices)
    kind = serializers.ChoiceField(source="case.kind", choices=CaseKind.choices)
    post = serializers.IntegerField(source="case.post_id")
    excerpt = serializers.CharField(help_text="How its words begin.")
    flags = serializers.SerializerMethodField(help_text="How many flags there are.")
    held = serializers.CharField(help_text="Why it waits without a flag; empty if it does not.")
    points = serializers.FloatField(help_text="As it came; `/cases/ID/priority/` itemises them.")
    waits_since = serializers.DateTimeField(source="case.waits_since")
    claimed_by = serializers.CharField(
        source="claimant.public_name", default="", help_text="Who is deciding it now, if anybody."
    )

    def get_flags(self, row: QueueRow) -> int:
        return sum(number for _reason, number in row.reasons)


class QueuePageSerializer(serializers.Serializer[Any]):
    """A page of the queue. Each begins where the one before ended."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = QueueRowSerializer(many=True)


class QueueList(ApiView):
    @extend_schema(
        parameters=[
            query("tab", "Which part of it; `reported` unless said.", list(map(str, TABS))),
            query("kind", "What it is about.", CaseKind.values),
            query("reason", "Why it was flagged.", FlagReason.values),
            query("article", "The slug of the article that it hangs on."),
            query("course", "The slug of the course that it is for."),
            query("rule", "The slug of the rule of the last decision that stands."),
            query("author", "The user name of who wrote it."),
            query("age", "How long it waits, in days.", [value for value, _said in AGES if value]),
            query("after", "A place in the queue, as `next` has it."),
            query("before", "A place in the queue, as `previous` has it."),
        ],
        responses=answers({200: QueuePageSerializer}, 400, 401, 403),
    )
    def get(self, request: Request) -> Response:
        """The queue, the most urgent first (moderators)."""
        require(request.user, "case.list")
        wanted = self._filter(request).wanted()
        after, before = self._place("after"), self._place("before")
        page = queue_page(self.person, wanted, after=after, before=before)
        found = {
            "next": self._link("after", page.after),
            "previous": self._link("before", page.before),
            "results": page.rows,
        }
        return self.one(found, QueuePageSerializer)

    def _filter(self, request: Request) -> QueueFilter:
        """What it is narrowed to. Raises ``Refused`` naming what is not known."""
        asked: dict[str, Any] = {"tab": self.choice("tab", list(map(str, TABS)))}
        for name in QueueFilter.base_fields:
            asked[name] = request.query_params.get(name, "")
        for name, model in (("article", Article), ("course", Course)):
            if slug := asked[name]:
                # What is not there is refused as what one may not see: by the form.
                asked[name] = model.objects.filter(slug=slug).values_list("pk", flat=True).first()
                asked[name] = asked[name] or slug
        narrowed = QueueFilter(asked, moderator=self.person)
        for name in narrowed.errors:
            raise Refused(name, _("There is nothing of this name that the queue knows."))
        return narrowed

    def _place(self, name: str) -> Place | None:
        written = self.request.query_params.get(name, "")
        place = Place.parse(written) if written else None
        if written and place is None:
            raise Refused(name, _("This is no place in the queue; start from the first page."))
        return place

    def _link(self, name: str, place: Place | None) -> str | None:
        if place is None:
            return None
        bare = self.request.build_absolute_uri()
        for other in ("after", "before"):
            bare = remove_query_param(bare, other)
        return str(replace_query_param(bare, name, str(place)))
