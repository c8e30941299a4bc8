"""The address of the picture that stands for somebody."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.urls import reverse

from forum.accounts.models import User
from forum.lib import avatar

register = template.Library()


@register.simple_tag
def picture(person: User) -> str:
    """Where the picture of ``person`` is; empty where the site or they show none."""
    if not (settings.PICTURES and person.show_picture):
        return ""
    letters = avatar.initials(person.public_name)
    return reverse("picture", args=[avatar.colour_of(person.username), letters])
