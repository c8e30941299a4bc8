"""What people do in a discussion: respond, edit, withdraw. Several writes that must agree."""

from __future__ import annotations

from functools import partial

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.following.actions import tell_followers
from forum.discussion.holding import ASKED, EDITED
from forum.discussion.locks import is_locked
from forum.discussion.mentions.actions import tell_mentioned, write
from forum.discussion.models import (
    MAX_DEPTH,
    Article,
    Audience,
    Kind,
    Mark,
    Post,
    Revision,
    State,
    Subscription,
    waits,
)
from forum.discussion.telling import listeners_of, still_here, tell_of_answer, tell_of_release
from forum.discussion.windows import is_over, late_from, quiet_until
from forum.discussion.writing.revisions import (
    bump_activity,
    create_once,
    follow_withdrawal,
    look_ahead,
    write_first_revision,
    write_next_revision,
)
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.lib.html import Format, Rendered
from forum.lib.insert import insert
from forum.lib.text import COMMENT_LIMIT, NOTE_LIMIT, clean_source
from forum.permissions import require, require_still
from forum.screening.pacing import require_room
from forum.screening.pipeline import screen
from forum.screening.submission import AS_IT_IS, Sending, Submission

_ARTICLES, _FOLLOWING = Article._meta.db_table, Subscription._meta.db_table
#: One statement for what would be four; whoever closed the article a moment ago is heard.
_COUNT_COMMENT = f"""
    UPDATE {_ARTICLES} SET last_number = last_number + %s, activity = activity + %s
    WHERE post_id = %s AND closed_at IS NULL RETURNING last_number,
    EXISTS (SELECT 1 FROM {_FOLLOWING} AS s WHERE s.post_id = {_ARTICLES}.post_id)
    OR EXISTS (SELECT 1 FROM {_FOLLOWING} AS s WHERE s.root_id = {_ARTICLES}.post_id)
    OR EXISTS (SELECT 1 FROM {_FOLLOWING} AS s WHERE s.author_id = %s), locks
"""  # noqa: S608  # the names of our own tables


def post_comment(
    *,
    author: User,
    article: Article,
    source: str,
    parent: Post | None = None,
    token: str = "",
    sending: Sending = AS_IT_IS,
) -> tuple[Post, bool]:
    """Respond to ``article``, or to ``parent``: a comment or a note. Return it and if it is new.

    An answer to a note, or to another answer to it, stands in the note's thread: it has no number
    and the note's audience. It is screened first (``screening``); where that has it held, nobody is
    told of it yet, and moderators find a case.

    The same ``token`` from the same author gives back the post it made the first time;
    ``Conflict`` when it comes with other words. Raises ``Refused`` naming ``source`` or
    ``parent``, ``Nudge``, ``TooOften``, and what ``permissions`` raises.
    """
    parent = parent or article.post
    require(author, "comment.post", parent)
    past = require_room(author, token=token)
    depth = depth_below(parent, article)
    note = parent if parent.kind == Kind.ANNOTATION else parent.note
    readers = note or article.post
    source = clean_source(source, field="source", limit=COMMENT_LIMIT)
    written = write(source)
    rendered = written.rendered
    if not rendered.text:
        raise Refused("source", _("Please write something that can be read."))
    post = Post(
        kind=Kind.COMMENT,
        author=author,
        author_name=author.public_name,
        root_id=article.pk,
        parent=parent,
        note=note,
        depth=depth,
        audience=readers.audience,
        course_id=readers.course_id,
        token=token,
    )
    # All that can be done beforehand is: nobody else writes while this is being written.
    screening = screen(Submission(post, article, rendered, sending=sending, known=past))
    post.held_for = screening.held_for
    post.state = State.HELD if post.held_for else State.PUBLISHED
    then = [screening.keep, *look_ahead(post, rendered)]
    notices = listeners_of(parent, note, author)

    def create() -> Post:
        listeners, mentioned = notices, list(written.mentioned)
        if not post._state.adding:
            # The second try: somebody who was to be told of it may have gone.
            there = still_here([*(person for person, _said in notices), *mentioned])
            listeners = [notice for notice in notices if notice[0].pk in there]
            mentioned = [person for person in mentioned if person.pk in there]
            post.pk = None
        highest, followed = count_comment(post)
        post.number = None if note else highest
        insert(post)
        # The screening may have taken its time.
        require_still(author, "comment.post", parent, named=True)
        revision = write_first_revision(
            post, rendered, source=source, format=Format.COMMENT, editor=author, then=then
        )
        post.words = [revision]
        if post.state != State.PUBLISHED:
            return post
        told = tell_of_answer(listeners, post, article)
        tell_mentioned(post, article, mentioned, but=told)
        if followed:
            tell = partial(tell_followers.enqueue, article.pk, author.pk, post.pk)
            transaction.on_commit(tell, robust=True)
        return post

    post, new = create_once(create, author=author, token=token, kind=Kind.COMMENT, root=article.pk)
    if not new and not post.revisions.filter(source=source).exists():
        # Taken for a double submit, these words would be lost.
        raise Conflict(
            _(
                "You have posted this form before (%(called)s). Send it again to post these "
                "words once more."
            )
            % {"called": post.called},
            {"post": post.pk},
        )
    return post, new


def revise_post(
    *,
    editor: User,
    post: Post,
    source: str,
    expected: int | None = None,
    sending: Sending = AS_IT_IS,
) -> Revision:
    """Replace the words of a comment or of an annotation's note, keeping the old ones.

    ``expected`` is the id of the revision the editor started from; ``Conflict`` when it is no
    longer the current one. Saving the same words changes nothing. The new words are screened
    (``screening``): where that has them held, what others could read is hidden until a moderator
    has read it. Raises ``Refused`` naming ``source``, ``Nudge``, and what ``permissions`` raises.
    """
    require(editor, "post.revise", post)
    note = post.kind == Kind.ANNOTATION
    source = clean_source(
        source,
        field="source",
        limit=NOTE_LIMIT if note else COMMENT_LIMIT,
        required=not note,
    )
    current = post.current
    written = write(source, before=current)
    rendered = written.rendered
    if not (rendered.text or note):
        raise Refused("source", _("Please write something that can be read."))
    if expected is not None and current.pk != expected:
        raise Conflict(
            _("This text was changed elsewhere while you were editing it."),
            {"revision": current.pk},
        )
    if current.source == source:
        return current
    before, waited_for, mark = post.state, post.held_for, _mark_of(post, current)
    article = post.loaded_article or Article.objects.get(pk=post.article_id)
    screening = screen(Submission(post, article, rendered, before=current, sending=sending))
    if before == State.PUBLISHED and screening.held_for:
        # The others keep its place for it, which they would not for what was never published.
        post.state, post.held_for = State.HIDDEN, EDITED

    def settle(_revision: Revision) -> None:
        # A decision about the old words, made since we looked, stands: they stay what they were.
        # Looked at last, for following the edit has waited for a decision that was being made; and
        # before the article's row is taken, as whoever decides or withdraws does.
        require_still(editor, "post.revise", post, named=True)
        same = Post.objects.filter(pk=post.pk, state=before)
        if not same.update(state=post.state, held_for=post.held_for):
            raise Conflict(_("This post has changed in the meantime; look at it again."))

    then = [screening.keep, *look_ahead(post, rendered), settle]
    try:
        with transaction.atomic():
            revision = write_next_revision(
                current,
                rendered,
                source=source,
                format=Format.COMMENT,
                editor=editor,
                mark=mark,
                then=then,
                held=waits(before, waited_for),
            )
            if post.state == State.PUBLISHED:
                tell_mentioned(post, None, written.newly(current.source))
    except Exception:
        post.state, post.held_for = before, waited_for
        raise
    return revision


def preview(source: str, *, is_note: bool = False) -> Rendered:
    """What others would read if these words were posted. Raises ``Refused`` naming ``source``."""
    limit = NOTE_LIMIT if is_note else COMMENT_LIMIT
    source = clean_source(source, field="source", limit=limit, required=not is_note)
    return write(source).rendered


def withdraw_post(*, author: User, post: Post) -> None:
    """Take back one's own comment or annotation; answers to it stay, under a stub."""
    require(author, "post.withdraw", post)
    with transaction.atomic():
        then = follow_withdrawal(post, State.WITHDRAWN)
        _move(post, State(post.state), State.WITHDRAWN, withdrawn_at=timezone.now())
        then()


def reinstate_post(*, author: User, post: Post) -> None:
    """Undo one's own withdrawal: what had waited for a moderator waits again."""
    require(author, "post.reinstate", post)
    after = State.PUBLISHED
    if post.held_for:
        # What others have read keeps its place.
        after = State.HIDDEN if post.held_for in (ASKED, EDITED) else State.HELD
    with transaction.atomic():
        then = follow_withdrawal(post, after)
        _move(post, State.WITHDRAWN, after, withdrawn_at=None)
        then()
        if after == State.PUBLISHED:
            # It may have been let through while it was withdrawn, so that nobody was told.
            tell_of_release(post)


def depth_below(parent: Post, article: Article) -> int:
    """How many comments stand above an answer to ``parent``, in its thread. Raises ``Refused``."""
    if parent.article_id != article.pk:
        raise Refused("parent", _("What you answer stands under another article."))
    if parent.kind != Kind.COMMENT:
        return 0
    return min(parent.depth + 1, MAX_DEPTH)


def _move(post: Post, before: State, after: State, **changes: object) -> None:
    with transaction.atomic():
        # As it was looked at: of what a moderator has let through since, nothing waits any more.
        same = Post.objects.filter(pk=post.pk, state=before, held_for=post.held_for)
        if not same.update(state=after, **changes):
            raise Conflict(_("This post has changed in the meantime; look at it again."))
        bump_activity(post)
    post.state = after
    for name, value in changes.items():
        setattr(post, name, value)


def _mark_of(post: Post, current: Revision) -> Mark:
    """What readers are told of new words for ``post``. One query at most."""
    earlier = Mark(current.mark)
    if post.state == State.HELD:
        # Nobody has read the other words.
        return earlier
    if is_over(late_from(post.created_at)):
        return Mark.LATE
    if earlier == Mark.NONE and not is_over(quiet_until(post.created_at)) and not is_answered(post):
        return Mark.NONE
    return max(earlier, Mark.EDITED)


def is_answered(post: Post) -> bool:
    """Whether somebody has replied to ``post``, marked, endorsed or flagged it.

    Of private notes the author must not learn.
    """
    answered = Q(answers__audience__in=(Audience.PUBLIC, Audience.COURSE))
    answered |= Q(replies__isnull=False) | Q(notes_made__isnull=False)
    reacted = Q(endorsements__isnull=False) | Q(cases__flags__isnull=False)
    return Post.objects.filter(answered | reacted, pk=post.pk).exists()


def count_comment(post: Post) -> tuple[int, bool]:
    """Count a new comment, in the caller's transaction, which changes the article.

    Returns the highest number a response has, with a response its own, and whether anybody follows
    the article, a thread in it, or the author. Raises ``Forbidden``, closed or locked, or
    ``NotFound``, deleted.
    """
    public = post.audience == Audience.PUBLIC and post.state == State.PUBLISHED
    steps = [int(post.is_response), int(public)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_COMMENT, [*steps, post.article_id, post.author_id])
        counted = cursor.fetchone()
    if counted and counted[2] and post.parent and is_locked(post.parent):
        # Since it was looked at: whoever locks a thread changes the article as well.
        raise Forbidden(_("A moderator has locked this thread: nobody can answer here."))
    if counted is None:
        if not Article.objects.filter(pk=post.article_id).exists():
            raise NotFound(_("There is no such article."))
        raise Forbidden(_("This discussion is closed."))
    return int(counted[0]), bool(counted[1])
