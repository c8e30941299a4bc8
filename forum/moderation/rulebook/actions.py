"""Changing the rules of the site: each change is a new version, and a line in the log."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.errors import Conflict, Refused
from forum.lib.interface import spoken_by_site
from forum.lib.text import NOTE_LIMIT, clean_line, clean_source
from forum.moderation.models import Category, Event, EventKind, Rule
from forum.permissions import require

TITLE_LIMIT, SLUG_LIMIT = 120, 60
#: The largest number a rule can have in the database.
_MOST = 32_767
#: What a removal by a rule weighs as a strike, at most.
MOST_SEVERE = 9


def write_rule(
    *,
    editor: User,
    slug: str,
    number: int,
    title: str,
    text: str,
    category: str = Category.TERMS,
    severity: int = 1,
    expected: int = 0,
) -> Rule:
    """Put the next version of the rule ``slug`` in force, in place of the version ``expected``.

    0 says that no version of it is in force: it is new, or was retired. Decisions keep naming the
    version that they rest on. ``severity`` is what a removal by it weighs as a strike, from 1 to
    ``MOST_SEVERE``. Raises ``Refused`` naming the field, and ``Conflict`` when another
    version is in force than the editor has read.
    """
    require(editor, "rule.write")
    slug = clean_line(slug, field="slug", limit=SLUG_LIMIT)
    try:
        validate_slug(slug)
    except ValidationError:
        raise Refused("slug", _("Use letters, digits, hyphens and underscores only.")) from None
    title = clean_line(title, field="title", limit=TITLE_LIMIT)
    text = clean_source(text, field="text", limit=NOTE_LIMIT).strip()
    if category not in Category.values:
        raise Refused("category", _("Choose what a breach of it is about."))
    if not 0 < number <= _MOST:
        raise Refused("number", _("This must be a number from 1 to %(most)s.") % {"most": _MOST})
    if not 0 < severity <= MOST_SEVERE:
        said = _("This must be a number from 1 to %(most)s.") % {"most": MOST_SEVERE}
        raise Refused("severity", said)
    wanted = Rule(
        slug=slug, number=number, title=title, text=text, category=category, severity=severity
    )
    try:
        with transaction.atomic():
            return _write(editor, wanted, expected)
    except IntegrityError:
        others = Rule.objects.filter(retired_at=None, number=number).exclude(slug=slug)
        if others.exists():
            raise Refused("number", _("Another rule has this number.")) from None
        # Another made the same version a moment before us.
        raise _changed(slug) from None


def retire_rule(*, editor: User, rule: Rule) -> None:
    """Take ``rule`` out of force; decisions keep naming it. Raises ``Conflict``."""
    require(editor, "rule.write")
    with transaction.atomic():
        in_force = Rule.objects.filter(pk=rule.pk, retired_at=None)
        if not in_force.update(retired_at=timezone.now()):
            raise _changed(rule.slug)
        with spoken_by_site():
            _log(editor, _("%(rule)s was taken out of force.") % {"rule": _named(rule)})


def _write(editor: User, rule: Rule, expected: int) -> Rule:
    now = timezone.now()
    versions = Rule.objects.filter(slug=rule.slug)
    # Compare and set: of two who change the same version, one does.
    retired = versions.filter(retired_at=None, version=expected).update(retired_at=now)
    if bool(expected) != bool(retired) or versions.filter(retired_at=None).exists():
        raise _changed(rule.slug)
    rule.version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    rule.created_at = now
    rule.save(force_insert=True)
    with spoken_by_site():
        _log(editor, _("%(rule)s is in force.") % {"rule": _named(rule)})
    return rule


def _named(rule: Rule) -> str:
    return _("%(rule)s (version %(version)s)") % {"rule": rule, "version": rule.version}


def _changed(slug: str) -> Conflict:
    now = Rule.objects.filter(slug=slug, retired_at=None).first()
    message = _("Somebody else has changed this rule meanwhile; look at it as it stands now.")
    return Conflict(message, {"version": now.version if now else 0})


def _log(editor: User, detail: str) -> None:
    Event.objects.create(
        kind=EventKind.RULE_CHANGED, actor=editor, actor_name=editor.public_name, detail=detail
    )
