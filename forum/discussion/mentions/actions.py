"""Mentions: who is meant by ``@name`` in what somebody writes, and telling them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.urls import get_script_prefix
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Article, Kind, Post, Revision
from forum.lib.html import Format, Rendered, mentioned_in, render
from forum.lib.interface import spoken_to
from forum.lib.mentions import names_in
from forum.notifications.actions import Notice, notify_all
from forum.notifications.models import Notification, NotificationKind
from forum.permissions import can

#: People who are told of being mentioned in one post.
MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Written:
    """Words as they will be read, and the people mentioned in them, in order."""

    rendered: Rendered
    people: Mapping[str, User]

    @property
    def mentioned(self) -> list[User]:
        """At most ``MOST_TOLD`` of them, the first."""
        return [self.people[name] for name in self.rendered.mentioned[:MOST_TOLD]]

    def newly(self, before: str) -> list[User]:
        """Those who are mentioned, and were not in the words ``before``."""
        known = dict.fromkeys(self.rendered.mentioned, "")
        old = mentioned_in(before, format=Format.COMMENT, people=known) if known else ()
        return [person for person in self.mentioned if person.username.lower() not in old]


def write(source: str, *, field: str = "source", before: Revision | None = None) -> Written:
    """What somebody typed into a form, with the people it mentions. Raises what ``render`` does.

    A name is a link where anybody may see the profile. Otherwise it stays words, which tell nobody
    that there is such an account; the person is mentioned all the same. Names that stood in
    ``before``, an earlier revision or this one, mean whom they meant: nobody, if that account is
    gone and somebody else has come to its name.
    Two queries, if there is a name to look for, and one if somebody's account is newer than a post.
    """
    people = _people(names_in(source)) if "@" in source else {}
    if before is not None:
        people = _as_meant(people, before)
    shown = _shown_to_all(people.values())
    addresses = {
        name: address_of_person(person) if person.pk in shown else ""
        for name, person in people.items()
    }
    return Written(render(source, format=Format.COMMENT, field=field, people=addresses), people)


def address_of_person(person: User) -> str:
    """Where the profile of ``person`` is, for words that stay: it leads to nobody else, whoever has
    the name by then."""
    return f"{get_script_prefix()}people/{person.username}/?account={person.pk}"


def tell_mentioned(
    post: Post, article: Article | None, people: Iterable[User], *, but: Collection[int | None] = ()
) -> None:
    """Tell those of ``people`` of a mention in ``post`` who may read it, each once.

    Not its author, nor those who hear of this post anyway: the ids of some are in ``but``.
    """
    asked = [person for person in people if person.pk not in {post.author_id, *but}]
    if not asked:
        return
    heard = set(
        Notification.objects.filter(post=post, recipient__in=asked)
        .order_by()
        .values_list("recipient", flat=True)
    )
    public = Post.objects.visible_to(AnonymousUser()).filter(pk=post.pk).exists()
    article = article or Article.objects.get(pk=post.article_id)
    notify_all(
        _notice(person, post, article)
        for person in asked
        if person.pk not in heard and (public or can(person, "post.read", post))
    )


def _people(names: Collection[str]) -> dict[str, User]:
    """The people of these names in small letters, by them; of two who differ in no more than the
    case of a letter, the older one."""
    if not names:
        return {}
    lowered = User.objects.annotate(name=Lower("username"))
    found = lowered.filter(name__in=names, is_active=True).order_by("-pk")
    return {person.username.lower(): person for person in found}


def _as_meant(people: dict[str, User], before: Revision) -> dict[str, User]:
    """Those of ``people`` who had an account when ``before``, or a revision before that, first
    named them; and those whom none of these names."""
    begun = before.post.created_at
    if all(person.date_joined <= begun for person in people.values()):
        return people
    named: dict[str, datetime] = {}
    earlier = Revision.objects.filter(post=before.post_id, number__lte=before.number)
    for source, at in earlier.order_by("number").values_list("source", "created_at"):
        for name in names_in(source):
            named.setdefault(name, at)
    return {
        name: person
        for name, person in people.items()
        if name not in named or person.date_joined <= named[name]
    }


def _shown_to_all(people: Collection[User]) -> frozenset[int]:
    """Those of ``people`` who have written something that everybody reads, by their ids."""
    if not people:
        return frozenset()
    read = Post.objects.visible_to(AnonymousUser()).filter(author=OuterRef("pk"))
    found = User.objects.filter(Exists(read), pk__in=[person.pk for person in people])
    return frozenset(found.order_by().values_list("pk", flat=True))


def _notice(person: User, post: Post, article: Article) -> Notice:
    said = {"name": post.author_name, "number": post.number, "title": article.title}
    with spoken_to(person):
        if post.note_id:
            body = _("%(name)s mentioned you in a reply to a note on “%(title)s”.")
        elif post.kind == Kind.ANNOTATION:
            body = _("%(name)s mentioned you in a note on “%(title)s”.")
        else:
            body = _("%(name)s mentioned you in response %(number)s to “%(title)s”.")
        return Notice(
            recipient=person,
            kind=NotificationKind.MENTION,
            key=f"mention:{post.pk}",
            subject=_("%(name)s mentioned you") % said,
            body=body % said,
            path=post.get_absolute_url(),
            post=post,
        )
