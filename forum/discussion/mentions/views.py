"""Names to complete while somebody writes."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from forum.accounts.models import NAME_LIMIT
from forum.discussion.lookup import get_article_for
from forum.discussion.mentions.naming import people_to_name
from forum.lib.errors import NotFound
from forum.lib.rate import too_often

#: Completions that one person is given in a minute: more than anybody types.
ASKED_A_MINUTE = 90
#: Seconds that a browser keeps one.
SECONDS_KEPT = 30


@require_GET
@cache_control(private=True, max_age=SECONDS_KEPT)
def people(request: HttpRequest, slug: str) -> JsonResponse:
    """People to name in what one writes under an article, whose names begin with ``q``.

    401 where nobody is signed in, 404 where they do not see the article, 429 to whoever asks more
    often than people type.
    """
    reader = request.user
    if not reader.is_authenticated:
        return JsonResponse({"detail": _("Log in first.")}, status=401)
    if too_often("name", reader.pk, most=ASKED_A_MINUTE, seconds=60):
        answer = JsonResponse({"detail": _("Try again in a minute.")}, status=429)
        answer["Retry-After"] = "60"
        return answer
    try:
        article = get_article_for(reader, slug)
    except NotFound as missing:
        return JsonResponse({"detail": missing.message}, status=404)
    begun = request.GET.get("q", "")
    # No name is longer.
    found = people_to_name(article, reader, begun) if len(begun) <= NAME_LIMIT else []
    return JsonResponse({"people": [named._asdict() for named in found]})
