"""Comments in the API, with what they quote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.kept_lists import KeptList
from annotations.models import PlacementState, QuotationPlacement
from forum.discussion import api
from forum.discussion import serializers as shapes
from forum.discussion.lookup import get_post_for
from forum.discussion.models import Kind, Post, Revision
from forum.discussion.prepared import PreparedFor
from forum.discussion.serializers import Words
from forum.lib.api import answers

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader, Standing


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
    quotes = QuoteSerializer(many=True, help_text="What its present text quotes, in order.")


class _Quoting(api.CommentView):
    def shaped(
        self,
        rows: list[dict[str, Any]],
        words: Mapping[int, Words],
        endorsed: Mapping[int, int],
    ) -> list[dict[str, Any]]:
        quoting = [
            said.revision
            for row in rows
            if row["note_id"] is None and (said := words.get(row["pk"])) and not said.quotes_nothing
        ]
        quotes = quotes_in(quoting, self.request.user) if quoting else {}
        shaped = super().shaped(rows, words, endorsed)
        for comment in shaped:
            comment["quotes"] = quotes.get(comment["revision"], [])
        return shaped


@extend_schema_view(
    get=extend_schema(responses=answers({200: CommentSerializer(many=True)}, 400, 401, 404)),
    post=extend_schema(
        responses=answers(
            {201: CommentSerializer, 200: CommentSerializer}, 400, 401, 403, 404, 409, 413, 415, 429
        )
    ),
)
class CommentList(KeptList, _Quoting, api.CommentList):
    """The responses to an article."""

    def get(self, request: Request, slug: str) -> HttpResponse:
        """The responses to an article and to one another, oldest first; no replies to notes."""
        return self.kept(slug, partial(self.responses, slug))


class ReplyList(_Quoting):
    @extend_schema(responses=answers({200: CommentSerializer(many=True)}, 400, 401, 404))
    def get(self, request: Request, pk: int) -> Response:
        """The replies to an annotation's note and to one another, oldest first.

        To reply, post a comment to the article with the annotation as its `parent`.
        """
        note = get_post_for(request.user, pk, Kind.ANNOTATION)
        listed = Post.objects.listed_for(request.user).filter(note=note)
        return self.listing(listed, replies=True)


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
    revisions = list(revisions)
    rows = (
        _IN_ONE.rows(reader, revision=revisions[0])
        if len(revisions) == 1
        else _placed(reader, revisions)
    )
    for words, post, *places, comment_start, comment_end, score, state in rows:
        revision, start, end = places[:3] if places[1] is not None else places[3:]
        found[words].append(
            {
                "post": post,
                "revision": revision,
                "start": start,
                "end": end,
                "comment_start": comment_start,
                "comment_end": comment_end,
                "score": score,
                "state": state,
            }
        )
    return found


def _placed(
    reader: Reader | Standing, revisions: Iterable[int]
) -> QuerySet[QuotationPlacement, tuple[Any, ...]]:
    # Looked up one by one: "in" would first find every text there is on the site.
    texts = Revision.objects.current().visible_to(reader, replies=False)
    readable = texts.filter(pk=OuterRef("revision"))
    placed = QuotationPlacement.objects.filter(
        Exists(readable), quotation__comment_revision__in=revisions
    )
    return placed.order_by("quotation__comment_start").values_list(
        "quotation__comment_revision",
        "revision__post",
        "revision",
        "start",
        "end",
        "quotation__revision",
        "quotation__start",
        "quotation__end",
        "quotation__comment_start",
        "quotation__comment_end",
        "quotation__score",
        "state",
    )


#: What everybody is answered who posts.
_IN_ONE = PreparedFor(lambda reader, revision: _placed(reader, [revision]))
