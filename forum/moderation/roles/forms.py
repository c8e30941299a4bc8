"""The form in which an admin gives a role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.models import User
from forum.courses.models import Course
from forum.discussion.models import Article
from forum.moderation.models import ModerationRole
from forum.moderation.roles.actions import ADMIN

#: Articles that are offered while one types; others are found by their address all the same.
OFFERED = 200


class RoleForm(forms.Form):
    """Who gets which role, and for what."""

    person = forms.CharField(
        label=_lazy("Who"),
        help_text=_lazy("Their username."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": _lazy("Say who.")},
    )
    role = forms.ChoiceField(
        label=_lazy("Role"),
        widget=forms.RadioSelect,
        choices=[*ModerationRole.choices, (ADMIN, _lazy("Admin"))],
        initial=ModerationRole.MODERATOR,
        error_messages={"required": _lazy("Choose a role.")},
    )
    article = forms.CharField(
        label=_lazy("Only in one article"),
        required=False,
        help_text=_lazy("The last part of its address. With nothing here, it is the whole site."),
        widget=forms.TextInput(attrs={"list": "articles", "autocomplete": "off"}),
    )
    course = forms.ModelChoiceField(
        label=_lazy("Only in one course"),
        required=False,
        queryset=Course.objects.order_by("title", "pk"),
        empty_label=_lazy("No course"),
    )

    def clean_person(self) -> User:
        """The person of that name."""
        person = User.objects.filter(username=self.cleaned_data["person"]).first()
        if person is None:
            raise forms.ValidationError(_("Nobody here has this username."))
        return person

    def clean_article(self) -> Article | None:
        """The article at that address, if one was named."""
        slug = self.cleaned_data["article"].strip().strip("/").rpartition("/")[2]
        if not slug:
            return None
        article = Article.objects.filter(slug=slug).first()
        if article is None:
            raise forms.ValidationError(_("There is no article at this address."))
        return article

    def clean(self) -> dict[str, Any]:
        """An admin is one everywhere."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("role") == ADMIN:
            for name in ("article", "course"):
                if cleaned.get(name):
                    self.add_error(name, _("An admin is one everywhere: leave this empty."))
        return cleaned
