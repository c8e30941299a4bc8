"""Times in sentences."""

from datetime import UTC, datetime, timedelta

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

register = template.Library()

#: From then on the day says more than the distance; scripts think so too (``times.js``).
_FAR = timedelta(days=14)


@register.simple_tag
def time_tag(at: datetime) -> SafeString:
    """How long ago ``at`` is, in words, or the day; the time itself on hover. For ``{% "
    "blocktranslate %}``."""
    at = at.astimezone(UTC)
    whole = date_format(at, "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{} UTC">{}</time>', at.isoformat(), whole, _ago(at)
    )


def _ago(at: datetime) -> str:
    age = timezone.now() - at
    if not age.days:
        return str(naturaltime(at))
    if timedelta(0) < age < _FAR:
        return ngettext("%(number)s day ago", "%(number)s days ago", age.days) % {
            "number": age.days
        }
    return date_format(at, "SHORT_DATE_FORMAT")


@register.simple_tag
def day_tag(at: datetime) -> SafeString:
    """The day of ``at``. For ``{% blocktranslate %}``."""
    at = at.astimezone(UTC)
    return format_html(
        '<time datetime="{}">{}</time>', at.isoformat(), date_format(at, "DATE_FORMAT")
    )
