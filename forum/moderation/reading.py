"""What moderators look at: which cases, and one of them with all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from forum.accounts.models import User
from forum.discussion.holding import to_moderators
from forum.discussion.models import Kind, Post, Revision, State
from forum.lib.diff import Segment, fold, word_diff
from forum.moderation.models import (
    Action,
    Case,
    CaseState,
    Decision,
    Event,
    Flag,
    Sanction,
)
from forum.moderation.queue.reporters import FlagRecord, records
from forum.moderation.reviewed import last_review, last_reviewed
from forum.moderation.roles.scope import cases_within, within
from forum.moderation.surroundings import Passage, Thread, passage_of, thread_around

#: Of the flagged revisions, so many are compared with the present words, the latest first.
COMPARED = 4


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """What a post's author has done here so far; private notes are left out of account."""

    joined: datetime
    posts: int
    #: Their posts that stand removed now.
    removed: int
    #: Decisions to keep or restore something of theirs.
    kept: int
    #: What is in force against them, for those who moderate the whole site.
    sanctions: list[Sanction]


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One flag with the record of whoever raised it."""

    flag: Flag
    #: Of all flags of this person, this one included; none when the account is gone.
    record: FlagRecord


@dataclass(frozen=True, slots=True)
class FlaggedText:
    """A revision that somebody flagged and that has been replaced since."""

    revision: Revision
    flags: int
    #: What differs between these words and the present ones; ``None`` where that is not worked out,
    #: because there are many, and empty where only how they are set differs.
    changes: list[Segment] | None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything a moderator needs to decide it, or to answer for a decision."""

    case: Case
    #: ``None`` when nobody may read the post any more; the record stays without it.
    post: Post | None
    current: Revision | None
    #: The current words of the comment that a comment answers.
    answered: Revision | None
    #: The current words of the note that a reply stands under.
    note: Revision | None
    #: What stands around it in its thread.
    thread: Thread
    #: The passage that it marks; of a reply, the one that its note marks.
    passage: Passage | None
    #: The latest first.
    earlier_texts: list[FlaggedText]
    flags: list[FlagRow]
    author: AuthorRecord | None
    #: The decision that lets the present words stand, if one does.
    review: Decision | None
    #: The latest first.
    decisions: list[Decision]
    events: list[Event]
    #: Why the post was held without a flag, if it waits.
    held: str

    @property
    def holds(self) -> Decision | None:
        """The decision that holds now, or by which the case waits for those who lead appeals."""
        last = self.decisions[0] if self.decisions else None
        if self.case.state == CaseState.DECIDED:
            return last
        passed_on = self.case.state == CaseState.ESCALATED
        return last if passed_on and last and last.action == Action.ESCALATE else None

    @property
    def earlier_decisions(self) -> list[Decision]:
        """All decisions but the one that ``holds``."""
        return self.decisions[1:] if self.holds else self.decisions


def case_file(moderator: User, case: Case) -> CaseFile:
    """Everything about ``case``, in a fixed number of queries."""
    post = (
        Post.objects.visible_to(moderator)
        .select_related("author", "root__article", "parent", "note_from", "note__annotation")
        .filter(pk=case.post_id)
        .first()
    )
    current = answered = note = passage = None
    earlier: list[FlaggedText] = []
    thread = Thread()
    if post is not None:
        case.post = post
        readable = Revision.objects.visible_to(moderator)
        # A note may have its words from a response, which whoever reads the note reads too.
        current = readable.current().filter(post=post.note_from_id or post.pk).first()
        if post.kind == Kind.COMMENT:
            answered = (
                readable.current()
                .filter(post=post.parent_id, post__kind=Kind.COMMENT)
                .select_related("post")
                .first()
            )
        if post.note:
            said_in = post.note.note_from_id or post.note.pk
            note = readable.current().filter(post=said_in).first()
        earlier = _earlier_texts(readable, case, post, current)
        thread = thread_around(moderator, post)
        marking = post.note or post
        if marking.kind == Kind.ANNOTATION:
            passage = passage_of(moderator, marking.annotation)
    decisions = list(case.decisions.select_related("rule", "revision").order_by("pk"))
    review = last_review(decisions)
    if review and (post is None or post.current.number > last_reviewed(review)):
        review = None
    return CaseFile(
        case=case,
        post=post,
        current=current,
        answered=answered,
        note=note,
        thread=thread,
        passage=passage,
        earlier_texts=earlier,
        flags=_flags(moderator, case),
        author=_author_record(moderator, post.author) if post and post.author else None,
        review=review,
        decisions=decisions[::-1],
        events=list(case.events.all()),
        held=why_held(moderator, post) if post else "",
    )


def why_held(moderator: User, post: Post) -> str:
    """Why ``post`` was held without a flag, in words for ``moderator``; empty unless it waits."""
    return to_moderators(post.held_for, whole=moderator.moderates_site) if post.waits else ""


def cases_for(moderator: User, part: Q | None = None) -> QuerySet[Case]:
    """The cases that ``moderator`` reads: those in their part of the site, but for what they wrote
    themselves; of several parts in one of them, if it is said which."""
    # Looked up case by case: "in" would first find every post there is on the site.
    readable = Post.objects.visible_to(moderator).exclude(author=moderator)
    theirs = cases_within(moderator) if part is None else part
    return Case.objects.filter(theirs, Exists(readable.filter(pk=OuterRef("post"))))


def _earlier_texts(
    readable: QuerySet[Revision], case: Case, post: Post, current: Revision | None
) -> list[FlaggedText]:
    """What somebody flagged in ``case`` and is replaced, the latest first, of what is ``readable``.
    One query."""
    replaced = readable.filter(post=post, superseded_at__isnull=False, flags__case=case)
    counted = replaced.annotate(flag_count=Count("flags")).order_by("-number")
    return [
        FlaggedText(
            revision,
            revision.flag_count,
            _changes(revision, current) if place < COMPARED and not post.note_from_id else None,
        )
        for place, revision in enumerate(counted)
    ]


def _changes(flagged: Revision, current: Revision | None) -> list[Segment] | None:
    if current is None:
        return None
    if flagged.text == current.text:
        return []
    return fold(word_diff(flagged.text, current.text))


def _flags(moderator: User, case: Case) -> list[FlagRow]:
    """The flags in ``case``; to who moderates parts of the site, their records there are shown."""
    flags = list(case.flags.select_related("revision", "flagger"))
    people = {flag.flagger_id for flag in flags if flag.flagger_id}
    found = records(people, cases_within(moderator, "case"))
    return [FlagRow(flag, found.get(flag.flagger_id or 0, FlagRecord())) for flag in flags]


def _author_record(moderator: User, author: User) -> AuthorRecord:
    theirs = Post.objects.visible_to(moderator).filter(author=author).exclude(audience="private")
    theirs = theirs.filter(within(moderator, ""))
    posts = theirs.exclude(state=State.DRAFT).aggregate(
        posts=Count("pk"), removed=Count("pk", filter=Q(state=State.REMOVED))
    )
    kept = Decision.objects.filter(
        cases_within(moderator, "case"),
        case__post__author=author,
        action__in=(Action.KEEP, Action.RESTORE),
    ).count()
    sanctions: list[Sanction] = []
    if moderator.moderates_site:
        sanctions = list(Sanction.objects.filter(person=author).in_force().order_by("-id"))
    return AuthorRecord(joined=author.date_joined, kept=kept, sanctions=sanctions, **posts)
