"""Writing posts and their revisions: the part that every kind has in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Article, Audience, Kind, Mark, Post, Revision, State
from forum.discussion.search.index import Entry, write_entries, write_text
from forum.lib.deadlocks import is_deadlock
from forum.lib.errors import Conflict, Refused
from forum.lib.hooks import named
from forum.lib.html import Format, Rendered
from forum.lib.insert import insert
from forum.lib.prepared import Prepared

#: What is done with the revision of a response once it is written, in its transaction.
Then = Callable[[Revision], object]

#: What a client may send as a token; the empty one stands for none.
_TOKEN = re.compile(r"[A-Za-z0-9._-]{0,64}")


def create_once(
    create: Callable[[], Post], *, author: User, token: str, kind: Kind, root: int | None
) -> tuple[Post, bool]:
    """Run ``create`` in a transaction, unless ``author`` used ``token`` before.

    Returns the post and whether it is new. Of two requests that race with one token, the
    database lets one in; the other gets that one's post.

    Two transactions that wait for one another, such as with one token for a response, which
    counts before it is inserted, and for a note, which counts last, make the database break one
    off: ``create`` is run once more then, and has to start afresh. So it is when the account of
    somebody else that it refers to has been deleted meanwhile.
    """
    if not _TOKEN.fullmatch(token):
        raise Refused(
            "token", _("A token is up to 64 letters, digits, dots, dashes or underscores.")
        )
    try:
        try:
            with transaction.atomic():
                return create(), True
        except OperationalError as error:
            if not is_deadlock(error):
                raise
        with transaction.atomic():
            return create(), True
    except IntegrityError:
        earlier = Post.objects.filter(author=author, token=token).first() if token else None
        if earlier is None:
            with transaction.atomic():
                return create(), True
        if (earlier.kind, earlier.root_id) != (kind, root):
            raise Conflict(_("This form was used before, for something else.")) from None
        return earlier, False


def look_ahead(post: Post, rendered: Rendered) -> list[Then]:
    """Do what takes time with the words of ``post``, if it is a response; it may not be saved yet.

    Before the transaction that writes them, which keeps others from writing: it is given what
    this returns.
    """
    if not post.is_response:
        return []
    return [look(post, rendered) for look in named(settings.RESPONSE_PREPARERS)]


def write_first_revision(
    post: Post,
    rendered: Rendered,
    *,
    source: str,
    format: Format,
    editor: User | None,
    heading: str = "",
    then: Sequence[Then] = (),
) -> Revision:
    """Give a new post its words, in the caller's transaction.

    ``heading`` is what a search finds of the post beside them.
    """
    revision = _write(post, rendered, number=1, source=source, format=format, editor=editor)
    write_entries([Entry(post.pk, heading, rendered.text)])
    _follow(None, revision, then)
    return revision


def write_first_revisions(
    words: Sequence[tuple[Post, str, Format, Rendered]], *, heading: str = ""
) -> None:
    """Give many new posts their words, in the caller's transaction: source, format and both forms.

    Each was written by its author when the post was made, whatever the time is now. ``heading`` is
    what a search finds beside the words of each.
    """
    revisions = [
        Revision(
            post=post,
            number=1,
            source=source,
            format=format,
            html=rendered.html,
            text=rendered.text,
            text_sha256=Revision.digest(rendered.text),
            words=len(rendered.text.split()),
            editor_id=post.author_id,
            created_at=post.created_at,
        )
        for post, source, format, rendered in words
    ]
    written = Revision.objects.bulk_create(revisions)
    write_entries(Entry(revision.post_id, heading, revision.text) for revision in written)
    for revision in written:
        _follow(None, revision, ())


@transaction.atomic
def write_next_revision(
    current: Revision,
    rendered: Rendered,
    *,
    source: str,
    format: Format,
    editor: User | None,
    mark: Mark = Mark.EDITED,
    then: Sequence[Then] = (),
    held: bool = False,
) -> Revision:
    """Replace ``current`` and bring along whatever hangs on it, in one transaction.

    ``held``: the post waits for a moderator, so that readers do not get to see ``current``.
    Raises ``Conflict`` when ``current`` has been replaced in the meantime.
    """
    replaced = Revision.objects.filter(pk=current.pk, superseded_at=None)
    if not replaced.update(superseded_at=timezone.now(), replaced_while_held=held):
        raise Conflict(
            _("Somebody changed this text while you were editing it."),
            {"revision": current.post.current.pk},
        )
    revision = _write(
        current.post,
        rendered,
        number=current.number + 1,
        source=source,
        format=format,
        editor=editor,
        mark=mark,
    )
    write_text(revision.post_id, revision.text)
    _follow(current, revision, then)
    bump_activity(current.post)
    return revision


def lock_current(post: Post) -> Revision:
    """The current revision of ``post``, held current until the caller's transaction ends.

    Raises ``TransactionManagementError`` where there is none.
    """
    if not connection.in_atomic_block:
        # Django asks when it makes the query into SQL, which is done once.
        raise TransactionManagementError("What is locked outside a transaction is locked no more.")
    # Whoever replaces it holds the row; once they are done the old one no longer matches, and
    # the next look finds the new one.
    while not (found := _CURRENT.instances(post=post.pk)):
        continue
    return found[0]


# Not against those who only refer to it, such as a response that quotes it: that would wait
# while it holds the article's row, which whoever is here takes next.
_CURRENT = Prepared(
    lambda post: (
        Revision.objects.select_for_update(no_key=True)
        .defer("source", "html")
        .filter(post=post, superseded_at=None)
        .order_by()
    )
)


def bump_activity(post: Post) -> None:
    """Count a public change under the article of ``post``, in the caller's transaction."""
    # Of a draft as well: it may have been published since it was loaded.
    if post.audience == Audience.PUBLIC:
        Article.objects.filter(pk=post.article_id).update(activity=F("activity") + 1)


def bump_every_activity() -> None:
    """Count a change of what stands on the page of every article, in the caller's transaction."""
    Article.objects.update(activity=F("activity") + 1)


def _follow(old: Revision | None, new: Revision, then: Sequence[Then]) -> None:
    for follower in named(settings.REVISION_FOLLOWERS):
        follower(old, new)
    for act in then:
        act(new)
    for follower in named(settings.REVISION_ENDINGS):
        follower(old, new)


def follow_withdrawal(post: Post, after: State) -> Callable[[], None]:
    """Tell whoever follows what becomes of ``post``, which is about to be ``after``, in the
    caller's transaction; what this returns is called when it is."""
    then = [follow(post, after) for follow in named(settings.WITHDRAWAL_FOLLOWERS)]

    def tell() -> None:
        for act in then:
            act()

    return tell


def _write(
    post: Post,
    rendered: Rendered,
    *,
    number: int,
    source: str,
    format: Format,
    editor: User | None,
    mark: Mark = Mark.NONE,
) -> Revision:
    revision = Revision(
        post=post,
        number=number,
        source=source,
        format=format,
        html=rendered.html,
        text=rendered.text,
        text_sha256=Revision.digest(rendered.text),
        words=len(rendered.text.split()),
        editor=editor,
        mark=mark,
    )
    insert(revision)
    return revision
