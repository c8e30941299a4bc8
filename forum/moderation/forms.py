"""The forms of moderation. What may be done is for the actions to say, not for these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.discussion.models import Kind, Post
from forum.lib.forms import LARGEST, offer
from forum.moderation.deciding import CHOICES
from forum.moderation.effects import tags_of, tags_offered
from forum.moderation.fields import (
    CategoryField,
    OutcomeField,
    PrivateNoteField,
    PublicReasonField,
    RuleField,
    WhyField,
)
from forum.moderation.models import (
    LAW_LIMIT,
    RESTRICTIONS,
    Action,
    FlagReason,
    Outcome,
    ReasonTemplate,
)
from forum.moderation.reasons import filled, rule_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: What a moderator reads beside each action, by what has become of the post so far.
_KEEP = _lazy("Keep: it stays as it is")
_REMOVE = _lazy("Remove: readers see only that something was removed")
_RESTORE = _lazy("Restore: everybody can read it again")
_LABELS: dict[tuple[str, str], _StrPromise] = {
    (Action.KEEP, "held"): _lazy("Keep: publish it"),
    (Action.KEEP, "hidden"): _lazy("Keep: show it again"),
    (Action.KEEP, "withdrawn"): _lazy("Keep: leave it as its author left it, withdrawn"),
    (Action.REMOVE, "withdrawn"): _lazy("Remove: its author cannot bring it back"),
    (Action.REMOVE, "removed"): _lazy("Remove: it stays removed"),
    (Action.HIDE_NOTE, "held"): _lazy("Hide its words: publish the mark and its tags alone"),
    (Action.RETAG, "held"): _lazy("Change its tags: publish it with others"),
    (Action.ASK_REVISION, "held"): _lazy("Ask its author to change it: it waits until then"),
    (Action.ASK_REVISION, "hidden"): _lazy(
        "Ask its author to change it: it stays hidden until then"
    ),
}
_USUAL: dict[str, _StrPromise] = {
    Action.KEEP: _KEEP,
    Action.REMOVE: _REMOVE,
    Action.RESTORE: _RESTORE,
    Action.HIDE_NOTE: _lazy("Hide its words: the mark and its tags stay"),
    Action.SHOW_NOTE: _lazy("Show its words again"),
    Action.RETAG: _lazy("Change its tags: they do not mean what the codebook says"),
    Action.ASK_REVISION: _lazy("Ask its author to change it: the case opens again when they do"),
    Action.LOCK: _lazy("Lock the thread: nobody can answer below"),
    Action.UNLOCK: _lazy("Unlock the thread: it can be answered again"),
    Action.ESCALATE: _lazy("Escalate: leave it to those who lead appeals"),
}


class FlagForm(forms.Form):
    """An objection to one post."""

    reason = forms.ChoiceField(
        label=_lazy("What is wrong with it?"),
        widget=forms.RadioSelect,
        choices=FlagReason.choices,
        error_messages={"required": _lazy("Choose the reason that fits best.")},
    )
    note = forms.CharField(
        label=_lazy("Anything the moderator should know"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_lazy("Only moderators read this and see who flagged."),
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if post.kind != Kind.ANNOTATION:
            reasons = [one for one in FlagReason.choices if one[0] != FlagReason.MIS_TAGGED]
            offer(self, "reason", reasons)


class DecisionForm(forms.Form):
    """A decision about one case, as it stood at ``version``."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST)
    action = forms.ChoiceField(
        label=_lazy("Decision"),
        widget=forms.RadioSelect,
        choices=[(action, action) for action in CHOICES],
        error_messages={"required": _lazy("Choose what should become of it.")},
    )
    hide = forms.BooleanField(
        label=_lazy("Hide it until its author has changed it"), required=False
    )
    tags = forms.MultipleChoiceField(
        label=_lazy("Tags it should have"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    rule = RuleField(
        help_text=_lazy("Whatever takes something from its author names one, or a law.")
    )
    legal_ground = forms.CharField(
        label=_lazy("Law"),
        required=False,
        max_length=LAW_LIMIT,
        help_text=_lazy(
            "Where it is against the law: the act and the section. The author is told which."
        ),
    )
    category = CategoryField()
    template = forms.ModelChoiceField(
        label=_lazy("Reason from a template"),
        queryset=ReasonTemplate.objects.all(),
        required=False,
        empty_label=_lazy("None"),
        help_text=_lazy("It is the reason where none is written below."),
    )
    reason = PublicReasonField(rows=4)
    note = PrivateNoteField()

    def __init__(self, *args: Any, post: Post | None = None, **kwargs: Any) -> None:
        if post and post.kind == Kind.ANNOTATION:
            kwargs["initial"] = {"tags": tags_of(post)} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if post and post.kind == Kind.ANNOTATION:
            offer(self, "tags", tags_offered(post))
        else:
            del self.fields["tags"]
        self.post = post
        self.reasons = list(ReasonTemplate.objects.all()) if post else []
        if not self.reasons:
            self.fields.pop("template", None)

    def clean(self) -> dict[str, Any]:
        """Fill in the template that was chosen, and its rule, where nothing else is said."""
        cleaned = super().clean() or self.cleaned_data
        template = cleaned.pop("template", None)
        if template and self.post and not cleaned.get("reason", "").strip():
            rule = cleaned.get("rule") or rule_of(template)
            cleaned["rule"] = rule
            cleaned["reason"] = filled(template.text, self.post, rule)
        law = cleaned.get("legal_ground", "").strip()
        restricts = cleaned.get("action") in RESTRICTIONS
        if restricts and law and not (cleaned.get("rule") or cleaned.get("category")):
            self.add_error("category", _("No rule says what it is about: choose it."))
        return cleaned

    @property
    def rests_on_law(self) -> bool:
        """Whether what few decisions need, the law and what it is about, is to be in sight."""
        return any(self[name].value() or self[name].errors for name in ("legal_ground", "category"))

    def offer(self, state: str, actions: Sequence[str]) -> None:
        """Show only ``actions``, those that make sense for a post in ``state``.

        A form that came in is checked against every action there is: one that makes no sense
        any more is a conflict, to be told as such, and no typing error.
        """
        labels = [_LABELS.get((action, state), _USUAL[action]) for action in actions]
        offer(self, "action", zip(actions, labels, strict=True))


class AppealForm(forms.Form):
    """Why a decision is wrong, in the words of somebody whom it concerns."""

    text = WhyField(
        rows=6,
        label=_lazy("Why is this decision wrong?"),
        help_text=_lazy("Only moderators read this. Once it is sent it stays as it is."),
    )


class AppealDecisionForm(DecisionForm):
    """The decision about an appeal; of another decision, only where it is varied."""

    outcome = OutcomeField(
        [
            (Outcome.UPHELD, _lazy("Uphold the decision: it stays as decided")),
            (Outcome.OVERTURNED, _lazy("Overturn it: turn it back")),
            (Outcome.VARIED, _lazy("Vary it: turn it back, and decide something else")),
        ]
    )
    answer = WhyField(
        rows=5,
        label=_lazy("Answer"),
        help_text=_lazy("Everybody whom the decision concerns will read it."),
    )
    version = note = template = None  # type: ignore[assignment]  # fields that it has not
    field_order = (
        *("outcome", "answer", "action", "hide", "tags"),
        *("rule", "legal_ground", "category", "reason"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].required = False
        self.fields["action"].label = _lazy("What is decided instead?")
        self.fields["reason"].help_text = _lazy("Where it is empty, the answer is the reason.")


class ReopenForm(forms.Form):
    """Why a decided case should be looked at again."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST)
    reason = WhyField(
        rows=2,
        label=_lazy("Why should it be decided anew?"),
        help_text=_lazy("It goes into the log."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It may stand on one page with a decision, which has a reason of its own.
        super().__init__(*args, **{"auto_id": "reopen_%s"} | kwargs)
