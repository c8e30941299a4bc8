"""What is asked of a post: who reads it, whose it is, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext, ngettext

from forum.discussion.locks import is_locked
from forum.discussion.models import Article, Audience, Kind, Policy, Post, State
from forum.discussion.windows import edits_until, is_over, undo_until
from forum.lib.errors import Conflict, Forbidden, NotFound, PostilError, SignInFirst

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


def takes_guests(_: Reader, post: Post) -> PostilError | None:
    said = settings.GUEST_RESPONSES
    if said != "never":
        article = post.loaded_article or Article.objects.filter(pk=post.article_id).first()
        policy = article.policy if article else Policy.MEMBERS
        if policy == Policy.GUESTS or (said == "always" and policy == Policy.SITE):
            return None
    return SignInFirst(gettext("Log in first."))


def is_for_everybody(_: Reader, post: Post) -> PostilError | None:
    if post.audience != Audience.PUBLIC:
        return NotFound(gettext("There is no such post."))
    return None


def sees(person: Reader, post: Post) -> PostilError | None:
    if person.is_authenticated and post.found_for == person.pk:
        return None
    visible = Post.objects.visible_to(person, replies=post.note_id is not None)
    if not visible.filter(pk=post.pk).exists():
        return NotFound(gettext("There is no such post."))
    return None


def is_author(person: Reader, post: Post) -> PostilError | None:
    if post.author_id != person.pk:
        return Forbidden(gettext("Only its author may do this."))
    return None


def is_not_author(person: Reader, post: Post) -> PostilError | None:
    if post.author_id == person.pk:
        return Forbidden(gettext("You cannot flag what you wrote yourself; you can withdraw it."))
    return None


def is_anothers(person: Reader, post: Post) -> PostilError | None:
    if post.author_id == person.pk:
        return Forbidden(gettext("You cannot endorse what you wrote yourself."))
    return None


def is_an_answer(_: Reader, post: Post) -> PostilError | None:
    if post.kind == Kind.ARTICLE:
        return Forbidden(gettext("Articles are changed by those who publish them."))
    return None


def is_public(_: Reader, post: Post) -> PostilError | None:
    if post.audience == Audience.PRIVATE:
        return Forbidden(gettext("Nobody else can see this note."))
    return None


def is_published(_: Reader, post: Post) -> PostilError | None:
    if post.state != State.PUBLISHED:
        return Conflict(
            gettext("This is not published any more (%(state)s).")
            % {"state": State(post.state).label}
        )
    return None


def is_out_or_waits(person: Reader, post: Post) -> PostilError | None:
    return None if post.waits else is_published(person, post)


def can_still_be_edited(_: Reader, post: Post) -> PostilError | None:
    if not is_over(edits_until(post.created_at)):
        return None
    hours = settings.EDIT_LIMIT_HOURS
    message = ngettext(
        "What was written more than %(hours)d hour ago can no longer be edited.",
        "What was written more than %(hours)d hours ago can no longer be edited.",
        hours,
    )
    return Forbidden(message % {"hours": hours}, code="edit-too-late")


def can_still_be_put_back(_: Reader, post: Post) -> PostilError | None:
    if not is_over(undo_until(post.withdrawn_at)):
        return None
    hours = settings.UNDO_HOURS
    message = ngettext(
        "What was withdrawn more than %(hours)d hour ago can no longer be put back.",
        "What was withdrawn more than %(hours)d hours ago can no longer be put back.",
        hours,
    )
    return Forbidden(message % {"hours": hours}, code="undo-too-late")


def has_own_words(_: Reader, post: Post) -> PostilError | None:
    if post.note_from:
        return Forbidden(
            gettext("Its words are response %(number)s; edit that.")
            % {"number": post.note_from.number}
        )
    return None


def quotes(_: Reader, post: Post) -> PostilError | None:
    if not post.is_response:
        return Forbidden(gettext("Only responses quote."))
    return None


def is_endorsed(_: Reader, post: Post) -> PostilError | None:
    if not post.is_response:
        return Forbidden(gettext("Only responses are endorsed."))
    return None


def its_note_is_published(_: Reader, post: Post) -> PostilError | None:
    note = post.pk if post.kind == Kind.ANNOTATION else post.note_id
    if note is None:
        return None
    # Others read a reply with its note, and that with what it marks and with its words.
    states = Post.objects.filter(pk=note).values_list("state", "parent__state", "note_from__state")
    said = (
        gettext("The note"),
        gettext("What the note marks"),
        gettext("The response that is the note"),
    )
    for what, state in zip(said, states.get(), strict=True):
        if state not in (None, State.PUBLISHED):
            return Conflict(
                gettext("%(what)s is not published any more (%(state)s).")
                % {"what": what, "state": State(state).label}
            )
    return None


def is_withdrawn(_: Reader, post: Post) -> PostilError | None:
    if post.state != State.WITHDRAWN:
        return Conflict(
            gettext("This has not been withdrawn (%(state)s).") % {"state": State(post.state).label}
        )
    return None


def is_draft(_: Reader, post: Post) -> PostilError | None:
    if post.state != State.DRAFT:
        return Conflict(gettext("This article is published already."))
    return None


def takes_responses(_: Reader, post: Post) -> PostilError | None:
    if _is_closed(post):
        return Forbidden(gettext("This discussion is closed."))
    return None


def its_thread_is_open(_: Reader, post: Post) -> PostilError | None:
    if post.kind != Kind.ARTICLE and _has_locks(post) and is_locked(post):
        return Forbidden(
            gettext("A moderator has locked this thread: nobody can answer here."), code="locked"
        )
    return None


def its_words_are_its_authors(_: Reader, post: Post) -> PostilError | None:
    if post.kind != Kind.ANNOTATION:
        return None
    if post.revisions.filter(withheld_at__isnull=False).exists():
        return Forbidden(gettext("A moderator has hidden the words of this note."))
    return None


def _is_closed(post: Post) -> bool:
    article = post.loaded_article
    if post.found_for and article:
        # Looked up together, a moment ago.
        return article.closed_at is not None
    return Article.objects.filter(pk=post.article_id, closed_at__isnull=False).exists()


def _has_locks(post: Post) -> bool:
    article = post.loaded_article
    if post.found_for and article:
        return article.locks > 0
    return Article.objects.filter(pk=post.article_id, locks__gt=0).exists()
