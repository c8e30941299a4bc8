"""``manage.py setup_site``: what every site needs before anybody can use it."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from annotations.codebooks.defaults import ensure_default_codebook
from forum.moderation.defaults import ensure_default_rules


class Command(BaseCommand):
    """Make what is missing; leave what is there as somebody may have changed it."""

    help = "Give the site a codebook and rules, where it has none. Running it again is harmless."

    def handle(self, *args: object, **options: object) -> None:
        ensure_default_codebook()
        ensure_default_rules()
