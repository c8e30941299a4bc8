"""What the queue can be narrowed to, and what is decided of many cases at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.models import User
from forum.discussion.lookup import as_id
from forum.discussion.models import Article
from forum.lib.forms import offer
from forum.moderation.fields import (
    PrivateNoteField,
    PublicReasonField,
    RuleField,
    rules_by_slug,
)
from forum.moderation.models import Action, CaseKind, FlagReason, Queue
from forum.moderation.queue.listing import TABS, Wanted
from forum.moderation.queue.outlook import ACTIONS
from forum.moderation.roles.scope import courses_of

#: So many articles and courses are offered, the latest ones.
OFFERED = 100
#: How long something waits: code and words.
AGES = (
    ("", _lazy("Any time")),
    ("newer-1", _lazy("For less than a day")),
    ("older-1", _lazy("For more than a day")),
    ("older-3", _lazy("For more than three days")),
    ("older-7", _lazy("For more than a week")),
)
_FOR_MANY = {
    Action.KEEP: _lazy("Keep: they stay, or come back"),
    Action.REMOVE: _lazy("Remove: readers see only that something was removed"),
    Action.HIDE_NOTE: _lazy("Hide the words of notes: the marks and their tags stay"),
    Action.RETAG: _lazy("Give notes one other tag"),
    Action.ASK_REVISION: _lazy("Ask the authors to change them"),
    Action.ESCALATE: _lazy("Escalate: leave them to those who lead appeals"),
}
_ACTIONS = [(action, _FOR_MANY[action]) for action in ACTIONS]


class Chip(NamedTuple):
    """One thing that the queue is narrowed to."""

    label: str
    value: str
    #: The address of the queue without it.
    without: str


class QueueFilter(forms.Form):
    """What the queue is narrowed to. Nonsense in an address narrows it to nothing in particular."""

    kind = forms.ChoiceField(
        label=_lazy("Kind"), choices=[("", _lazy("Everything")), *CaseKind.choices], required=False
    )
    reason = forms.ChoiceField(
        label=_lazy("Flagged because"),
        choices=[("", _lazy("Any reason")), *FlagReason.choices],
        required=False,
    )
    article = forms.ChoiceField(label=_lazy("Article"), required=False)
    course = forms.ChoiceField(label=_lazy("Course"), required=False)
    rule = forms.ChoiceField(label=_lazy("Rule"), required=False)
    age = forms.ChoiceField(label=_lazy("Waiting"), choices=AGES, required=False)
    author = forms.CharField(label=_lazy("Written by"), required=False, max_length=60)

    def __init__(self, *args: Any, moderator: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        articles = Article.objects.visible_to(moderator).order_by("-pk")
        courses = courses_of(moderator)
        offer(self, "article", [("", _lazy("Any article")), *self._some("article", articles)])
        offer(self, "course", [("", _lazy("Any course")), *self._some("course", courses)])
        offer(self, "rule", [("", _lazy("Any rule")), *rules_by_slug()])

    def _some(self, name: str, rows: QuerySet[Any]) -> list[tuple[str, str]]:
        """The first of ``rows``, and the one that is asked for, if it is among them at all."""
        offered = list(rows.values_list("pk", "title")[:OFFERED])
        asked = as_id(str(self.data.get(name, "")))
        if asked and asked not in dict(offered):
            offered += rows.filter(pk=asked).values_list("pk", "title")
        return [(str(pk), title) for pk, title in offered]

    @cached_property
    def said(self) -> dict[str, str]:
        """The valid part of it, by name: what an address says, the tab first."""
        self.is_valid()
        tab = str(self.data.get("tab", ""))
        found = {"tab": tab} if tab in TABS else {}
        for name in self.fields:
            if value := str(self.cleaned_data.get(name) or ""):
                found[name] = value
        return found

    @property
    def chips(self) -> list[Chip]:
        """What it is narrowed to, one by one, each with the address of the queue without it."""
        found = []
        for name, value in self.said.items():
            if name == "tab":
                continue
            field: Any = self.fields[name]
            label = dict(getattr(field, "choices", ())).get(value, value)
            others = {other: kept for other, kept in self.said.items() if other != name}
            query = urlencode({"tab": Queue.REPORTED} | others)
            found.append(Chip(str(field.label), str(label), f"?{query}"))
        return found

    def wanted(self) -> Wanted:
        """The valid part of it."""
        said = dict.fromkeys(self.fields, "") | self.said
        person = User.objects.filter(username__iexact=said["author"]).first()
        # An id that nobody has: of somebody whom there is not, nothing waits.
        author = (person.pk if person else 0) if said["author"] else None
        return Wanted(
            tab=said.get("tab", Queue.REPORTED),
            kind=said["kind"],
            article=int(said["article"]) if said["article"] else None,
            course=int(said["course"]) if said["course"] else None,
            author=author,
            rule=said["rule"],
            reason=said["reason"],
            age=said["age"],
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out of the tab."""
        return any(name in self.fields for name in self.said)


class BulkForm(forms.Form):
    """One decision for many cases; ``tags`` are those that the notes among them could have."""

    action = forms.ChoiceField(
        label=_lazy("Decision"),
        widget=forms.RadioSelect,
        choices=_ACTIONS,
        initial=Action.KEEP,
        error_messages={"required": _lazy("Choose what should become of it.")},
    )
    hide = forms.BooleanField(
        label=_lazy("Hide them until their authors have changed them"), required=False
    )
    tag = forms.ChoiceField(label=_lazy("The tag they should have"), required=False)
    rule = RuleField(help_text=_lazy("Whatever takes something from its author names one."))
    reason = PublicReasonField(rows=3)
    note = PrivateNoteField()

    def __init__(self, *args: Any, tags: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "tag", [("", _lazy("Choose a tag")), *tags])
        if not tags:
            # There is no note among them.
            del self.fields["tag"]
            of_notes = (Action.RETAG, Action.HIDE_NOTE)
            offer(self, "action", [one for one in _ACTIONS if one[0] not in of_notes])

    def clean(self) -> dict[str, Any]:
        """Name the tag, where it is about one."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("action") == Action.RETAG and not cleaned.get("tag"):
            self.add_error("tag", _lazy("Choose a tag."))
        return cleaned
