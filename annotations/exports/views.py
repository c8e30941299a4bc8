"""The page from which an article's annotations are downloaded, and the download."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.exports.forms import FILES, ExportForm
from annotations.exports.responses import export_response
from annotations.exports.rows import DICTIONARY, exported
from annotations.models import AnnotationTag, PlacementState
from forum.discussion.lookup import get_article_for
from forum.discussion.models import Article, State
from forum.discussion.visibility import PostQuerySet
from forum.lib.web import page_errors
from forum.permissions import require


@require_GET
@page_errors
def export_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What the file will hold, the choices, and what each column means."""
    article = _article_to_export(request, slug)
    return render(request, "annotations/export.html", _context(request, article, ExportForm()))


@require_GET
@page_errors
def download(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The file, streaming; or the page again, when the choice was none of those on it."""
    article = _article_to_export(request, slug)
    form = ExportForm(request.GET)
    if not form.is_valid():
        context = _context(request, article, form)
        return render(request, "annotations/export.html", context, status=400)
    format, bom = FILES[form.cleaned_data["format"]]
    return export_response(
        reader=request.user,
        article=article,
        format=format,
        names=form.cleaned_data["names"],
        bom=bom,
    )


def _article_to_export(request: HttpRequest, slug: str) -> Article:
    article = get_article_for(request.user, slug)
    require(request.user, "article.export", article.post)
    return article


def _context(request: HttpRequest, article: Article, form: ExportForm) -> dict[str, Any]:
    posts = exported(article, request.user)
    states = _counts(posts, "state")
    return {
        "article": article,
        "form": form,
        "total": sum(states.values()),
        "tags": _tag_counts(posts),
        "states": _labelled(states, State),
        "places": _labelled(_place_counts(posts), PlacementState),
        "columns": DICTIONARY,
    }


def _tag_counts(posts: PostQuerySet) -> list[tuple[str, int]]:
    tagged = AnnotationTag.objects.filter(annotation__post__in=posts)
    counted = tagged.values_list("tag__label").annotate(notes=Count("pk"))
    return list(counted.order_by("tag__position", "tag"))


def _place_counts(posts: PostQuerySet) -> dict[str, int]:
    current = posts.filter(annotation__placements__revision__superseded_at=None)
    return _counts(current, "annotation__placements__state")


def _counts(posts: PostQuerySet, field: str) -> dict[str, int]:
    counted = posts.order_by().values_list(field).annotate(notes=Count("pk", distinct=True))
    return dict(counted)


def _labelled(
    counts: dict[str, int], choices: type[State] | type[PlacementState]
) -> list[tuple[str, int]]:
    """The counts under the words people read, in the order the choices are given in."""
    return [(str(choice.label), counts[choice]) for choice in choices if choice in counts]
