"""Comments in the API, with what they quote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import PlacementState, QuotationPlacement
from forum.discussion import api
from forum.discussion import serializers as shapes
from forum.discussion.lookup import get_post_for
from forum.discussion.models import Kind, Post, Revision
from forum.discussion.serializers import words_of
from forum.lib.api import answers

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


class QuoteSerializer(serializers.Serializer[dict[str, Any]]):
    """A stretch of a comment's present text that quotes another text. Positions are code points.

    ``revision``, ``start`` and ``end`` say where the passage stands in that text as it is now;
    orphaned, where it stood in the revision that was quoted.
    """

    post = serializers.IntegerField(help_text="What is quoted: the article, or another comment.")
    revision = serializers.IntegerField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    comment_start = serializers.IntegerField()
    comment_end = serializers.IntegerField()
    score = serializers.FloatField(
        help_text="How alike the two were when the comment was written, from 0 to 1."
    )
    state = serializers.ChoiceField(choices=PlacementState.choices)


class CommentSerializer(shapes.CommentSerializer):
    quotes = serializers.SerializerMethodField(help_text="What its present text quotes, in order.")

    class Meta(shapes.CommentSerializer.Meta):
        fields = [*shapes.CommentSerializer.Meta.fields, "quotes"]

    @extend_schema_field(QuoteSerializer(many=True))
    def get_quotes(self, post: Post) -> list[dict[str, Any]]:
        words = words_of(post)
        quotes: dict[int, list[dict[str, Any]]] = self.context["quotes"]
        return quotes.get(words.pk, []) if words else []


class _Quoting(api.CommentView):
    shape = CommentSerializer

    def context_for(self, rows: list[Any]) -> dict[str, Any]:
        words = [revision.pk for post in rows if (revision := words_of(post))]
        return super().context_for(rows) | {"quotes": quotes_in(words, self.request.user)}


@extend_schema_view(
    get=extend_schema(responses=answers({200: CommentSerializer(many=True)}, 400, 401, 404)),
    post=extend_schema(
        responses=answers(
            {201: CommentSerializer, 200: CommentSerializer}, 400, 401, 403, 404, 409, 413, 415
        )
    ),
)
class CommentList(_Quoting, api.CommentList):
    """The responses to an article."""


class ReplyList(_Quoting):
    @extend_schema(responses=answers({200: CommentSerializer(many=True)}, 400, 401, 404))
    def get(self, request: Request, pk: int) -> Response:
        """The replies to an annotation's note and to one another, oldest first.

        To reply, post a comment to the article with the annotation as its `parent`.
        """
        note = get_post_for(request.user, pk, Kind.ANNOTATION)
        listed = self.comments().listed_for(request.user)
        return self.page(listed.filter(note=note), self.shape)


@extend_schema_view(
    get=extend_schema(responses=answers({200: CommentSerializer}, 401, 404)),
    patch=extend_schema(
        responses=answers({200: CommentSerializer}, 400, 401, 403, 404, 409, 413, 415)
    ),
)
class CommentDetail(_Quoting, api.CommentDetail):
    """One comment."""


def quotes_in(revisions: Iterable[int], reader: Reader) -> dict[int, list[dict[str, Any]]]:
    """What each of these ``revisions`` of comments quotes that ``reader`` may read. One query."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    readable = Revision.objects.current().visible_to(reader)
    placed = QuotationPlacement.objects.filter(
        quotation__comment_revision__in=revisions, revision__in=readable.values("pk")
    )
    rows = placed.select_related("quotation", "revision").order_by("quotation__comment_start")
    for placement in rows.defer("revision__source", "revision__html", "revision__text"):
        quotation = placement.quotation
        place = quotation if placement.start is None else placement
        found[quotation.comment_revision_id].append(
            {
                "post": placement.revision.post_id,
                "revision": place.revision_id,
                "start": place.start,
                "end": place.end,
                "comment_start": quotation.comment_start,
                "comment_end": quotation.comment_end,
                "score": quotation.score,
                "state": placement.state,
            }
        )
    return found
