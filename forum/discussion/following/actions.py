"""Following a discussion, a thread or a person: who does, and telling them of what is new."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django_tasks import task

from forum.accounts.models import User, shown_name
from forum.discussion.models import Article, Audience, Kind, Post, State, Subscription
from forum.lib.interface import spoken_to
from forum.lib.prepared import Prepared
from forum.notifications.actions import Notice, notify_all
from forum.notifications.models import Notification, NotificationKind
from forum.permissions import require

#: Posts told of in one go, and people told of one.
_BATCH = 100
#: What somebody who follows a person is told of.
_WRITTEN = (Kind.COMMENT, Kind.ANNOTATION)


def follow(*, person: User, article: Article) -> None:
    """Tell ``person`` of new responses from now on."""
    require(person, "article.follow", article.post)
    _follow(Subscription(person=person, post=article.post))


def follow_thread(*, person: User, post: Post) -> None:
    """Tell ``person`` from now on of whatever answers ``post``, and what answers that."""
    require(person, "thread.follow", post)
    _follow(Subscription(person=person, post=post, root_id=post.article_id))


def follow_person(*, person: User, other: User) -> None:
    """Tell ``person`` of what ``other`` writes from now on, where everybody reads it."""
    require(person, "person.follow", other)
    _follow(Subscription(person=person, author=other))


def unfollow(*, person: User, article: Article) -> bool:
    """Tell ``person`` no longer; whether they followed."""
    return unfollow_thread(person=person, post=article.pk)


def unfollow_thread(*, person: User, post: int) -> bool:
    """Tell ``person`` no longer of what is under the post of this id; whether they followed."""
    gone, _each = Subscription.objects.filter(post=post, person=person).delete()
    return bool(gone)


def unfollow_person(*, person: User, other: User) -> bool:
    """Tell ``person`` no longer of what ``other`` writes; whether they followed."""
    gone, _each = Subscription.objects.filter(author=other, person=person).delete()
    return bool(gone)


def follows(person: User, article: Article) -> bool:
    """Whether ``person`` follows ``article``. One query."""
    return follows_thread(person, article.pk)


def follows_thread(person: User, post: int) -> bool:
    """Whether ``person`` follows what is under the post of this id. One query."""
    return Subscription.objects.filter(post=post, person=person).exists()


def follows_person(person: User, other: int | None) -> bool:
    """Whether ``person`` follows the person of this id. One query."""
    return Subscription.objects.filter(author=other, person=person).exists()


@dataclass(frozen=True, slots=True)
class Followed:
    """What somebody follows, each kind by when they began, the last first."""

    articles: Sequence[Article]
    #: With ``root`` and its article loaded.
    threads: Sequence[Post]
    people: Sequence[User]


def followed_by(person: User) -> Followed:
    """What ``person`` follows and may still see. Three queries."""
    mine = Subscription.objects.filter(person=person).order_by("-pk")
    visible = Post.objects.visible_to(person)
    posts = [pk for pk in mine.values_list("post", flat=True) if pk]
    found = visible.filter(pk__in=posts).select_related("article", "root__article")
    order = {pk: place for place, pk in enumerate(posts)}
    seen = sorted(found, key=lambda post: order[post.pk])
    people = User.objects.filter(followers__person=person, is_active=True)
    return Followed(
        articles=[post.article for post in seen if post.kind == Kind.ARTICLE],
        threads=[post for post in seen if post.kind != Kind.ARTICLE],
        people=list(people.order_by("-followers__pk")),
    )


def announce(post: Post) -> None:
    """Tell those who follow its author of a new ``post``, once the transaction is done.

    For posts that are not counted as comments are, which learn at once whether anybody follows.
    """
    if post.audience == Audience.PUBLIC and _FOLLOWERS.rows(author=post.author_id or 0):
        tell = partial(tell_followers.enqueue, post.article_id, post.author_id, post.pk)
        transaction.on_commit(tell, robust=True)


_FOLLOWERS = Prepared(lambda author: Subscription.objects.filter(author=author).values_list("pk"))


@task()
def tell_followers(article: int, author: int | None = None, post: int | None = None) -> int:
    """Tell those who follow what they have not been told of: threads under the ``article`` of this
    id, the ``author``, then the article itself. Of one post each hears once, for the first of these
    reasons.

    What they have been told of is kept with each: whoever is told by a process that stops is told
    the rest by the next one, and nobody twice. Returns how many were told something.

    What is written under one article becomes readable in the order of its ids, for each waits for
    the one before; what one person writes under two may not. So those who follow the ``author`` and
    have been told of a later post than ``post``, which was written just now, are told of it too.
    """
    told = 0
    for which in (Q(root=article), Q(author=author or 0), Q(post=article)):
        waiting = Subscription.objects.filter(_is_behind(), which).select_related("person")
        while batch := list(waiting.order_by("pk")[:_BATCH]):
            told += sum(map(_tell, batch))
    return told + (_tell_those_ahead(author, post) if author and post else 0)


def _tell_those_ahead(author: int, pk: int) -> int:
    """Tell of this post those who follow its ``author`` and have been told of a later one, but not
    of this. Returns how many were told."""
    heard = Notification.objects.filter(post=pk, recipient=OuterRef("person"))
    ahead = Subscription.objects.filter(~Exists(heard), author=author, told__gte=pk)
    post = Post.objects.filter(pk=pk).select_related("root__article").first()
    if post is None:
        return 0
    told = last = 0
    following = ahead.filter(created_at__lte=post.created_at).select_related("person")
    while batch := list(following.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = batch[-1].pk
        told += _tell_of(post, batch)
    return told


@task()
def tell_followers_of(post: int) -> int:
    """Tell those who follow of one post that was let through just now, as ``tell_followers`` does.

    Those too who came after it was written: to readers it is new. Nobody hears of it twice. Returns
    how many people it was told to.
    """
    found = Post.objects.filter(pk=post, state=State.PUBLISHED).select_related("root__article")
    new = found.first()
    if new is None or new.root is None:
        return 0
    comment = new.kind == Kind.COMMENT
    above = _above([new.pk])[new.pk] if comment else set()
    told = last = 0
    for which in (
        Q(root=new.root_id, post__in=above),
        Q(author=new.author_id or 0),
        Q(post=new.root_id if new.is_response else 0),
    ):
        last = 0
        following = Subscription.objects.filter(which).select_related("person").order_by("pk")
        while batch := list(following.filter(pk__gt=last)[:_BATCH]):
            last = batch[-1].pk
            told += _tell_of(new, batch)
    return told


def _tell_of(post: Post, following: Sequence[Subscription]) -> int:
    """Tell these of ``post``, as far as they may read it and have not heard; how many were."""
    already = Notification.objects.filter(
        post=post, recipient__in=[subscription.person_id for subscription in following]
    )
    heard = set(already.values_list("recipient", flat=True))
    notices = [
        _notice(subscription, post)
        for subscription in following
        if subscription.person_id not in heard
        and _is_for(subscription.person, post)
        and _readable(subscription.person, [post.pk])
    ]
    notify_all(notices)
    return len(notices)


def _follow(subscription: Subscription) -> None:
    newest = Post.objects.aggregate(newest=Max("pk"))["newest"] or 0
    subscription.told = newest
    # Who follows already keeps what they have been told of.
    Subscription.objects.bulk_create([subscription], ignore_conflicts=True)


def _is_behind() -> Q:
    """Whether there is something that a subscription has not told of."""
    told = Q(pk__gt=OuterRef("told"))
    comments = Post.objects.filter(told, kind=Kind.COMMENT)
    return (
        Q(Exists(comments.filter(root=OuterRef("root"))), root__isnull=False)
        | Q(Exists(comments.filter(root=OuterRef("post"), note=None)), root=None)
        | Q(Exists(Post.objects.filter(told, author=OuterRef("author"), kind__in=_WRITTEN)))
    )


def _new_to(subscription: Subscription) -> QuerySet[Post]:
    """What ``subscription`` has not told of, the oldest first; with a thread all of its article."""
    new = Post.objects.filter(pk__gt=subscription.told).order_by("pk")
    if subscription.author_id:
        return new.filter(author=subscription.author_id, kind__in=_WRITTEN)
    if subscription.root_id:
        return new.filter(root=subscription.root_id, kind=Kind.COMMENT)
    return new.filter(root=subscription.post_id, kind=Kind.COMMENT, note=None)


def _tell(subscription: Subscription) -> bool:
    person = subscription.person
    new = list(_new_to(subscription).select_related("root__article")[:_BATCH])
    with transaction.atomic():
        mine = Subscription.objects.filter(pk=subscription.pk, told=subscription.told)
        if not new or not mine.update(told=new[-1].pk):
            # Another process is at it.
            return False
        if subscription.root_id:
            above = _above([post.pk for post in new])
            new = [post for post in new if subscription.post_id in above[post.pk]]
        new = [post for post in new if _is_for(person, post)]
        already = Notification.objects.filter(recipient=person, post__in=[post.pk for post in new])
        heard = set(already.values_list("post", flat=True))
        readable = _readable(person, {post.pk for post in new} - heard)
        notices = [_notice(subscription, post) for post in new if post.pk in readable]
        notify_all(notices)
    return bool(notices)


def _is_for(person: User, post: Post) -> bool:
    public = post.audience != Audience.PRIVATE and post.state == State.PUBLISHED
    return public and post.author_id != person.pk


def _readable(person: User, posts: Collection[int]) -> set[int]:
    """Which of ``posts``, by their ids, ``person`` may read: most of them everybody may."""
    found: set[int] = set()
    for reader in (AnonymousUser(), person):
        if left := set(posts) - found:
            visible = Post.objects.visible_to(reader).filter(pk__in=left)
            found |= set(visible.values_list("pk", flat=True))
    return found


_POSTS = Post._meta.db_table


def _above(posts: Collection[int]) -> dict[int, set[int]]:
    """What stands above each of these comments in its thread: comments, and the note of a reply."""
    listed = ", ".join(["%s"] * len(posts))
    climb = f"""
        WITH RECURSIVE climb (post, above) AS (
            SELECT id, parent_id FROM {_POSTS} WHERE id IN ({listed})
            UNION ALL
            SELECT climb.post, p.parent_id FROM climb JOIN {_POSTS} AS p ON p.id = climb.above
            WHERE p.kind = 'comment'
        )
        SELECT post, above FROM climb
    """  # noqa: S608  # the name of our own table
    found: dict[int, set[int]] = {post: set() for post in posts}
    with connection.cursor() as cursor:
        cursor.execute(climb, list(posts))
        for post, above in cursor.fetchall():
            found[post].add(above)
    return found


def _notice(subscription: Subscription, post: Post) -> Notice:
    article = post.root.article if post.root else post.article
    said = {"number": post.number, "title": article.title}
    with spoken_to(subscription.person):
        # Their account may have gone since they wrote it.
        said["name"] = shown_name(post.author_name)
        subject, body = _words(subscription, post)
        return Notice(
            recipient=subscription.person,
            kind=NotificationKind.FOLLOWED,
            key=f"followed:{post.pk}",
            subject=subject % said,
            body=body % said,
            path=post.get_absolute_url(),
            post=post,
        )


def _words(subscription: Subscription, post: Post) -> tuple[str, str]:
    """The subject and the body of what is told of ``post``."""
    if subscription.root_id:
        return _in_thread(post)
    if subscription.author_id and post.kind == Kind.ANNOTATION:
        return _("%(name)s wrote a note"), _("%(name)s wrote a note on “%(title)s”.")
    if subscription.author_id and post.note_id:
        return _("%(name)s wrote a reply"), _("%(name)s replied to a note on “%(title)s”.")
    return (
        _("%(name)s responded to “%(title)s”"),
        _("%(name)s wrote response %(number)s to “%(title)s”."),
    )


def _in_thread(post: Post) -> tuple[str, str]:
    subject = _("%(name)s wrote in a thread that you follow")
    if post.note_id:
        body = _("%(name)s wrote in a thread that you follow, under a note on “%(title)s”.")
        return subject, body
    return subject, _(
        "%(name)s wrote response %(number)s to “%(title)s”, in a thread that you follow."
    )
