"""What becomes of sanctions when an account is erased: kinds, scopes and times stay, texts go."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Value

from forum.accounts.models import User, former_member
from forum.discussion.models import Post
from forum.moderation.models import GONE, Appeal, Event, FlagSetAside, PersonNote, Sanction
from forum.moderation.people.telling import key_of_answer
from forum.notifications.models import Notification

_TEXTS = ("reason", "note", "gravity", "intent", "lifted_reason")


def erase_sanctions(person: User, gone: QuerySet[Post, Any]) -> None:
    """Take the texts off what is about ``person``, and their name off all they did.

    ``gone`` are the posts that are erased: what was said of these in flags goes too.
    """
    name = Value(former_member(person.pk))
    _take_back_notices(person)
    theirs = Sanction.objects.filter(person=person)
    for text in _TEXTS:
        theirs.exclude(**{text: ""}).update(**{text: GONE})
    theirs.update(person=None, person_name=name)
    for actor in ("moderator", "approved_by", "lifted_by"):
        acted = Sanction.objects.filter(**{actor: person})
        acted.update(**{actor: None, f"{actor}_name": name})
    notes = PersonNote.objects.filter(person=person)
    notes.update(text=GONE, person=None, person_name=name)
    PersonNote.objects.filter(author=person).update(author=None, author_name=name)
    Event.objects.filter(subject=person).exclude(detail="").update(detail=GONE)
    FlagSetAside.objects.filter(revision__post__in=gone).exclude(note="").update(note="")
    FlagSetAside.objects.filter(flagger=person).update(flagger=None, flagger_name=name, note="")


def _take_back_notices(person: User) -> None:
    """Moderators have been told by name what became of an appeal."""
    appeals = Appeal.objects.filter(sanction__person=person)
    Notification.objects.filter(key__in=[key_of_answer(appeal) for appeal in appeals]).delete()
