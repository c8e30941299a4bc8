"""The codebook that a new site starts with."""

import json
from pathlib import Path

from django.db import transaction

from annotations.models import Codebook, Tag
from forum.discussion.writing.revisions import bump_every_activity

_FILE = Path(__file__).parent / "critical_reading.json"


@transaction.atomic
def ensure_default_codebook() -> Codebook:
    """Return the site's default codebook, made from the one that ships if there is none."""
    codebook = Codebook.objects.filter(is_default=True).first()
    if codebook:
        return codebook
    described = json.loads(_FILE.read_text())
    tags = described.pop("tags")
    codebook = Codebook.objects.create(**described, is_default=True)
    Tag.objects.bulk_create(
        Tag(codebook=codebook, position=position, **tag) for position, tag in enumerate(tags)
    )
    bump_every_activity()
    return codebook
