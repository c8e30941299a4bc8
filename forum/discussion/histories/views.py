"""What a post has said over time."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.discussion.histories.versions import Version, compare, revisions_for, versions
from forum.discussion.lookup import address_in_article, article_of, as_id, get_post_for
from forum.lib.errors import NotFound
from forum.lib.web import page_errors

REVISIONS_A_PAGE = 10


@require_safe
@page_errors
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """A post's revisions, newest first, each with its changes.

    With ``revision``, one in full; with ``from`` and ``to``, what differs between two.
    """
    found = get_post_for(request.user, pk)
    article = article_of(found)
    back = address_in_article(found, article)
    context: dict[str, object] = {"post": found, "article": article, "back": back}
    revisions = revisions_for(request.user, found)
    if "revision" in request.GET:
        number = as_id(request.GET["revision"])
        revision = revisions.filter(number=number).first() if number else None
        if revision is None:
            raise NotFound(_("There is no such revision."))
        context["version"] = Version(revision)
        return render(request, "discussion/revision.html", context)
    revisions = revisions.defer("source", "html")
    if "from" in request.GET or "to" in request.GET:
        old, new = (as_id(request.GET.get(name, "")) or 0 for name in ("from", "to"))
        whole = "whole" in request.GET
        context |= {"comparison": compare(revisions, old, new, whole=whole), "whole": whole}
        context["numbers"] = list(revisions.order_by("number").values_list("number", flat=True))
        return render(request, "discussion/comparison.html", context)
    page = Paginator(revisions, REVISIONS_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    before = revisions.filter(number__lt=shown[-1].number).first()
    context |= {"versions": versions(shown, before), "page_obj": page}
    # Some of its numbers may not be for everybody.
    context |= revisions.aggregate(first=Min("number"), last=Max("number"))
    return render(request, "discussion/history.html", context)
