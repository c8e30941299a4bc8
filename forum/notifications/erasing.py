"""What becomes of what others were told of somebody whose account is erased."""

from __future__ import annotations

from django.conf import settings
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat, Left, Substr
from django.utils import translation

from forum.accounts.models import FORMER_MEMBER, Leaving, User, shown_name
from forum.discussion.models import Post, State
from forum.lib.interface import offered
from forum.notifications.actions import SUBJECT_LIMIT
from forum.notifications.models import Notification


def erase_notices(person: User, posts: Leaving) -> None:
    """Take back what others were told of erased posts; in what they were told of others, the name
    that it begins with goes."""
    written = Post.objects.filter(author=person)
    gone = written.filter(state=State.ERASED).values("pk")
    # What stands on an erased response was quoted from it.
    on_these = Post.objects.filter(parent__in=gone).values("pk")
    for about in (gone, on_these):
        Notification.objects.filter(post__in=about).exclude(recipient=person).delete()
    names = set(written.order_by().values_list("author_name", flat=True).distinct())
    for name in names:
        rename(Notification.objects.filter(post__in=written.values("pk")), name)


def rename(notices: QuerySet[Notification], name: str) -> None:
    """Have those of ``notices`` that begin with ``name`` begin with nobody's, in the language in
    which their recipient is told things."""
    rest = len(name) + 1
    for language in offered():
        theirs = Q(recipient__language=language)
        if language == settings.LANGUAGE_CODE:
            theirs |= ~Q(recipient__language__in=offered())
        with translation.override(language):
            nobody = Value(shown_name(FORMER_MEMBER))
        for field, limit in (("subject", SUBJECT_LIMIT), ("body", None)):
            renamed = Concat(nobody, Substr(F(field), rest))
            begun = notices.filter(theirs, **{f"{field}__startswith": f"{name} "})
            begun.update(**{field: Left(renamed, limit) if limit else renamed})
