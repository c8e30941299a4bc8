"""The forms about people. What may be done is for the actions to say, not for these."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.models import User
from forum.courses.models import Course
from forum.discussion.lookup import as_id
from forum.lib.forms import LARGEST, offer
from forum.moderation.fields import (
    CategoryField,
    OutcomeField,
    PrivateNoteField,
    PublicReasonField,
    RuleField,
    WhyField,
)
from forum.moderation.models import Decision, Misuse, Outcome, Sanction, Sanctioning, Scope
from forum.moderation.people.grounds import LAW_LIMIT, MOST_DAYS, Grounds, Place
from forum.moderation.people.offered import (
    OFFERED,
    articles_for,
    decisions_for,
    scopes_for,
)
from forum.moderation.people.varying import milder_than
from forum.moderation.roles.scope import courses_of

_KINDS = [
    (Sanctioning.WARN, _lazy("Warn: they read it and say so before they post again")),
    (Sanctioning.PREMODERATE, _lazy("Pre-moderate: what they write is held")),
    (Sanctioning.MUTE_FLAGS, _lazy("Set their flags aside, after a warning about flags")),
    (Sanctioning.SILENCE, _lazy("Silence: they cannot post, annotate, edit or endorse")),
    (Sanctioning.SUSPEND, _lazy("Suspend: they can do nothing but read")),
    (Sanctioning.BAN, _lazy("Ban, for good: another moderator has to approve it")),
]


class DecisionField(forms.ModelChoiceField):
    """Decisions, as somebody tells them apart."""

    def label_from_instance(self, obj: Any) -> str:
        """What was decided about which post, by which rule, when."""
        about = {
            "action": obj.get_action_display(),
            "noun": obj.case.post.noun,
            "day": date_format(localtime(obj.created_at), "SHORT_DATE_FORMAT"),
        }
        said = _("%(action)s: %(noun)s, %(day)s") % about
        return f"{said} ({obj.rule})" if obj.rule else said


class SanctionForm(forms.Form):
    """A sanction, as whoever has read the record up to ``seen`` gives it."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)
    kind = forms.ChoiceField(
        label=_lazy("What should be done?"),
        widget=forms.RadioSelect,
        choices=_KINDS,
        error_messages={"required": _lazy("Choose what should be done.")},
    )
    days = forms.IntegerField(
        label=_lazy("For how many days"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_lazy("Not for a warning or a ban."),
    )
    scope = forms.ChoiceField(
        label=_lazy("Where"),
        widget=forms.RadioSelect,
        choices=Scope.choices,
        initial=Scope.SITE,
    )
    article = forms.SlugField(
        label=_lazy("Which article"),
        required=False,
        help_text=_lazy("The last part of its address."),
    )
    course = forms.ModelChoiceField(
        label=_lazy("Which course"),
        queryset=Course.objects.none(),
        required=False,
        empty_label=_lazy("None"),
    )
    decision = DecisionField(
        label=_lazy("The decision that led to it"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_lazy("None"),
        help_text=_lazy("The person is led to it, and the record too."),
    )
    rule = RuleField(empty_label=_lazy("No rule, but the law"))
    legal_ground = forms.CharField(
        label=_lazy("Law"),
        required=False,
        max_length=LAW_LIMIT,
        help_text=_lazy("Where it rests on one: the act and the section."),
    )
    category = CategoryField()
    reason = forms.CharField(
        label=_lazy("Public reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_lazy("The person reads it, in the statement of reasons."),
        error_messages={"required": _lazy("Give the person a reason.")},
    )
    note = PrivateNoteField()
    misuse = forms.ChoiceField(
        label=_lazy("Misuse of the site"),
        required=False,
        choices=[("", _lazy("None in the sense of the law")), *Misuse.choices],
        help_text=_lazy("Then say the four things below, which the law has weighed."),
    )
    number = forms.IntegerField(
        label=_lazy("How many"), required=False, min_value=1, max_value=LARGEST
    )
    of = forms.IntegerField(
        label=_lazy("Of how many"), required=False, min_value=1, max_value=LARGEST
    )
    gravity = forms.CharField(
        label=_lazy("How grave"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    intent = forms.CharField(
        label=_lazy("With what intent"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    meanwhile = forms.BooleanField(
        label=_lazy("Suspend them until the ban is decided, for seven days at most"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, moderator: User, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.moderator, self.person = moderator, person
        fields: Any = self.fields
        fields["course"].queryset = courses_of(moderator)
        if not moderator.moderates_site:
            self._keep_to(scopes_for(moderator))
        self._offer_decisions(decisions_for(moderator, person))

    def _keep_to(self, scopes: list[Scope]) -> None:
        """Offer what holds in parts of the site only."""
        offer(self, "scope", [(scope.value, scope.label) for scope in scopes])
        self.fields["scope"].initial = scopes[0] if scopes else None
        # Those are of the account.
        whole = (Sanctioning.SUSPEND, Sanctioning.BAN)
        offer(self, "kind", [choice for choice in _KINDS if choice[0] not in whole])
        for scope, name in ((Scope.COURSE, "course"), (Scope.ARTICLE, "article")):
            if scope not in scopes:
                del self.fields[name]

    def _offer_decisions(self, decisions: QuerySet[Decision]) -> None:
        """The latest of them; and the one that is meant, however old."""
        field: Any = self.fields["decision"]
        field.queryset = decisions
        meant = as_id(str(self["decision"].value() or ""))
        latest = list(decisions[:OFFERED])
        if meant and all(one.pk != meant for one in latest):
            latest += decisions.filter(pk=meant)
        named = [(one.pk, field.label_from_instance(one)) for one in latest]
        offer(self, "decision", [("", field.empty_label), *named])
        self.offers_decisions = bool(latest or meant)

    def clean(self) -> dict[str, Any]:
        """Find the article, or refuse; of the places that are not meant none is taken."""
        said = super().clean() or self.cleaned_data
        scope = said.get("scope")
        if scope == Scope.ARTICLE:
            found = articles_for(self.moderator).filter(slug=said.get("article") or "").first()
            if found is None:
                self.add_error("article", _lazy("There is no such article."))
            said["article"] = found
        if scope == Scope.COURSE and not said.get("course"):
            self.add_error("course", _lazy("Choose the course."))
        known = said.get("rule") or said.get("category") or said.get("decision")
        if said.get("legal_ground") and not known:
            self.add_error("category", _lazy("No rule says what it is about: choose it."))
        return said

    def asked(self) -> dict[str, Any]:
        """What ``sanctioning.draft`` is asked, of a form that is valid."""
        said = self.cleaned_data
        names = (
            *("reason", "rule", "note", "legal_ground", "category", "decision"),
            *("misuse", "number", "of"),
        )
        grounds: dict[str, Any] = {name: said.get(name) for name in names}
        place = Place(
            course=said.get("course") if said["scope"] == Scope.COURSE else None,
            article=said.get("article") if said["scope"] == Scope.ARTICLE else None,
        )
        return {
            "moderator": self.moderator,
            "person": self.person,
            "kind": said["kind"],
            "days": said["days"],
            "place": place,
            "grounds": Grounds(**grounds, gravity=said["gravity"], intent=said["intent"]),
        }


class WhyForm(forms.Form):
    """Why a sanction is lifted, or a ban refused."""

    reason = WhyField(
        rows=2,
        label=_lazy("Why"),
        help_text=_lazy("The person reads it, and it goes into the log."),
    )
    overturned = forms.BooleanField(
        label=_lazy("It was wrong from the start: what it replaced holds again"), required=False
    )


class AnswerForm(forms.Form):
    """What becomes of an appeal against a sanction, and why; and what takes its place."""

    outcome = OutcomeField(
        [
            (Outcome.UPHELD, _lazy("Uphold the sanction: it stays as given")),
            (Outcome.OVERTURNED, _lazy("Overturn it: it ends, and what it replaced holds again")),
            (Outcome.VARIED, _lazy("Vary it: overturn it, and give something milder instead")),
        ]
    )
    answer = WhyField(
        rows=4,
        label=_lazy("Answer"),
        help_text=_lazy("The person reads it, and it goes into the log."),
    )
    kind = forms.ChoiceField(
        label=_lazy("What is given instead?"), required=False, widget=forms.RadioSelect
    )
    days = forms.IntegerField(
        label=_lazy("For how many days from now"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_lazy("Not for a warning."),
    )
    rule = RuleField(empty_label=_lazy("What the sanction rests on"))
    reason = PublicReasonField(rows=3)

    def __init__(self, *args: Any, sanction: Sanction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        milder = milder_than(sanction)
        self.fields["kind"].choices = [one for one in _KINDS if one[0] in milder]  # type: ignore[attr-defined]  # not of every field
        self.fields["reason"].help_text = _lazy("Where it is empty, the answer is the reason.")
        if not milder:
            offered: Any = self.fields["outcome"]
            offered.choices = [one for one in offered.choices if one[0] != Outcome.VARIED]
            for name in ("kind", "days", "rule", "reason"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        varied = said.get("outcome") == Outcome.VARIED
        if varied and not said.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _lazy("Choose what should be done."))
        return said


class NoteForm(forms.Form):
    """What the other moderators should know about a person."""

    text = forms.CharField(
        label=_lazy("A note for the other moderators"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_lazy("It stays, with your name."),
        error_messages={"required": _lazy("Write something.")},
    )
