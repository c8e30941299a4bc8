"""The forms of moderation. What may be done is for the actions to say, not for these."""

from __future__ import annotations

from typing import Any

from django import forms

from forum.discussion.models import Kind, Post
from forum.moderation.models import Action, CaseState, FlagReason, Rule
from forum.moderation.transitions import actions_on

#: The largest version a case can have in the database.
_MOST = 2**31 - 1

#: What a moderator reads beside each action, by what has become of the post so far.
_KEEP = "Keep: it stays as it is"
_REMOVE = "Remove: readers see only that something was removed"
_RESTORE = "Restore: everybody can read it again"
_LABELS: dict[tuple[str, str], str] = {
    (Action.KEEP, "held"): "Keep: publish it",
    (Action.KEEP, "hidden"): "Keep: show it again",
    (Action.KEEP, "withdrawn"): "Keep: leave it as its author left it, withdrawn",
    (Action.REMOVE, "withdrawn"): "Remove: its author cannot bring it back",
    (Action.REMOVE, "removed"): "Remove: it stays removed",
}
_USUAL: dict[str, str] = {
    Action.KEEP: _KEEP,
    Action.REMOVE: _REMOVE,
    Action.RESTORE: _RESTORE,
}


class FlagForm(forms.Form):
    """An objection to one post."""

    reason = forms.ChoiceField(
        label="What is wrong with it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the reason that fits best."},
    )
    note = forms.CharField(
        label="Anything the moderator should know",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only moderators read this and see who flagged.",
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (value, label)
            for value, label in FlagReason.choices
            if value != FlagReason.MIS_TAGGED or post.kind == Kind.ANNOTATION
        ]


class RuleField(forms.ModelChoiceField):
    """A choice among the rules in force."""

    def label_from_instance(self, obj: Rule) -> str:
        return f"{obj.number}. {obj.title}"


class DecisionForm(forms.Form):
    """A decision about one case, as it stood at ``version``."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=_MOST)
    action = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=Action.choices,
        error_messages={"required": "Choose what should become of it."},
    )
    rule = RuleField(
        label="Rule",
        queryset=Rule.objects.none(),
        required=False,
        empty_label="No rule",
        help_text="A removal names one.",
    )
    reason = forms.CharField(
        label="Public reason",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The author and everybody who flagged this will read it. A removal needs one.",
    )
    note = forms.CharField(
        label="Private note",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only moderators will read it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule: RuleField = self.fields["rule"]  # type: ignore[assignment]
        rule.queryset = Rule.objects.filter(retired_at=None)

    def offer(self, state: str) -> None:
        """Show only the actions that make sense for a post in ``state``.

        A form that came in is checked against every action there is: one that makes no sense
        any more is a conflict, to be told as such, and no typing error.
        """
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            (action, _LABELS.get((action, state), _USUAL[action])) for action in actions_on(state)
        ]


class ReopenForm(forms.Form):
    """Why a decided case should be looked at again."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=_MOST)
    reason = forms.CharField(
        label="Why should it be decided anew?",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It goes into the log.",
        error_messages={"required": "Say why."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It may stand on one page with a decision, which has a reason of its own.
        super().__init__(*args, **{"auto_id": "reopen_%s"} | kwargs)


class QueueFilter(forms.Form):
    """What the queue is narrowed to. Nonsense in an address narrows it to nothing in particular."""

    state = forms.ChoiceField(
        choices=CaseState.choices, required=False, widget=forms.HiddenInput, initial="open"
    )
    kind = forms.ChoiceField(
        label="Kind",
        choices=[
            ("", "Everything"),
            ("comment", "Responses"),
            ("annotation", "Notes"),
            ("reply", "Replies to notes"),
        ],
        required=False,
    )
    reason = forms.ChoiceField(
        label="Flagged because", choices=[("", "Any reason"), *FlagReason.choices], required=False
    )

    def wanted(self, name: str) -> str:
        """The valid choice for ``name``, or an empty string."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))
