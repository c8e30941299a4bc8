"""What one decision would make of many cases, or why it would make nothing of some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Kind, Post, Revision, State
from forum.moderation.effects import tags_by_note
from forum.moderation.models import Action, Case
from forum.moderation.queue.leases import claimant_of
from forum.moderation.queue.listing import QueueRow, rows_of
from forum.moderation.record import UNDECIDED
from forum.moderation.transitions import ImpossibleTransition, after
from forum.permissions import refusal

#: What is decided of many at once, as far as it makes sense for each.
ACTIONS = (
    Action.KEEP,
    Action.REMOVE,
    Action.HIDE_NOTE,
    Action.RETAG,
    Action.ASK_REVISION,
    Action.ESCALATE,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would become of one case, or why nothing would."""

    row: QueueRow
    before: str
    after: str = ""
    obstacle: str = ""
    #: Whether it is another by now than the one that was selected: it has to be selected anew.
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    """What has to be known of the notes among them, by their ids."""

    #: The tags that each could have, slug by slug with the label; and those it has.
    offered: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    tagged: Mapping[int, frozenset[str]] = field(default_factory=dict)
    #: Those whose words are hidden; those that have some of their own.
    hidden: frozenset[int] = frozenset()
    worded: frozenset[int] = frozenset()

    @property
    def tags(self) -> list[tuple[str, str]]:
        """The tags that any of them could have, each once."""
        found: dict[str, str] = {}
        for offered in self.offered.values():
            found |= offered
        return list(found.items())


def notes_of(cases: Sequence[Case]) -> Notes:
    """What has to be known of the notes among ``cases``. Four queries."""
    notes = [case.post for case in cases if case.post.kind == Kind.ANNOTATION]
    ids = [note.pk for note in notes]
    offered, tagged = tags_by_note(ids)
    revisions = Revision.objects.filter(post__in=ids)
    worded = revisions.current().exclude(text="").values_list("post", flat=True)
    own = {note.pk for note in notes if note.note_from_id is None}
    hidden = revisions.filter(withheld_at__isnull=False).values_list("post", flat=True)
    return Notes(offered, tagged, frozenset(hidden), frozenset(worded) & own)


def outlook_for(
    moderator: User,
    cases: Sequence[Case],
    versions: Mapping[int, int],
    notes: Notes,
    *,
    action: str,
    tag: str = "",
    hide: bool = False,
) -> list[Outlook]:
    """What ``action`` would make of each of ``cases``, which was looked at in its ``versions``."""
    found = []
    for row in rows_of(moderator, cases):
        case, post = row.case, row.case.post
        before = str(State(post.state).label)
        obstacle = _obstacle(moderator, case) or _pointless(post, notes, action, tag)
        state = ""
        try:
            state = after(action, post.state, hide=hide)
        except ImpossibleTransition:
            obstacle = obstacle or _("What has become of it so far does not go together with that.")
        if obstacle:
            found.append(Outlook(row, before, obstacle=obstacle))
            continue
        parts = [str(State(state).label), _beside(notes, post, action, tag)]
        changed = versions.get(case.pk, case.version) != case.version
        found.append(Outlook(row, before, ", ".join(filter(None, parts)), changed=changed))
    return found


def _obstacle(moderator: User, case: Case) -> str:
    """Why ``moderator`` cannot decide ``case`` now."""
    if refused := refusal(moderator, "case.decide", case):
        return refused.message
    if case.state not in UNDECIDED:
        return _("This case has been decided already.")
    if case.appealed_at:
        return _("An appeal waits in this case: that is what has to be decided.")
    other = claimant_of(case)
    if other and other != moderator:
        return _("%(name)s is deciding this case.") % {"name": other.public_name}
    return ""


def _pointless(post: Post, notes: Notes, action: str, tag: str) -> str:
    """Why ``action`` would do nothing to a post of that kind, or to that note."""
    if action not in (Action.HIDE_NOTE, Action.RETAG):
        return ""
    if post.kind != Kind.ANNOTATION:
        return _("Only notes are met with this.")
    if action == Action.HIDE_NOTE:
        if post.pk in notes.hidden:
            return _("The words of this note are hidden already.")
        return "" if post.pk in notes.worded else _("This note has no words of its own.")
    if tag and tag not in notes.offered.get(post.pk, {}):
        return _("The codebook has no tag “%(value)s”.") % {"value": tag}
    same = tag and notes.tagged.get(post.pk) == frozenset([tag])
    return _("These are the tags that it has.") if same else ""


def _beside(notes: Notes, post: Post, action: str, tag: str) -> str:
    """What becomes of it beside its state."""
    if action == Action.HIDE_NOTE:
        return _("without its words")
    if action == Action.RETAG and tag:
        return _("tagged “%(tag)s”") % {"tag": notes.offered[post.pk][tag]}
    if action == Action.ASK_REVISION:
        return _("its author is asked to change it")
    return _("left to those who lead appeals") if action == Action.ESCALATE else ""
