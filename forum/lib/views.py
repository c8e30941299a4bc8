"""Pages that belong to no app: errors, health, uploaded figures."""

from __future__ import annotations

import mimetypes

from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.lib.problems import problem

_MESSAGES = {
    400: _lazy("This request cannot be understood."),
    403: _lazy("You may not do this."),
    404: _lazy("There is nothing at this address."),
    500: _lazy("Something went wrong on our side. It has been noted."),
}


def error_page(
    request: HttpRequest, status: int, message: str = "", *, remedy: str = ""
) -> HttpResponse:
    """A page that says what went wrong, for people; ``remedy`` is where they read more of it."""
    context = {
        "status": status,
        "remedy": remedy,
        "message": message or str(_MESSAGES.get(status, "")),
        # After a failure of ours nobody should have to ask the database who is reading.
        "neutral_masthead": status >= 500,
    }
    return render(request, "error.html", context, status=status)


def error_400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400)


def error_403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403)


def error_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: mostly one that was left open over a log-in."""
    message = _("This form is too old to be taken. Reload the page and send it again.")
    if request.path.startswith("/api/"):
        return problem(403, message)
    if request.headers.get("HX-Request"):
        return render(request, "fragment_error.html", {"message": message}, status=403)
    return error_page(request, 403, message)


def error_404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404)


def error_500(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)


def problem_404(request: HttpRequest, rest: str) -> HttpResponse:
    """What the API answers for an address it does not have."""
    return problem(404, str(_MESSAGES[404]))


def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    if pending:
        return JsonResponse({"status": "migrations pending"}, status=503)
    return JsonResponse({"status": "ok"})


def media(request: HttpRequest, name: str) -> FileResponse:
    """An uploaded figure. Only images get in (``discussion.publishing.figures``), and only images
    get out."""
    kind, _ = mimetypes.guess_type(name)
    if kind not in ("image/png", "image/jpeg", "image/webp", "image/gif"):
        raise Http404
    try:
        file = default_storage.open(name)
    except (OSError, ValueError) as missing:
        raise Http404 from missing
    return FileResponse(
        file,
        content_type=kind,
        headers={"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"},
    )


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(status, str(_MESSAGES[status]))
    return error_page(request, status)
