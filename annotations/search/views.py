"""The search page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations.search.asked import Asked, Order
from annotations.search.results import Results, search
from forum.lib.errors import Refused


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What was looked for, what was found, and what would narrow that."""
    context: dict[str, object] = {"sent": request.GET, "orders": list(Order)}
    try:
        asked = Asked.of(request.GET)
        context["found"] = search(asked, request.user)
    except Refused as refusal:
        context |= {"refusal": refusal, "found": Results(Asked())}
        return render(request, "search/page.html", context, status=400)
    return render(request, "search/page.html", context)
