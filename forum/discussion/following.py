"""Following a discussion: who does, and telling them of new responses."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django_tasks import task

from forum.accounts.models import User
from forum.discussion.models import Article, Audience, Kind, Post, State, Subscription
from forum.notifications.actions import Notice, notify_all
from forum.notifications.models import Notification, NotificationKind
from forum.permissions import can, require

#: Responses told of in one go, and people told of one.
_BATCH = 100


def follow(*, person: User, article: Article) -> None:
    """Tell ``person`` of new responses from now on."""
    require(person, "article.follow", article.post)
    newest = Post.objects.aggregate(newest=Max("pk"))["newest"] or 0
    # Who follows already keeps what they have been told of.
    Subscription.objects.bulk_create(
        [Subscription(post=article.post, person=person, told=newest)], ignore_conflicts=True
    )


def unfollow(*, person: User, article: Article) -> bool:
    """Tell ``person`` no longer; whether they followed."""
    gone, _ = Subscription.objects.filter(post=article.pk, person=person).delete()
    return bool(gone)


def follows(person: User, article: Article) -> bool:
    """Whether ``person`` follows ``article``. One query."""
    return Subscription.objects.filter(post=article.pk, person=person).exists()


@task()
def tell_followers(article: int) -> int:
    """Tell those who follow an article of the responses that they have not been told of.

    What they have been told of is kept with each: whoever is told by a process that stops is told
    the rest by the next one, and nobody twice. Returns how many were told something.
    """
    told = 0
    behind = Post.objects.filter(
        root=OuterRef("post"), kind=Kind.COMMENT, note=None, pk__gt=OuterRef("told")
    )
    waiting = Subscription.objects.filter(Exists(behind), post=article).select_related("person")
    while batch := list(waiting.order_by("pk")[:_BATCH]):
        told += sum(map(_tell, batch))
    return told


def _tell(subscription: Subscription) -> bool:
    article = Article.objects.get(pk=subscription.post_id)
    found = Post.objects.filter(
        root=article.pk, kind=Kind.COMMENT, note=None, pk__gt=subscription.told
    )
    new = list(found.order_by("pk")[:_BATCH])
    with transaction.atomic():
        mine = Subscription.objects.filter(pk=subscription.pk, told=subscription.told)
        if not mine.update(told=new[-1].pk):
            # Another process is at it.
            return False
        already = Notification.objects.filter(
            recipient=subscription.person_id, post__in=[post.pk for post in new]
        )
        heard = set(already.values_list("post", flat=True))
        notices = [
            _notice(subscription.person, post, article)
            for post in new
            if post.pk not in heard and _is_for(subscription.person, post)
        ]
        notify_all(notices)
    return bool(notices)


def _is_for(person: User, post: Post) -> bool:
    if post.author_id == person.pk or post.state != State.PUBLISHED:
        return False
    return post.audience == Audience.PUBLIC or can(person, "post.read", post)


def _notice(person: User, post: Post, article: Article) -> Notice:
    subject = f"{post.author_name} responded to “{article.title}”"
    return Notice(
        recipient=person,
        kind=NotificationKind.FOLLOWED,
        key=f"followed:{post.pk}",
        subject=subject,
        body=f"{post.author_name} wrote response {post.number} to “{article.title}”.",
        path=post.get_absolute_url(),
        post=post,
    )
