"""What becomes of posts when the account of their author is erased. In the eraser's transaction."""

from __future__ import annotations

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q

from forum.accounts.models import FORMER_MEMBER, Leaving, User
from forum.discussion.models import (
    Article,
    Audience,
    Endorsement,
    Kind,
    Post,
    Revision,
    SearchEntry,
    State,
    Subscription,
)
from forum.discussion.visibility import PostQuerySet

#: What nobody but its author (and moderators, of some of it) can read goes in any case.
_TAKEN_BACK = Q(state=State.WITHDRAWN) | Q(audience=Audience.PRIVATE)
#: Articles counted up in one go.
_BATCH = 500


def erase_words(person: User, posts: Leaving) -> None:
    """Take the words out of those posts of ``person`` that are to be tombstones.

    Articles that were published stay: what everybody else wrote hangs on them.
    """
    # Whatever becomes of them: nobody else changes any until this is done. First the words, as
    # whoever edits takes them.
    own = Post.objects.filter(author=person)
    current = Revision.objects.current().filter(post__in=own.values("pk")).order_by("pk")
    list(current.select_for_update(no_key=True).values_list("pk", flat=True))
    own.update(token="")
    _delete_drafts(person)
    own = own.exclude(kind=Kind.ARTICLE)
    if posts == Leaving.KEPT:
        # Notes whose words are a response's that was taken back, before it is something else.
        own.filter(note_from__state=State.WITHDRAWN).update(state=State.ERASED)
        own = own.filter(_TAKEN_BACK)
    own.update(state=State.ERASED)
    Revision.objects.filter(post__in=erased(person).values("pk")).update(
        source="", html="", text="", text_sha256=Revision.digest(""), words=0
    )
    SearchEntry.objects.filter(post__in=erased(person).values("pk")).delete()


def erased(person: User) -> PostQuerySet:
    """The posts of ``person`` that are tombstones, while the erasure goes on."""
    return Post.objects.filter(author=person, state=State.ERASED)


def count_changes(person: User, posts: Leaving) -> None:
    """Count a change under each article on which ``person`` has written, and take back what they
    endorsed and follow."""
    written = Post.objects.filter(author=person).order_by()
    endorsed = Endorsement.objects.filter(person=person)
    changed = set(written.filter(root=None).values_list("pk", flat=True))
    changed.update(pk for (pk,) in written.values_list("root").distinct() if pk)
    changed.update(pk for (pk,) in endorsed.order_by().values_list("post__root").distinct() if pk)
    endorsed.delete()
    Subscription.objects.filter(person=person).delete()
    # One for each is enough: it is more than was counted of whatever has come.
    articles = sorted(changed)
    for start in range(0, len(articles), _BATCH):
        some = Article.objects.filter(pk__in=articles[start : start + _BATCH])
        some.update(activity=F("activity") + 1)


def let_go(person: User, posts: Leaving) -> None:
    """Take ``person`` off whatever is left. Nothing is known as theirs afterwards."""
    Revision.objects.filter(editor=person).update(editor=None)
    Post.objects.filter(author=person).update(author=None, author_name=FORMER_MEMBER)


def _delete_drafts(person: User) -> None:
    drafts = Post.objects.filter(author=person, state=State.DRAFT)
    figures = Article.objects.filter(post__in=drafts).exclude(figure="")
    for name in figures.values_list("figure", flat=True):
        transaction.on_commit(partial(default_storage.delete, name), robust=True)
    drafts.delete()
