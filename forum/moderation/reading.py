"""What moderators look at: the queue, a case with all that belongs to it, people's records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr

from forum.accounts.models import User
from forum.discussion.models import Kind, Post, Revision, State
from forum.moderation.models import (
    Action,
    Case,
    CaseEvent,
    CaseState,
    Decision,
    Flag,
    FlagReason,
)

#: Cases on one page of the queue.
PAGE_SIZE = 25
#: How much of a post the queue shows, in code points.
EXCERPT = 280


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case of the queue, as a line."""

    case: Case
    excerpt: str
    #: Why it was flagged and how often, the most frequent reason first.
    reasons: list[tuple[str, int]]
    #: The last decision, if there was one.
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """What a post's author has done here so far; private notes are left out of account."""

    joined: datetime
    posts: int
    #: Their posts that stand removed now.
    removed: int
    #: Decisions to keep or restore something of theirs.
    kept: int


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One flag with the record of whoever raised it."""

    flag: Flag
    #: Flags this person has raised, this one included; 0 when the account is gone.
    raised: int
    #: How many of them led to a removal that stands.
    upheld: int


@dataclass(frozen=True, slots=True)
class FlaggedText:
    """A revision that somebody flagged and that has been replaced since."""

    revision: Revision
    flags: int


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
    earlier_texts: list[FlaggedText]
    flags: list[FlagRow]
    author: AuthorRecord | None
    #: The latest first.
    decisions: list[Decision]
    events: list[CaseEvent]

    @property
    def earlier_decisions(self) -> list[Decision]:
        """All decisions but the one that holds now; of an open case, all."""
        return self.decisions if self.case.state == CaseState.OPEN else self.decisions[1:]


def queue_page(
    moderator: User, *, state: str, kind: str = "", reason: str = "", number: str | None = None
) -> tuple[Page[Case], list[QueueRow]]:
    """One page of the cases in ``state``, and its rows.

    Open cases come oldest first, decided ones latest decision first. ``number`` is the page's,
    as it stands in the address; nonsense means the first page, too much the last.
    """
    cases = cases_for(moderator).filter(state=state)
    if kind == "reply":
        cases = cases.filter(post__note__isnull=False)
    elif kind:
        cases = cases.filter(post__kind=kind, post__note=None)
    if reason:
        cases = cases.filter(Exists(Flag.objects.filter(case=OuterRef("pk"), reason=reason)))
    cases = cases.select_related(
        "post__root__article", "post__annotation", "post__note__annotation"
    )
    if state == CaseState.DECIDED:
        last = Decision.objects.filter(case=OuterRef("pk")).order_by("-id").values("pk")[:1]
        cases = cases.order_by(Subquery(last).desc(nulls_last=True), "-pk")
    else:
        cases = cases.order_by("pk")
    page = Paginator(cases, PAGE_SIZE).get_page(number)
    return page, _rows(moderator, list(page.object_list))


def waiting(moderator: User) -> int:
    """How many cases are open."""
    return cases_for(moderator).filter(state=CaseState.OPEN).count()


def next_open(moderator: User) -> Case | None:
    """The case that has waited longest."""
    return cases_for(moderator).filter(state=CaseState.OPEN).order_by("pk").first()


def case_file(moderator: User, case: Case) -> CaseFile:
    """Everything about ``case``, in a fixed number of queries."""
    post = (
        Post.objects.visible_to(moderator)
        .select_related("author", "root__article", "parent", "note_from", "note__annotation")
        .filter(pk=case.post_id)
        .first()
    )
    current = answered = note = None
    earlier: list[FlaggedText] = []
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
        replaced = readable.filter(post=post, superseded_at__isnull=False, flags__case=case)
        counted = replaced.annotate(flag_count=Count("flags")).order_by("number")
        earlier = [FlaggedText(revision, revision.flag_count) for revision in counted]
    return CaseFile(
        case=case,
        post=post,
        current=current,
        answered=answered,
        note=note,
        earlier_texts=earlier,
        flags=_flags(case),
        author=_author_record(moderator, post.author) if post and post.author else None,
        decisions=list(case.decisions.select_related("rule", "revision").order_by("-id")),
        events=list(case.events.all()),
    )


def cases_for(moderator: User) -> QuerySet[Case]:
    """The cases that ``moderator`` reads: all but those about what they wrote themselves."""
    # Looked up case by case: "in" would first find every post there is on the site.
    readable = Post.objects.visible_to(moderator).exclude(author=moderator)
    return Case.objects.filter(Exists(readable.filter(pk=OuterRef("post"))))


def _rows(moderator: User, cases: list[Case]) -> list[QueueRow]:
    """``cases`` as lines, in three queries."""
    ids = [case.pk for case in cases]
    said_in = {case.pk: case.post.note_from_id or case.post_id for case in cases}
    texts = dict(
        Revision.objects.current()
        .visible_to(moderator)
        .filter(post__in=said_in.values())
        .values_list("post", Substr("text", 1, EXCERPT + 1))
    )
    reasons = _reasons(ids)
    decisions = {
        decision.case_id: decision
        for decision in Decision.objects.filter(case__in=ids).select_related("rule").order_by("id")
    }
    return [
        QueueRow(
            case=case,
            excerpt=_shorten(texts.get(said_in[case.pk], "")),
            reasons=reasons.get(case.pk, []),
            decision=decisions.get(case.pk),
        )
        for case in cases
    ]


def _reasons(cases: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """Reasons and their counts by case."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    counted = (
        Flag.objects.filter(case__in=cases)
        .order_by()
        .values_list("case", "reason")
        .annotate(n=Count("pk"))
        .order_by("case", "-n", "reason")
    )
    for case, reason, n in counted:
        found[case].append((FlagReason(reason).label, n))
    return found


def _flags(case: Case) -> list[FlagRow]:
    flags = list(case.flags.select_related("revision"))
    records = _flaggers({flag.flagger_id for flag in flags if flag.flagger_id})
    return [FlagRow(flag, *records.get(flag.flagger_id or 0, (0, 0))) for flag in flags]


def _flaggers(people: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each of ``people``: the flags they raised, and those that were upheld.

    A flag is upheld when the first decision after it was a removal that nobody undid.
    """
    after = Decision.objects.filter(
        case=OuterRef("case"), created_at__gte=OuterRef("created_at")
    ).order_by("id")
    judged = Flag.objects.filter(flagger__in=people).annotate(
        outcome=Subquery(after.values("action")[:1]),
        undone=Exists(after.filter(action=Action.RESTORE)),
    )
    counted = (
        judged.order_by()
        .values_list("flagger")
        .annotate(
            raised=Count("pk"),
            upheld=Count("pk", filter=Q(outcome=Action.REMOVE, undone=False)),
        )
    )
    return {flagger: (raised, upheld) for flagger, raised, upheld in counted}


def _author_record(moderator: User, author: User) -> AuthorRecord:
    theirs = Post.objects.visible_to(moderator).filter(author=author).exclude(audience="private")
    posts = theirs.exclude(state=State.DRAFT).aggregate(
        posts=Count("pk"), removed=Count("pk", filter=Q(state=State.REMOVED))
    )
    kept = Decision.objects.filter(
        case__post__author=author, action__in=(Action.KEEP, Action.RESTORE)
    ).count()
    return AuthorRecord(joined=author.date_joined, kept=kept, **posts)


def _shorten(text: str) -> str:
    """``text`` cut to the length the queue shows, with a sign that it was."""
    return text if len(text) <= EXCERPT else text[:EXCERPT].rstrip() + " …"
