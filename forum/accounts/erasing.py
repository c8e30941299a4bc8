"""Erasing an account: what its owner wrote goes, or loses their name; the rest of it goes."""

from __future__ import annotations

import json

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from forum.accounts.admins import require_another_admin
from forum.accounts.models import FORMER_MEMBER, ApiToken, Erasure, Leaving, User
from forum.lib.deadlocks import tried_again
from forum.lib.errors import NotFound
from forum.lib.hooks import named
from forum.lib.text import check_choice
from forum.permissions import require


def erase_account(*, person: User, posts: str) -> None:
    """Erase the account of ``person``; ``posts``, of ``Leaving``, says what becomes of their words.

    All of it in one transaction, by statements that each take many rows: nothing of it is held in
    memory. What somebody else's words are is not touched, even where they name the person.

    Raises ``Refused`` naming ``posts``, ``NotFound`` for an account that is gone already, and what
    ``permissions`` raises.
    """
    require(person, "account.erase")
    check_choice(posts, Leaving.values, field="posts")
    # Somebody may have just answered them: that holds the article, and waits for the account.
    tried_again(lambda: _erase(person.pk, Leaving(posts)))


def _erase(account: int, posts: Leaving) -> None:
    person = User.objects.filter(pk=account).first()
    if person is None:
        raise NotFound(_("There is no such account."))
    *steps, last = named(settings.ERASURE_STEPS)
    # Cases, posts, articles, then the account: the order in which those who decide and write take
    # them.
    for step in steps:
        step(person, posts)
    # Held until the end. What is being written for this account, or to it, is written before that,
    # or is refused: the database takes nothing that belongs to an account that is gone.
    if not User.objects.select_for_update().filter(pk=account).exists():
        raise NotFound(_("There is no such account."))
    if person.is_superuser:
        require_another_admin(without=[account])
    # Now for what has been written meanwhile.
    for step in (*steps, last):
        step(person, posts)
    _forget_in_the_admin(person)
    Erasure.objects.create(account=account, posts=posts)
    # E-mail addresses, sessions, tokens, notices and whatever else is of it go along.
    person.delete()


def _forget_in_the_admin(person: User) -> None:
    """Take names and addresses out of what the admin pages say was changed, and keep the rest."""
    named = {
        User: [person.pk],
        ApiToken: person.api_tokens.values_list("pk", flat=True),
        EmailAddress: EmailAddress.objects.filter(user=person).values_list("pk", flat=True),
    }
    for model, ids in named.items():
        kind = ContentType.objects.get_for_model(model)
        rows = LogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in ids])
        rows.update(object_repr=FORMER_MEMBER)
    for membership in person.memberships.select_related("user", "course"):
        said = json.dumps(str(membership))
        LogEntry.objects.filter(change_message__contains=said).update(change_message="")
