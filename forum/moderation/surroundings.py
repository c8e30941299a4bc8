"""What stands around a post in its thread, and around a passage in its text, for its case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forum.accounts.models import User
from forum.discussion.models import Kind, Post, Revision

if TYPE_CHECKING:
    from annotations.models import Annotation

#: Posts that are shown: above what it answers, beside it on either side, and of what answers it.
ABOVE, BESIDE, ANSWERS = 4, 2, 4
#: Code points of each, and of what stands around a passage on either side.
EXCERPT, AROUND = 200, 600

_ABOVE = [f"parent{'__parent' * steps}" for steps in range(ABOVE + 2)]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A post near another one, with the beginning of its words, unless nobody reads them."""

    post: Post
    excerpt: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """The posts near one in its thread, each list in the order of the thread."""

    #: What that answers which it answers, and so on; the outermost first. What it answers itself
    #: is no part of this: its case shows that whole.
    above: list[Neighbour] = field(default_factory=list)
    #: Whether more stands above these.
    goes_up: bool = False
    before: list[Neighbour] = field(default_factory=list)
    after: list[Neighbour] = field(default_factory=list)
    answers: list[Neighbour] = field(default_factory=list)
    #: How many answer it beside those.
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.above or self.before or self.after or self.answers)


@dataclass(frozen=True, slots=True)
class Passage:
    """A marked passage in its paragraph, with the paragraphs beside that, cut where long."""

    before: str
    quote: str
    after: str
    #: Whether the text has been revised since.
    is_old: bool


def thread_around(moderator: User, post: Post) -> Thread:
    """What stands around ``post`` in its thread, as far as ``moderator`` reads it.

    Of an article there is nothing. Of a note it is what answers it. Eight queries at most.
    """
    if post.kind == Kind.ARTICLE:
        return Thread()
    comments = Post.objects.filter(kind=Kind.COMMENT).select_related("root")
    above: list[Post] = []
    goes_up = False
    before: list[Post] = []
    after: list[Post] = []
    if post.kind == Kind.COMMENT:
        above, goes_up = _above(post)
        # Those who answer an article are as many as respond: the nearest alone are looked at.
        same = comments.filter(parent=post.parent_id).listed_for(moderator)
        before = list(same.filter(pk__lt=post.pk).order_by("-pk")[:BESIDE])[::-1]
        after = list(same.filter(pk__gt=post.pk).order_by("pk")[:BESIDE])
    answering = comments.filter(parent=post).listed_for(moderator).order_by("pk")
    answers = list(answering[: ANSWERS + 1])
    more = answering.count() - ANSWERS if len(answers) > ANSWERS else 0
    answers = answers[:ANSWERS]
    listed = _listed(moderator, above)
    words = _words(moderator, [*above, *before, *after, *answers])

    def met(posts: Iterable[Post]) -> list[Neighbour]:
        return [Neighbour(one, words.get(one.pk)) for one in posts]

    return Thread(
        above=met(one for one in above if one.pk in listed),
        goes_up=goes_up,
        before=met(before),
        after=met(after),
        answers=met(answers),
        more=more,
    )


def passage_of(moderator: User, annotation: Annotation) -> Passage | None:
    """The passage that ``annotation`` marks, in the text that its author read. One query."""
    revision = Revision.objects.visible_to(moderator).filter(pk=annotation.revision_id).first()
    if revision is None:
        return None
    text, start, end = revision.text, annotation.start, annotation.end
    return Passage(
        before=_before(text[:start]),
        quote=text[start:end],
        after=_after(text[end:]),
        is_old=revision.superseded_at is not None,
    )


def _above(post: Post) -> tuple[list[Post], bool]:
    """The comments above what ``post`` answers, the outermost first, and whether there are more.
    One query."""
    found = Post.objects.select_related(*_ABOVE).get(pk=post.pk)
    above: list[Post] = []
    one = found.parent and found.parent.parent
    while one is not None and one.kind == Kind.COMMENT and len(above) < ABOVE:
        above.append(one)
        one = one.parent
    return above[::-1], one is not None and one.kind == Kind.COMMENT


def _listed(moderator: User, posts: list[Post]) -> set[int]:
    """Which of ``posts`` the moderator may know of."""
    if not posts:
        return set()
    of_these = Post.objects.listed_for(moderator).filter(pk__in=[post.pk for post in posts])
    return set(of_these.values_list("pk", flat=True))


def _words(moderator: User, posts: list[Post]) -> dict[int, str]:
    if not posts:
        return {}
    current = Revision.objects.current().visible_to(moderator)
    texts = current.filter(post__in=[post.pk for post in posts]).values_list("post", "text")
    return {pk: _shortened(text) for pk, text in texts}


def _shortened(text: str) -> str:
    words = " ".join(text[: 2 * EXCERPT].split())
    return words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + " …"


def _before(text: str) -> str:
    """The end of ``text``: the paragraph that it breaks off in and the one before, or less."""
    kept = "\n".join(text.rsplit("\n", 2)[-2:])
    if len(kept) > AROUND:
        kept = "… " + kept[-AROUND:].partition(" ")[2]
    return kept


def _after(text: str) -> str:
    """The beginning of ``text``, likewise."""
    kept = "\n".join(text.split("\n", 2)[:2])
    if len(kept) > AROUND:
        kept = kept[:AROUND].rpartition(" ")[0] + " …"
    return kept
