"""The rules that a new site starts with."""

import json
from pathlib import Path

from django.db import transaction

from forum.moderation.models import Rule

_FILE = Path(__file__).parent / "default_rules.json"


@transaction.atomic
def ensure_default_rules() -> None:
    """Give a site without rules the ones that ship."""
    if not Rule.objects.exists():
        Rule.objects.bulk_create(Rule(**rule) for rule in json.loads(_FILE.read_text()))
