"""How figures of moderators are written."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@register.filter
def length_of_time(time: timedelta) -> str:
    """A length of time in the unit that fits: seconds, minutes, hours or days."""
    seconds = time.total_seconds()
    if seconds < _MINUTE:
        return _("%(number)s s") % {"number": round(seconds)}
    if seconds < _HOUR:
        return _("%(number)s min") % {"number": round(seconds / _MINUTE)}
    if seconds < 2 * _DAY:
        return _("%(number)s h") % {"number": f"{seconds / _HOUR:.1f}"}
    return _("%(number)s days") % {"number": round(seconds / _DAY)}
