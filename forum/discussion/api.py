"""Articles, comments and revisions in the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from forum.discussion.actions import post_comment, revise_post, withdraw_post
from forum.discussion.endorsing import endorse, endorsements_of, take_back
from forum.discussion.listing import counts_under
from forum.discussion.lookup import get_article_for, get_post_for, get_post_under
from forum.discussion.models import Article, Kind, Post, Revision, State
from forum.discussion.publishing.actions import Paratext, publish_article, revise_article
from forum.discussion.serializers import (
    COMMENT_COLUMNS,
    ArticleChange,
    ArticleSerializer,
    CommentChange,
    CommentSerializer,
    NewArticle,
    NewComment,
    RevisionSerializer,
    Words,
    articles_for,
    as_comments,
    words_for,
)
from forum.lib.addresses import address_of
from forum.lib.api import ApiView, answers, permalinks, query
from forum.lib.errors import NotFound, Refused
from forum.lib.html import Format
from forum.lib.paging import NewestFirst
from forum.permissions import require
from forum.screening.web import sending_of


class _ArticleView(ApiView):
    def context_for(self, rows: list[Any]) -> dict[str, Any]:
        return {"request": self.request, "counts": counts_under(rows, self.request.user)}

    def answer(self, article: Article, *, status: int = 200) -> Response:
        loaded = articles_for(self.request.user).get(pk=article.pk)
        location = reverse("api-article", args=[article.slug]) if status == 201 else ""
        return self.one(loaded, ArticleSerializer, status=status, location=location)


class ArticleList(_ArticleView):
    pagination_class = NewestFirst

    @extend_schema(
        parameters=[query("state", "Drafts are for those who publish.", ["published", "draft"])],
        responses=answers({200: ArticleSerializer(many=True)}, 400, 401, 403),
    )
    def get(self, request: Request) -> Response:
        """The articles on the site, newest first."""
        state = self.choice("state", [State.PUBLISHED, State.DRAFT]) or State.PUBLISHED
        if state == State.DRAFT:
            require(request.user, "article.create")
        return self.page(articles_for(request.user, state=state), ArticleSerializer)

    @extend_schema(
        request=NewArticle,
        responses=answers(
            {201: ArticleSerializer, 200: ArticleSerializer}, 400, 401, 403, 409, 413, 415
        ),
    )
    def post(self, request: Request) -> Response:
        """Put an article on the site, published at once unless it is a draft (course staff)."""
        require(request.user, "article.create")
        sent = self.read(NewArticle)
        article, new = publish_article(
            author=self.person,
            paratext=Paratext(**_paratext(sent)),
            source=sent["source"],
            format=Format(sent["format"]),
            draft=sent.get("draft", False),
            slug=sent.get("slug", ""),
            token=sent.get("token", ""),
        )
        return self.answer(article, status=201 if new else 200)


class ArticleDetail(_ArticleView):
    @extend_schema(responses=answers({200: ArticleSerializer}, 401, 404))
    def get(self, request: Request, slug: str) -> Response:
        """One article."""
        return self.answer(get_article_for(request.user, slug))

    @extend_schema(
        request=ArticleChange,
        responses=answers({200: ArticleSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Publish a new revision (course staff). Annotations move along with the words."""
        article = get_article_for(request.user, slug)
        require(request.user, "article.revise", article.post)
        sent = self.read(ArticleChange)
        if sent.get("draft") and article.post.state != State.DRAFT:
            raise Refused("draft", _("What is published cannot become a draft again."))
        changes = _paratext(sent)
        present = asdict(Paratext.of(article))
        revise_article(
            editor=self.person,
            article=article,
            source=sent.get("source"),
            format=Format(sent["format"]) if "format" in sent else None,
            paratext=Paratext(**present | changes) if changes else None,
            # Not what was not sent: somebody else may be writing that.
            changed=changes,
            expected=sent.get("revision"),
            publish=sent.get("draft") is False,
        )
        return self.answer(article)


class CommentView(ApiView):
    """What the views of comments have in common."""

    def shaped(
        self,
        rows: list[dict[str, Any]],
        words: Mapping[int, Words],
        endorsed: Mapping[int, int],
    ) -> list[dict[str, Any]]:
        """``rows`` as they are answered; what stands above this app may add to them."""
        return as_comments(rows, words, endorsed, permalinks(self.request))

    def listing(self, rows: QuerySet[Post], *, replies: bool) -> Response:
        """One page of ``rows``, by the cursor in the request; all replies to notes, or none."""
        paging, found = self.paged(rows.values(*COMMENT_COLUMNS))
        ids = [row["pk"] for row in found]
        words = words_for(self.request.user, ids, replies=replies)
        endorsed = {} if replies else endorsements_of(ids)
        return paging.get_paginated_response(self.shaped(found, words, endorsed))

    def answer(self, post: Post, *, status: int = 200) -> Response:
        """``post`` as whoever asks reads it."""
        endorsed: Mapping[int, int] = {}
        if "words" in vars(post):
            # Posted a moment ago: its author reads this of it, and nobody has endorsed it yet.
            words = {post.pk: Words.of(post.words[0])}
        else:
            words = words_for(self.request.user, [post.pk], replies=not post.is_response)
            endorsed = endorsements_of([post.pk])
        row = {column: getattr(post, column) for column in COMMENT_COLUMNS}
        (data,) = self.shaped([row], words, endorsed)
        location = address_of("api-comment", post.pk) if status == 201 else ""
        return self.done(data, status=status, location=location)


class CommentList(CommentView):
    @extend_schema(responses=answers({200: CommentSerializer(many=True)}, 400, 401, 404))
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The responses to an article and to one another, oldest first; no replies to notes."""
        return self.responses(slug)

    def responses(self, slug: str) -> Response:
        """The responses under the article at ``slug`` that the request's user meets."""
        reader = self.request.user
        article = get_article_for(reader, slug)
        listed = Post.objects.listed_for(reader, replies=False)
        return self.listing(listed.filter(root=article.pk, kind=Kind.COMMENT), replies=False)

    @extend_schema(
        request=NewComment,
        responses=answers(
            {201: CommentSerializer, 200: CommentSerializer}, 400, 401, 403, 404, 409, 413, 415, 429
        ),
    )
    def post(self, request: Request, slug: str) -> Response:
        """Respond to an article or to one of its comments, or reply to one of its annotations."""
        article = get_article_for(request.user, slug)
        sent = self.read(NewComment)
        post, new = post_comment(
            author=self.person,
            article=article,
            source=sent["source"],
            parent=self._parent(article, sent.get("parent")),
            token=sent.get("token", ""),
            sending=sending_of(request, sent.get("anyway", "")),
        )
        return self.answer(post, status=201 if new else 200)

    def _parent(self, article: Article, pk: int | None) -> Post | None:
        if pk is None:
            return None
        parent = get_post_under(self.request.user, article, pk)
        if parent is None:
            raise Refused("parent", _("This article has no such comment or annotation."))
        return parent


class CommentDetail(CommentView):
    @extend_schema(responses=answers({200: CommentSerializer}, 401, 404))
    def get(self, request: Request, pk: int) -> Response:
        """One comment."""
        return self.answer(self._comment(pk))

    @extend_schema(
        request=CommentChange,
        responses=answers({200: CommentSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change the words of one's own comment; the old ones are kept."""
        post = self._comment(pk)
        require(request.user, "post.revise", post)
        sent = self.read(CommentChange)
        revise_post(
            editor=self.person,
            post=post,
            source=sent["source"],
            expected=sent.get("revision"),
            sending=sending_of(request, sent.get("anyway", "")),
        )
        return self.answer(post)

    @extend_schema(responses=answers({204: None}, 401, 403, 404, 409))
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraw one's own comment; answers to it stay, under a stub."""
        withdraw_post(author=self.person, post=self._comment(pk))
        return Response(status=204)

    def _comment(self, pk: int) -> Post:
        return get_post_for(self.request.user, pk, Kind.COMMENT)


class EndorsementDetail(ApiView):
    @extend_schema(request=None, responses=answers({204: None}, 401, 403, 404, 409))
    def put(self, request: Request, pk: int) -> Response:
        """Endorse a response; the same again changes nothing."""
        endorse(person=self.person, post=get_post_for(request.user, pk))
        return Response(status=204)

    @extend_schema(responses=answers({204: None}, 401, 403, 404, 409))
    def delete(self, request: Request, pk: int) -> Response:
        """Take one's endorsement back."""
        take_back(person=self.person, post=get_post_for(request.user, pk))
        return Response(status=204)


class RevisionDetail(ApiView):
    @extend_schema(responses=answers({200: RevisionSerializer}, 401, 404))
    def get(self, request: Request, pk: int) -> Response:
        """One exact text of a post, the present one or an earlier."""
        revision = Revision.objects.visible_to(request.user).filter(pk=pk).first()
        if revision is None:
            raise NotFound(_("There is no such revision."))
        return self.one(revision, RevisionSerializer)


def _paratext(sent: dict[str, Any]) -> dict[str, str]:
    return {f.name: sent[f.name] for f in fields(Paratext) if f.name in sent}
