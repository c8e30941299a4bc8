"""Annotations, codebooks and exports in the API."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.actions import annotate
from annotations.exports.formats import FORMATS
from annotations.exports.responses import export_response
from annotations.exports.rows import Names
from annotations.kept_lists import KeptList
from annotations.models import Codebook, Placement, PlacementState, Tag
from annotations.placement.report import report_on
from annotations.placement.report_serializers import (
    CarryAnswer,
    CarryReportSerializer,
    CarryRequest,
)
from annotations.quotations.quoting import mark_quoted
from annotations.serializers import (
    COLUMNS,
    AnnotationChange,
    AnnotationSerializer,
    CodebookSerializer,
    NewAnnotation,
    annotations_for,
    as_annotations,
    one_annotation,
)
from forum.accounts.models import User
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.lookup import as_id, get_article_for, get_post_for
from forum.discussion.models import Article, Audience, Kind, Post, Revision, State
from forum.discussion.prepared import PreparedFor
from forum.discussion.publishing.actions import render_article
from forum.lib.api import ApiView, answers, permalinks, query
from forum.lib.errors import NotFound, Refused
from forum.lib.html import Format
from forum.permissions import require
from forum.screening.web import sending_of

#: The states of an annotation that ``?state=`` knows, beside those of its placement.
_POST_STATES = [state for state in State.values if state != State.DRAFT]
#: What a list shows unless it is asked for another state.
_LIVE = (State.PUBLISHED, State.HELD)
_TARGETS = {Kind.ARTICLE, Kind.COMMENT}


class _AnnotationView(ApiView):
    def answer(self, post: Post, *, status: int = 200) -> Response:
        location = reverse("api-annotation", args=[post.pk]) if status == 201 else ""
        rows = one_annotation(self.request.user, post.pk)
        if not rows:
            raise NotFound(_("What this annotation marks was withdrawn or removed a moment ago."))
        (data,) = self.shaped(rows)
        return self.done(data, status=status, location=location)

    def shaped(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """``rows`` as they are answered."""
        return as_annotations(rows, self.request.user, permalinks(self.request))


class AnnotationList(KeptList, _AnnotationView):
    @extend_schema(
        parameters=[
            query("tag", "The slug of a tag."),
            query("author", "A username, a display name, or `me`."),
            query(
                "state",
                "A state of the placement or of the annotation itself. Without one of the latter, "
                "what was withdrawn, hidden or removed is left out even for those who may read it.",
                [*PlacementState.values, *_POST_STATES],
            ),
            query("target", "`article`, `comment`, or the id of the post that is marked."),
        ],
        responses=answers({200: AnnotationSerializer(many=True)}, 400, 401, 404),
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The annotations of an article and of its comments, oldest first."""
        return self.kept(slug, partial(self._list, slug))

    def _list(self, slug: str) -> Response:
        reader = self.request.user
        article = get_article_for(reader, slug)
        rows = annotations_for(reader).filter(root=article.pk)
        rows = self._by_state(rows)
        rows = self._by_target(rows, article)
        rows = self._by_author(rows)
        paging, found = self.paged(self._by_tag(rows).values(*COLUMNS))
        return paging.get_paginated_response(self.shaped(found))

    @extend_schema(
        request=NewAnnotation,
        responses=answers(
            {201: AnnotationSerializer, 200: AnnotationSerializer},
            *(400, 401, 403, 404, 409, 413, 415, 429),
        ),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Mark a passage of an article or of one of its comments.

        A 409 carries `proposal`: `revision`, `start` and `end` of where the quote stands in the
        present text, and as `quote` what it reads there if the words were revised meanwhile; or
        `null` where it cannot be found for certain. A token that has made another annotation is
        a 409 as well, with its id as `post`.
        """
        article = get_article_for(request.user, slug)
        sent = self.read(NewAnnotation)
        passage: dict[str, Any] = {
            "author": self.person,
            "revision": self._revision(article, sent["revision"]),
            "start": sent["start"],
            "end": sent["end"],
            "quote": sent["quote"],
            "tags": sent["tags"],
        }
        if "comment" in sent:
            post, new = mark_quoted(comment=self._quoting(article, sent), **passage)
        else:
            post, new = annotate(
                note=sent.get("note", ""),
                audience=sent.get("audience", Audience.PUBLIC),
                token=sent.get("token", ""),
                sending=sending_of(request, sent.get("anyway", "")),
                **passage,
            )
        return self.answer(post, status=201 if new else 200)

    def _quoting(self, article: Article, sent: dict[str, Any]) -> Post:
        if sent.get("note"):
            raise Refused("note", _("The words of the comment are the note; leave this empty."))
        if sent.get("audience", Audience.PUBLIC) != Audience.PUBLIC:
            raise Refused(
                "audience", _("What a comment says everybody reads who reads the comment.")
            )
        visible = Post.objects.visible_to(self.request.user)
        comment = visible.filter(pk=sent["comment"], kind=Kind.COMMENT, root=article.pk).first()
        if comment is None:
            raise Refused("comment", _("This article has no such comment."))
        return comment

    def _revision(self, article: Article, pk: int) -> Revision:
        reader = self.request.user
        revision = _REVISION.instance(reader, article=article.pk, pk=pk)
        if revision is None:
            raise Refused(
                "revision", _("Neither this article nor its comments have such a revision.")
            )
        if revision.post_id == article.pk:
            revision.post = article.post
        else:
            revision.post = get_post_for(reader, revision.post_id)
            revision.post.root = article.post
        return revision

    def _by_state(self, rows: QuerySet[Post]) -> QuerySet[Post]:
        state = self.choice("state", [*PlacementState.values, *_POST_STATES])
        if state in _POST_STATES:
            return rows.filter(state=state)
        if state:
            placed = Placement.objects.filter(revision__superseded_at=None, state=state)
            rows = rows.filter(pk__in=placed.values("annotation"))
        live = Q(note_from=None) | Q(note_from__state__in=_LIVE)
        return rows.filter(live, state__in=_LIVE)

    def _by_target(self, rows: QuerySet[Post], article: Article) -> QuerySet[Post]:
        target = self.request.query_params.get("target", "")
        if not target:
            return rows
        if target in _TARGETS:
            return rows.filter(parent__kind=target)
        here = Post.objects.visible_to(self.request.user).filter(
            Q(pk=article.pk) | Q(root=article.pk), kind__in=_TARGETS
        )
        pk = as_id(target)
        if pk is None or not here.filter(pk=pk).exists():
            raise Refused(
                "target", _("This must be “article”, “comment” or the id of one of them.")
            )
        return rows.filter(parent=pk)

    def _by_author(self, rows: QuerySet[Post]) -> QuerySet[Post]:
        name = self.request.query_params.get("author", "")
        if not name:
            return rows
        if name == "me":
            return rows.filter(author=self.person)
        # Nobody of this name, or nobody who wrote anything here: the answer does not tell which.
        return rows.filter(author__in=User.objects.filter(Q(username=name) | Q(display_name=name)))

    def _by_tag(self, rows: QuerySet[Post]) -> QuerySet[Post]:
        slug = self.request.query_params.get("tag", "")
        if not slug:
            return rows
        tags = Tag.objects.filter(slug=slug)
        if not tags.exists():
            raise Refused("tag", _("No codebook has this tag."))
        return rows.filter(annotation__annotationtag__tag__in=tags)


_REVISION = PreparedFor(
    lambda reader, article, pk: (
        Revision.objects.visible_to(reader)
        .filter(Q(post=article) | Q(post__root=article), pk=pk)
        .defer("source", "html")
    )
)


class AnnotationDetail(_AnnotationView):
    @extend_schema(responses=answers({200: AnnotationSerializer}, 401, 404))
    def get(self, request: Request, pk: int) -> Response:
        """One annotation."""
        return self.answer(self._annotation(pk))

    @extend_schema(
        request=AnnotationChange,
        responses=answers({200: AnnotationSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change the note of one's own annotation; the old words are kept."""
        post = self._annotation(pk)
        require(request.user, "post.revise", post)
        sent = self.read(AnnotationChange)
        try:
            revise_post(
                editor=self.person,
                post=post,
                source=sent["note"],
                sending=sending_of(request, sent.get("anyway", "")),
            )
        except Refused as refused:
            raise Refused("note", refused.message, code=refused.code) from None
        return self.answer(post)

    @extend_schema(responses=answers({204: None}, 401, 403, 404, 409))
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraw one's own annotation."""
        withdraw_post(author=self.person, post=self._annotation(pk))
        return Response(status=204)

    def _annotation(self, pk: int) -> Post:
        return get_post_for(self.request.user, pk, Kind.ANNOTATION)


class CarryReport(ApiView):
    @extend_schema(
        request=CarryRequest,
        responses=answers({200: CarryReportSerializer}, 400, 401, 403, 404, 413, 415),
    )
    def post(self, request: Request, slug: str) -> Response:
        """What a new text would do to the notes on an article (course staff). Changes nothing.

        Private notes, and notes you may not read, are in the counts only.
        """
        article = get_article_for(request.user, slug)
        require(request.user, "article.revise", article.post)
        sent = self.read(CarryRequest)
        current = article.post.current
        format = Format(sent.get("format") or current.format)
        _, rendered = render_article(sent.get("source", current.source), format)
        report = report_on(current, rendered.text, request.user)
        return self.one(CarryAnswer(current, report), CarryReportSerializer)


class CodebookList(ApiView):
    @extend_schema(responses=answers({200: CodebookSerializer(many=True)}, 400, 401))
    def get(self, request: Request) -> Response:
        """The codebooks with their tags; new annotations use the default one."""
        return self.page(Codebook.objects.prefetch_related("tags"), CodebookSerializer)


class _AsAsked(BaseContentNegotiation):
    """Answers what the address asks for, whatever the ``Accept`` header says."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)


class AnnotationExport(ApiView):
    content_negotiation_class = _AsAsked

    @extend_schema(
        parameters=[
            query("article", "The slug of the article. Required."),
            query("format", "CSV unless asked otherwise.", list(FORMATS)),
            query("names", "What stands for the authors.", [str(name) for name in Names]),
        ],
        responses={
            (200, format.content_type.partition(";")[0]): OpenApiTypes.STR
            for format in FORMATS.values()
        }
        | answers({}, 400, 401, 403, 404),
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """An article's annotations as a stream (course staff)."""
        reader = self.person
        slug = request.query_params.get("article", "")
        if not slug:
            raise Refused("article", _("Say which article: its slug."))
        return export_response(
            reader=reader,
            article=get_article_for(reader, slug),
            format=request.query_params.get("format", "") or "csv",
            names=request.query_params.get("names", "") or Names.AUTHOR,
        )
