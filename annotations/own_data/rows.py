"""What one person has written and done, for themselves: the rows of the export of their own data.

Their own posts are theirs whatever has become of them, so here, and nowhere else, they are found by
their author. What stands around them is of others: the title of an article, the passage a note
marks, the name of whom a response answers. That goes along only where they may read it now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from annotations.models import Annotation, AnnotationTag
from annotations.own_data.moderation import (
    appeals,
    decision_row,
    decisions,
    flags,
    notices_given,
    refused,
    sanctions,
)
from annotations.own_data.pieces import Row, address, chunks, utc
from forum.accounts.models import Mute, shown_name
from forum.discussion.models import Article, Endorsement, Kind, Post, Revision, State, Subscription
from forum.moderation.models import Decision
from forum.notifications.models import Notification
from forum.notifications.reading import no_longer_quoted

if TYPE_CHECKING:
    from forum.accounts.models import User

#: Goes up when a field changes its meaning or goes; new ones may come at any time.
VERSION = 1
#: Revisions read at once, each with its text three times: that is what takes memory.
REVISIONS = 20

#: A post, and its revisions, newest first; these are to be read before the next post is.
Written = tuple[Row, Iterator[Row]]


def written(person: User, kind: Kind) -> Iterator[Written]:
    """Everything of one kind that ``person`` has written, oldest first.

    Seven queries for each ``CHUNK``, and one more for each ``REVISIONS``.
    """
    own = Post.objects.filter(author=person, kind=kind).exclude(state=State.ERASED)
    own = own.select_related("root__article", "article", "parent", "annotation", "note_from")
    own = own.defer("root__article__standfirst")
    for posts in chunks(own):
        around = _Around(person, posts)
        revisions = _revisions(person, [post.pk for post in posts])
        revision = next(revisions, None)

        def of(post: Post) -> Iterator[Row]:
            nonlocal revision
            while revision is not None and revision.post_id == post.pk:
                yield _revision(revision)
                revision = next(revisions, None)  # noqa: B023  # read out before the next

        for post in posts:
            yield _post(post, around), of(post)


def edits(person: User) -> Iterator[Row]:
    """The revisions that ``person`` has written of what others published."""
    made = Revision.objects.filter(editor=person).exclude(post__author=person)
    for found in chunks(made, REVISIONS):
        articles = Article.objects.visible_to(person).filter(pk__in={r.post_id for r in found})
        titles = dict(articles.values_list("pk", "title"))
        for revision in found:
            yield {
                "post": address("post", revision.post_id),
                "title": titles.get(revision.post_id),
                **_revision(revision),
            }


def endorsements(person: User) -> Iterator[Row]:
    """The responses that ``person`` endorses."""
    for found in chunks(Endorsement.objects.filter(person=person)):
        for endorsement in found:
            yield {
                "post": address("post", endorsement.post_id),
                "created_at": utc(endorsement.created_at),
            }


def follows(person: User) -> Iterator[Row]:
    """The discussions, threads and people that ``person`` follows."""
    for found in chunks(Subscription.objects.filter(person=person).select_related("author")):
        roots = [subscription.root_id or subscription.post_id for subscription in found]
        articles = Article.objects.visible_to(person).filter(pk__in=filter(None, roots))
        titles = dict(articles.values_list("pk", "title"))
        for subscription, root in zip(found, roots, strict=True):
            post, other = subscription.post_id, subscription.author
            yield {
                "post": address("post", post) if post else None,
                "title": titles.get(root or 0),
                "person": other.public_name if other else None,
                "created_at": utc(subscription.created_at),
            }


def mutes(person: User) -> Iterator[Row]:
    """The people whom ``person`` has muted."""
    for found in chunks(Mute.objects.filter(person=person).select_related("muted")):
        for mute in found:
            yield {"person": mute.muted.public_name, "created_at": utc(mute.created_at)}


def notices(person: User) -> Iterator[Row]:
    """What ``person`` has been told."""
    for found in chunks(Notification.objects.filter(recipient=person)):
        unreadable = no_longer_quoted(person, found)
        for notice in found:
            yield {
                "kind": notice.kind,
                "subject": notice.subject,
                "body": None if notice.pk in unreadable else notice.body,
                "address": settings.SITE_URL + notice.path,
                "created_at": utc(notice.created_at),
                "read_at": utc(notice.read_at),
            }


#: What posts there are, by their name in the file.
POSTS = {"articles": Kind.ARTICLE, "responses": Kind.COMMENT, "notes": Kind.ANNOTATION}
#: Whatever else than posts there is, by its name in the file.
OTHERS: dict[str, Callable[[User], Iterator[Row]]] = {
    "edits": edits,
    "flags": flags,
    "notices_given": notices_given,
    "refused": refused,
    "decisions": decisions,
    "sanctions": sanctions,
    "appeals": appeals,
    "endorsements": endorsements,
    "follows": follows,
    "mutes": mutes,
    "notices": notices,
}


class _Around:
    """What stands around some posts of one person, as far as they may read it. Five queries."""

    def __init__(self, person: User, posts: Iterable[Post]) -> None:
        ids = {post.pk for post in posts}
        near = {pk for post in posts for pk in (post.root_id, post.parent_id) if pk}
        seen = Post.objects.visible_to(person).filter(pk__in=near).values_list("pk", flat=True)
        self.readable = set(seen)
        marked = Annotation.objects.filter(post__in=ids).values_list("revision")
        self.texts = dict(
            Revision.objects.visible_to(person).filter(pk__in=marked).values_list("pk", "number")
        )
        self.tags: dict[int, list[Row]] = {}
        worn = AnnotationTag.objects.filter(annotation__in=ids).order_by("tag__position", "tag")
        for annotation, slug, label in worn.values_list("annotation", "tag__slug", "tag__label"):
            self.tags.setdefault(annotation, []).append({"slug": slug, "label": label})
        self.decisions: dict[int, list[Row]] = {}
        made = Decision.objects.filter(case__post__in=ids).select_related("case", "rule")
        for decision in made.order_by("pk"):
            self.decisions.setdefault(decision.case.post_id, []).append(decision_row(decision))


def _post(post: Post, around: _Around) -> Row:
    root = post.root or post
    row: Row = {
        "id": post.pk,
        "address": address("post", post.pk),
        "state": post.state,
        "audience": post.audience,
        "created_at": utc(post.created_at),
    }
    if post.kind == Kind.ARTICLE:
        row |= _article(post.article)
    else:
        readable = root.pk in around.readable
        row["article"] = {
            "address": address("post", root.pk),
            "title": root.article.title if readable else None,
        }
    if post.kind == Kind.COMMENT:
        row["number"] = post.number
        row["answers"] = _answered(post, around)
    if post.kind == Kind.ANNOTATION:
        row["passage"] = _passage(post, around)
        row["tags"] = around.tags.get(post.pk, [])
        row["words_are_response"] = post.note_from_id and address("post", post.note_from_id)
    row["decisions"] = around.decisions.get(post.pk, [])
    return row


def _article(article: Article) -> Row:
    names = ("slug", "title", "standfirst", "byline", "language", "about_author", "series")
    return {
        **{name: getattr(article, name) for name in names},
        "figure": settings.SITE_URL + article.figure.url if article.figure else None,
        "figure_alt": article.figure_alt,
        "figure_caption": article.figure_caption,
        "published_at": utc(article.published_at),
        "closed_at": utc(article.closed_at),
    }


def _answered(post: Post, around: _Around) -> Row | None:
    """What a response answers, unless that is the article."""
    parent = post.parent
    if parent is None or parent.kind == Kind.ARTICLE:
        return None
    readable = parent.pk in around.readable
    return {
        "address": address("post", parent.pk),
        "kind": parent.noun,
        "author": shown_name(parent.author_name) if readable else None,
    }


def _passage(post: Post, around: _Around) -> Row:
    """What a note marks. The words are another's."""
    annotation = post.annotation
    number = around.texts.get(annotation.revision_id)
    return {
        "of": address("post", post.parent_id or 0),
        "revision": number,
        "start": annotation.start,
        "end": annotation.end,
        "quote": annotation.quote if number is not None else None,
    }


def _revision(revision: Revision) -> Row:
    return {
        "number": revision.number,
        "created_at": utc(revision.created_at),
        "format": revision.format,
        "source": revision.source,
        "html": revision.html,
        "text": revision.text,
    }


def _revisions(person: User, posts: list[int]) -> Iterator[Revision]:
    """The revisions of ``posts`` that nobody else has written, by post, newest first."""
    theirs = Q(editor=person) | Q(editor=None)
    wanted = Revision.objects.filter(theirs, post__in=posts).order_by("post_id", "-number")
    # Only these are put in order, not the texts.
    ids = list(wanted.values_list("pk", flat=True))
    for start in range(0, len(ids), REVISIONS):
        some = ids[start : start + REVISIONS]
        found = Revision.objects.in_bulk(some)
        yield from (found[pk] for pk in some if pk in found)
