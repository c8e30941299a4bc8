"""Pages that are made before anybody asks for one.

The first answer of a process loads templates, makes queries into SQL and addresses into patterns.
gunicorn's first process does that before it listens (``forum.serving``); the workers are copies.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import Error, connections
from django.urls import reverse

from forum.discussion.models import Article

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def rehearse(application: Application) -> None:
    """Have ``application`` answer what is most likely to be asked for first, to nobody.

    A database that is not there or has no tables stops nothing: that is told to whoever comes. No
    connection stays open, for none may be shared with a copy of this process.
    """
    try:
        for path in [reverse("home"), *_latest()]:
            _ask(application, path)
    except Error:
        pass
    finally:
        connections.close_all()
    # What this has loaded stays as well: see ``forum.wsgi``.
    gc.collect()
    gc.freeze()


def _latest() -> list[str]:
    """Where the article is that was published last, if there is one."""
    found = Article.objects.visible_to(AnonymousUser()).order_by("-published_at")
    slugs = found.values_list("slug", flat=True)[:1]
    return [reverse("article", args=[slug]) for slug in slugs]


def _ask(application: Application, path: str) -> None:
    """A stranger asks for ``path`` where the site is reached."""
    site = urlsplit(settings.SITE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": os.environ.get("SCRIPT_NAME", ""),
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": site.hostname or "localhost",
        "SERVER_PORT": str(site.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "HTTP_ACCEPT_ENCODING": "gzip",
        # As the proxy says it that a site with HTTPS stands behind.
        **({"HTTP_X_FORWARDED_PROTO": "https"} if settings.HTTPS else {}),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    answer = application(environ, lambda status, headers, error=None: None)
    for _ in answer:
        pass
    if hasattr(answer, "close"):
        answer.close()
