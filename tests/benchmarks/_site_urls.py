"""The site's addresses, and one that answers next to nothing: what the framework itself costs."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from forum import urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


def empty(request: HttpRequest) -> HttpResponse:
    """Go through all middleware, ask nothing, say "ok"."""
    return HttpResponse("ok")


urlpatterns = [path("benchmark/empty", empty), *urls.urlpatterns]
