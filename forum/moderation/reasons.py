"""Templates of reasons: what moderators say again and again, with holes for what differs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User, shown_name
from forum.discussion.models import Kind, Post
from forum.lib.errors import Refused
from forum.lib.text import NOTE_LIMIT, clean_line, clean_source
from forum.moderation.models import Event, EventKind, ReasonTemplate, Rule
from forum.permissions import require

#: What a template may leave open.
HOLES = ("author", "rule", "article", "quote")
_HOLE = re.compile(r"\{([^{}\n]*)\}")
#: Code points of a quotation in a reason.
_QUOTE = 120


def save_template(
    *, moderator: User, template: ReasonTemplate | None, title: str, text: str, rule_slug: str = ""
) -> ReasonTemplate:
    """Write a new template, or change ``template``; the log says who did.

    Raises ``Refused`` naming ``title``, ``text`` or ``rule_slug``.
    """
    require(moderator, "reason.edit")
    title = clean_line(title, field="title", limit=80)
    text = clean_source(text, field="text", limit=NOTE_LIMIT).strip()
    unknown = [hole for hole in _HOLE.findall(text) if hole not in HOLES]
    if unknown:
        raise Refused(
            "text",
            _("“{%(hole)s}” is not known. There are: %(holes)s.")
            % {"hole": unknown[0], "holes": ", ".join(f"{{{hole}}}" for hole in HOLES)},
        )
    if rule_slug and not Rule.objects.filter(slug=rule_slug, retired_at=None).exists():
        raise Refused("rule_slug", _("There is no such rule."))
    template = template or ReasonTemplate()
    template.title, template.text, template.rule_slug = title, text, rule_slug
    template.updated_at = timezone.now()
    try:
        with transaction.atomic():
            template.save()
            _log(moderator, template.title)
    except IntegrityError:
        raise Refused("title", _("Another template for this rule is called so.")) from None
    return template


def delete_template(*, moderator: User, template: ReasonTemplate) -> None:
    """Delete a template. Reasons that were given with it stay as they are."""
    require(moderator, "reason.edit")
    with transaction.atomic():
        _log(moderator, f"{template.title} ✕")
        template.delete()


def rule_of(template: ReasonTemplate) -> Rule | None:
    """The rule that ``template`` is for, as it is now."""
    if not template.rule_slug:
        return None
    return Rule.objects.filter(slug=template.rule_slug, retired_at=None).first()


def readings(
    templates: Iterable[ReasonTemplate], post: Post
) -> list[tuple[ReasonTemplate, Rule | None, str]]:
    """Each of ``templates`` with its rule, and as it reads for ``post``; a rule that is yet to be
    chosen is a gap. Two queries."""
    rules = {rule.slug: rule for rule in Rule.objects.filter(retired_at=None)}
    gap = Rule(title="…")
    found = [(template, rules.get(template.rule_slug)) for template in templates]
    return [(one, rule, filled(one.text, post, rule or gap)) for one, rule in found]


def filled(text: str, post: Post, rule: Rule | None) -> str:
    """The words of a template for ``post``."""
    marked = post.kind == Kind.ANNOTATION
    quote = " ".join((post.annotation.quote if marked else post.current.text).split())
    values = {
        "author": shown_name(post.author_name),
        "rule": rule.title if rule else "",
        "article": post.root.article.title if post.root else "",
        "quote": quote if len(quote) <= _QUOTE else quote[:_QUOTE].rstrip() + "…",
    }
    # Once: what is filled in is nobody's template.
    return _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)


def _log(moderator: User, detail: str) -> None:
    Event.objects.create(
        kind=EventKind.TEMPLATE_CHANGED,
        actor=moderator,
        actor_name=moderator.public_name,
        detail=detail,
    )
