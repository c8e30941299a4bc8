"""What moderators tell one another about people."""

from __future__ import annotations

from forum.accounts.models import User
from forum.lib.text import NOTE_LIMIT, clean_source
from forum.moderation.models import PersonNote
from forum.permissions import require


def add_note(*, author: User, person: User, text: str) -> PersonNote:
    """Tell the other moderators something about ``person``. It stays."""
    require(author, "person.note", person)
    text = clean_source(text, field="text", limit=NOTE_LIMIT).strip()
    return PersonNote.objects.create(
        person=person,
        person_name=person.public_name,
        author=author,
        author_name=author.public_name,
        text=text,
    )
