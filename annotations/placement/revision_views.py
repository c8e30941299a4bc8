"""A text as it stood in one revision, with its notes, and what that revision did to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations.page.fragments import notes_html
from annotations.page.loading import notes_then
from annotations.page.marks import marked_body
from annotations.page.notes import Note
from annotations.placement.report import report_of
from forum.discussion.lookup import address_in_article
from forum.discussion.models import Article, Kind, Post, Revision
from forum.discussion.reading import Body
from forum.lib.errors import NotFound
from forum.lib.web import page_errors
from forum.permissions import can, require

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


@dataclass(frozen=True, slots=True)
class _Then:
    """One revision among its post's others."""

    revision: Revision
    post: Post
    article: Article
    #: The numbers of the revision people read now, and of those around this one, as far as whoever
    #: reads may read them.
    latest: int
    older: int | None
    newer: int | None

    @property
    def is_current(self) -> bool:
        return self.revision.superseded_at is None

    @property
    def address(self) -> str:
        """Where the post stands now."""
        return address_in_article(self.post, self.article)


@require_safe
@page_errors
def revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """An article or a response as it read in one revision, with its notes where they stood."""
    then = _then(request.user, pk, number)
    if _unmarked(then.post):
        query = urlencode({"revision": number})
        return redirect(f"{reverse('post-history', args=[pk])}?{query}")
    notes: list[Note] = notes_then(then.article, then.revision, request.user)
    body: Body = marked_body(then.revision.html, notes)
    context = {
        "then": then,
        "article": then.article,
        "post": then.post,
        "notes": notes,
        "notes_html": notes_html(notes, then.article, past=True),
        "body": body,
        "canonical": request.build_absolute_uri(then.article.get_absolute_url()),
        "reports": number > 1 and can(request.user, "revision.report", then.post),
    }
    return render(request, "annotations/revision.html", context)


@require_safe
@page_errors
def report(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What one revision did to the notes on the text, for those who publish."""
    then = _then(request.user, pk, number)
    require(request.user, "revision.report", then.post)
    if _unmarked(then.post):
        raise NotFound(_("Nothing is marked on a note or a reply to one."))
    context = {
        "then": then,
        "article": then.article,
        "post": then.post,
        "report": report_of(then.revision, request.user),
    }
    return render(request, "annotations/report_page.html", context)


def _unmarked(post: Post) -> bool:
    """Whether nothing is ever marked on ``post``, so that its history shows all there is."""
    return post.kind == Kind.ANNOTATION or post.note_id is not None


def _then(reader: Reader, pk: int, number: int) -> _Then:
    revisions = Revision.objects.visible_to(reader).filter(post=pk)
    found = revisions.filter(number=number).select_related("post").defer("source").first()
    if found is None:
        raise NotFound(_("There is no such revision."))
    article = Article.objects.select_related("post").get(pk=found.post.article_id)
    near = revisions.aggregate(
        latest=Max("number"),
        older=Max("number", filter=Q(number__lt=number)),
        newer=Min("number", filter=Q(number__gt=number)),
    )
    return _Then(found, found.post, article, **near)
