"""What becomes of annotations and quotations when an account is erased."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Value

from annotations.models import (
    Annotation,
    AnnotationTag,
    Placement,
    Quotation,
    QuotationPlacement,
    Reattachment,
)
from forum.accounts.models import Leaving, User, former_member
from forum.discussion.erasing import erased
from forum.discussion.models import Audience, Kind, Post, SearchEntry
from forum.moderation.models import GONE, Case
from forum.notifications.erasing import rename
from forum.notifications.models import Notification, NotificationKind

_NOTHING = {"quote": "", "prefix": "", "suffix": ""}
#: Notes deleted in one go: of these a few columns are held in memory.
_BATCH = 500


def erase_marks(person: User, posts: Leaving) -> None:
    """Take away what erased notes marked and said with tags, and what others quoted of erased
    words. Others keep their notes on these, without the words: nobody can read either."""
    gone = erased(person).values("pk")
    AnnotationTag.objects.filter(annotation__in=gone).delete()
    Placement.objects.filter(annotation__in=gone).delete()
    Annotation.objects.filter(post__in=gone).update(**_NOTHING)
    on_these = Annotation.objects.filter(revision__post__in=gone)
    on_these.update(**_NOTHING)
    SearchEntry.objects.filter(post__in=on_these.values("pk")).delete()
    for end in ("comment_revision__post__in", "revision__post__in"):
        quotations = Quotation.objects.filter(**{end: gone})
        QuotationPlacement.objects.filter(quotation__in=quotations.values("pk")).delete()
        quotations.delete()
    _delete_private(person)
    Reattachment.objects.filter(annotation__in=gone).exclude(reason="").update(reason=GONE)
    _forget_who_placed(person)


def _delete_private(person: User) -> None:
    """Nobody else has ever seen these, so nothing needs to stand where they stood; unless a log
    says what was done to one."""
    private = erased(person).filter(kind=Kind.ANNOTATION, audience=Audience.PRIVATE)
    logged = Reattachment.objects.filter(annotation=OuterRef("pk"))
    private = private.exclude(Exists(logged)).exclude(
        Exists(Case.objects.filter(post=OuterRef("pk")))
    )
    while ids := list(private.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        Post.objects.filter(pk__in=ids).delete()


def _forget_who_placed(person: User) -> None:
    placed = Reattachment.objects.filter(placed_by=person)
    notices = Notification.objects.filter(
        kind=NotificationKind.PASSAGE, post__in=placed.values("annotation")
    )
    for name in set(placed.order_by().values_list("placed_by_name", flat=True).distinct()):
        rename(notices, name)
    placed.update(placed_by=None, placed_by_name=Value(former_member(person.pk)))
    Placement.objects.filter(placed_by=person).update(placed_by=None)
