"""The WSGI application that gunicorn serves."""

import gc
import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")

_django = get_wsgi_application()
# Loaded now rather than by the first request, with all that it leads to.
_ = get_resolver().url_patterns
# What is loaded stays. Gone through again and again for garbage, it would hold a request up for a
# tenth of a second now and then; and pages make many small things that go by themselves.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django, kept from what it falls over before any middleware is asked.

    ``Content-Type: text/html; charset*=x''y`` is decoded by the codec it names while the request
    is being made; a codec that does not exist would be an error of ours. Nobody sends this.
    """
    if "*=" in environ.get("CONTENT_TYPE", ""):
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"This request cannot be understood.\n"]
    return _django(environ, start_response)
