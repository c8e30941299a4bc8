"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from forum.lib.interface import offered


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name and address, and the language it speaks, if there is a choice."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        # The words of our scripts, which are written in English.
        "language_module": f"forum/languages/{get_language()}.js",
        "language_spoken": offered().get(get_language() or "") if len(offered()) > 1 else None,
    }
