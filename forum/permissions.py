"""Who may do what to what: the one table, and the two functions that read it.

Every act is named ``noun.verb`` and allowed when *all* its predicates hold, tried in order;
the first that fails says why. A predicate takes the person and the object the act is on (its
type stands beside each group below) and returns ``None`` for yes, or the refusal to raise.
What nobody may see answers "not found", not "forbidden".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from forum.discussion.models import Article, Audience, Kind, Post, State
from forum.lib.errors import Conflict, Forbidden, NotFound, PostilError, SignInFirst

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader
    from forum.moderation.models import Case

Predicate = Callable[[Any, Any], PostilError | None]


def signed_in(person: Reader, _: object) -> PostilError | None:
    if not person.is_authenticated:
        return SignInFirst("Log in first.")
    return None


def publishes(person: Reader, _: object) -> PostilError | None:
    if not (person.is_authenticated and person.publishes):
        return Forbidden("Only course staff and editors may do this.")
    return None


def moderates(person: Reader, _: object) -> PostilError | None:
    if not (person.is_authenticated and (person.is_moderator or person.is_superuser)):
        return Forbidden("Only moderators may do this.")
    return None


def sees(person: Reader, post: Post) -> PostilError | None:
    if person.is_authenticated and post.found_for == person.pk:
        return None
    visible = Post.objects.visible_to(person, replies=post.note_id is not None)
    if not visible.filter(pk=post.pk).exists():
        return NotFound("There is no such post.")
    return None


def is_author(person: Reader, post: Post) -> PostilError | None:
    if post.author_id != person.pk:
        return Forbidden("Only its author may do this.")
    return None


def is_not_author(person: Reader, post: Post) -> PostilError | None:
    if post.author_id == person.pk:
        return Forbidden("You cannot flag what you wrote yourself; you can withdraw it.")
    return None


def is_anothers(person: Reader, post: Post) -> PostilError | None:
    if post.author_id == person.pk:
        return Forbidden("You cannot endorse what you wrote yourself.")
    return None


def is_an_answer(_: Reader, post: Post) -> PostilError | None:
    if post.kind == Kind.ARTICLE:
        return Forbidden("Articles are changed by those who publish them.")
    return None


def is_public(_: Reader, post: Post) -> PostilError | None:
    if post.audience == Audience.PRIVATE:
        return Forbidden("Nobody else can see this note.")
    return None


def is_published(_: Reader, post: Post) -> PostilError | None:
    if post.state != State.PUBLISHED:
        return Conflict(f"This is not published any more (it is {post.state}).")
    return None


def has_own_words(_: Reader, post: Post) -> PostilError | None:
    if post.note_from:
        return Forbidden(f"Its words are response {post.note_from.number}; edit that.")
    return None


def quotes(_: Reader, post: Post) -> PostilError | None:
    if not post.is_response:
        return Forbidden("Only responses quote.")
    return None


def is_endorsed(_: Reader, post: Post) -> PostilError | None:
    if not post.is_response:
        return Forbidden("Only responses are endorsed.")
    return None


def its_note_is_published(_: Reader, post: Post) -> PostilError | None:
    note = post.pk if post.kind == Kind.ANNOTATION else post.note_id
    if note is None:
        return None
    # Others read a reply with its note, and that with what it marks and with its words.
    states = Post.objects.filter(pk=note).values_list("state", "parent__state", "note_from__state")
    said = ("The note", "What the note marks", "The response that is the note")
    for what, state in zip(said, states.get(), strict=True):
        if state not in (None, State.PUBLISHED):
            return Conflict(f"{what} is not published any more (it is {state}).")
    return None


def is_withdrawn(_: Reader, post: Post) -> PostilError | None:
    if post.state != State.WITHDRAWN:
        return Conflict(f"This has not been withdrawn (it is {post.state}).")
    return None


def is_draft(_: Reader, post: Post) -> PostilError | None:
    if post.state != State.DRAFT:
        return Conflict("This article is published already.")
    return None


def takes_responses(_: Reader, post: Post) -> PostilError | None:
    if _is_closed(post):
        return Forbidden("This discussion is closed.")
    return None


def judges_others(person: Reader, case: Case) -> PostilError | None:
    if case.post.author_id == person.pk:
        # Nor do they read who flagged it, and why.
        return Forbidden("You wrote this, so another moderator has to decide about it.")
    return None


RULES: dict[str, tuple[Predicate, ...]] = {
    # on nothing (None)
    "article.create": (signed_in, publishes),
    "case.list": (signed_in, moderates),
    # on an article's post
    "article.revise": (signed_in, publishes, sees),
    "article.publish": (signed_in, publishes, sees, is_draft),
    "article.follow": (signed_in, sees, is_published),
    "article.export": (signed_in, publishes, sees),
    # on the article's or response's post whose text was revised
    "revision.report": (signed_in, publishes, sees),
    # on an annotation's post
    "annotation.place": (signed_in, publishes, sees, is_published),
    # on the post that is answered or marked
    "comment.post": (
        *(signed_in, sees, is_public, is_published, its_note_is_published, takes_responses),
    ),
    "annotation.post": (signed_in, sees, is_published),
    # on any post
    "post.read": (sees,),
    "post.revise": (signed_in, sees, is_an_answer, is_author, is_published, has_own_words),
    "post.withdraw": (signed_in, sees, is_an_answer, is_author, is_published),
    "post.reinstate": (signed_in, sees, is_an_answer, is_author, is_withdrawn),
    "post.flag": (signed_in, sees, is_an_answer, is_public, is_not_author, is_published),
    # on a response
    "post.endorse": (signed_in, sees, is_endorsed, is_anothers, is_published),
    # on the response that quotes
    "quotation.mark": (signed_in, sees, quotes, is_author, is_published),
    # on a case
    "case.read": (signed_in, moderates, judges_others),
    "case.decide": (signed_in, moderates, judges_others),
    "case.reopen": (signed_in, moderates, judges_others),
}


def refusal(person: Reader, act: str, on: object = None) -> PostilError | None:
    """Why ``person`` may not do ``act``, or ``None`` when they may. ``KeyError``: no such act."""
    for predicate in RULES[act]:
        answer = predicate(person, on)
        if answer is not None:
            return answer
    return None


def _is_closed(post: Post) -> bool:
    article = post.loaded_article
    if post.found_for and article:
        # Looked up together, a moment ago.
        return article.closed_at is not None
    return Article.objects.filter(pk=post.article_id, closed_at__isnull=False).exists()


def can(person: Reader, act: str, on: object = None) -> bool:
    """Whether ``person`` may do ``act``."""
    return refusal(person, act, on) is None


def require(person: Reader, act: str, on: object = None) -> None:
    """Raise what ``refusal`` answers, if it answers anything."""
    answer = refusal(person, act, on)
    if answer is not None:
        raise answer
