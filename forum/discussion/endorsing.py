"""Endorsing a response, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Article, Endorsement, Post, State
from forum.lib.errors import Conflict
from forum.permissions import require


def endorse(*, person: User, post: Post) -> bool:
    """Say yes to a response; whether that is new. Raises what ``permissions`` raises."""
    require(person, "post.endorse", post)
    try:
        with transaction.atomic():
            Endorsement.objects.create(post=post, person=person)
            _count(post)
            # A decision about it, made since we looked, stands.
            if not Post.objects.filter(pk=post.pk, state=State.PUBLISHED).exists():
                raise Conflict(_("This response has changed in the meantime; look at it again."))
    except IntegrityError:
        if not Endorsement.objects.filter(post=post, person=person).exists():
            raise
        return False
    return True


def take_back(*, person: User, post: Post) -> bool:
    """Endorse it no longer; whether ``person`` did."""
    require(person, "post.endorse", post)
    with transaction.atomic():
        gone, _ = Endorsement.objects.filter(post=post, person=person).delete()
        if gone:
            _count(post)
    return bool(gone)


def endorsements_of(posts: Iterable[int]) -> dict[int, int]:
    """How many each of ``posts`` has that has any, by their ids. One query."""
    counted = Endorsement.objects.filter(post__in=list(posts)).order_by().values_list("post")
    return dict(counted.annotate(Count("pk")))


def endorsed_by(person: User, article: Article) -> list[int]:
    """The responses to ``article`` that ``person`` endorses, by their ids. One query."""
    endorsed = Endorsement.objects.filter(person=person, post__root=article.pk)
    return list(endorsed.order_by().values_list("post", flat=True))


def _count(post: Post) -> None:
    """Count a change under the article. Whoever reads the post: what has come to a page is known
    by as many counts as endorsements (``annotations.page.gathering``)."""
    Article.objects.filter(pk=post.article_id).update(activity=F("activity") + 1)
