"""The search in the API."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.search.asked import Asked, Order
from annotations.search.results import MOST, Choice, Facet, Result, Results, search
from forum.accounts.serializers import NameField
from forum.discussion.models import Kind, State
from forum.discussion.search.query import QUERY_LIMIT
from forum.lib.api import ApiView, answers, query


class PieceSerializer(serializers.Serializer[Any]):
    """A stretch of plain text."""

    text = serializers.CharField()
    found = serializers.BooleanField(help_text="Whether it is what was looked for.")


class FoundTagSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's own label is another


class FoundArticleSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()


class ResultSerializer(serializers.Serializer[Result]):
    """One post that was found."""

    id = serializers.IntegerField(source="post.pk")
    kind = serializers.ChoiceField(Kind.choices, source="post.kind")
    state = serializers.ChoiceField(State.choices, source="post.state")
    url = serializers.SerializerMethodField(help_text="The permalink, for people.")
    article = FoundArticleSerializer()
    author = NameField(source="post.author_name")
    created_at = serializers.DateTimeField(source="post.created_at")
    heading = PieceSerializer(many=True, help_text="An article's title, or a note's passage.")
    excerpt = PieceSerializer(many=True)
    tags = FoundTagSerializer(many=True)

    def get_url(self, result: Result) -> str:
        url: str = self.context["request"].build_absolute_uri(result.post.get_absolute_url())
        return url


class ChoiceSerializer(serializers.Serializer[Choice]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field's own label is another
    count = serializers.IntegerField()


class FacetSerializer(serializers.Serializer[Facet]):
    name = serializers.CharField(help_text="The parameter that narrows by it; `year`: the days.")
    choices = ChoiceSerializer(many=True)


class SearchSerializer(serializers.Serializer[Results]):
    """What was found."""

    count = serializers.IntegerField(help_text=f"{MOST} at most.")
    more = serializers.BooleanField(help_text="Whether there is more than was looked through.")
    next = serializers.SerializerMethodField()
    previous = serializers.SerializerMethodField()
    facets = FacetSerializer(many=True)
    results = ResultSerializer(many=True)

    def get_next(self, found: Results) -> str | None:
        page = found.page
        return self._address(found, page.next_page_number()) if page and page.has_next() else None

    def get_previous(self, found: Results) -> str | None:
        page = found.page
        before = page and page.has_previous()
        return self._address(found, page.previous_page_number()) if page and before else None

    def _address(self, found: Results, page: int) -> str:
        request = self.context["request"]
        url: str = request.build_absolute_uri(request.path) + found.asked.address(page=page)
        return url


class Search(ApiView):
    @extend_schema(
        parameters=[
            query("q", f'Words, "phrases" and -words, {QUERY_LIMIT} characters at most.'),
            query("kind", "", Kind.values),
            query("tag", "The slug of a tag: notes that carry it."),
            query("article", "The slug of an article: it and what stands under it."),
            query("author", "The name somebody wrote under, or a username."),
            query("since", "The first day, such as `2026-05-31` (UTC)."),
            query("until", "The last day."),
            query("sort", "", list(Order)),
            query("page", "Counted from 1."),
        ],
        responses=answers({200: SearchSerializer}, 400, 401),
    )
    def get(self, request: Request) -> Response:
        """Search articles, responses and notes.

        Every word has to be found; one of three letters or more also finds longer ones that begin
        with it, unless it is quoted.
        """
        sent = QueryDict(request.META["QUERY_STRING"])
        found = search(Asked.of(sent), request.user)
        return Response(SearchSerializer(found, context={"request": request}).data)
