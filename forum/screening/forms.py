"""The form for a list of words. What may be in it is for ``lists`` to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from forum.lib.forms import LARGEST, offer
from forum.moderation.fields import rules_by_slug
from forum.screening.lists import TEXT_LIMIT, Wanted, as_text
from forum.screening.models import ListKind, WordList


class WordListForm(forms.Form):
    """A list as moderators write it: its words one a line."""

    name = forms.CharField(
        label=_lazy("Name of the list"),
        error_messages={"required": _lazy("Please give it a name.")},
    )
    kind = forms.ChoiceField(
        label=_lazy("What becomes of a post with one of its words"),
        choices=ListKind.choices,
        widget=forms.RadioSelect,
        initial=ListKind.SUSPECT.value,
        error_messages={"required": _lazy("Choose one of these.")},
    )
    rule = forms.ChoiceField(
        label=_lazy("The rule that it may break"),
        required=False,
        help_text=_lazy("Authors are told the rule, never the word."),
    )
    words = forms.CharField(
        label=_lazy("Words"),
        required=False,
        strip=False,
        max_length=TEXT_LIMIT,
        help_text=_lazy(
            "One a line, or several that follow one another. Case, accents, look-alikes, digits "
            "for letters and spaced letters make no difference. A star at an end stands for "
            "anything: “spam*” finds “spammer”. Lines that begin with # are left out."
        ),
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "autocapitalize": "none"}),
    )
    file = forms.FileField(
        label=_lazy("Take in a file"),
        required=False,
        help_text=_lazy("A text with a word on each line, in UTF-8. Nothing is saved at once."),
        widget=forms.FileInput(attrs={"accept": ".txt,text/plain"}),
    )
    is_on = forms.BooleanField(label=_lazy("Look for these words"), required=False, initial=True)
    version = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "rule", [("", _lazy("None of them")), *rules_by_slug()])

    @classmethod
    def of(cls, word_list: WordList) -> WordListForm:
        """The form as ``word_list`` stands."""
        columns = ("name", "kind", "rule", "is_on", "version")
        initial = {name: getattr(word_list, name) for name in columns}
        return cls(initial=initial | {"words": as_text(word_list)})

    def wanted(self) -> Wanted:
        """The list that it describes, once it is valid."""
        said = self.cleaned_data
        return Wanted(said["name"], said["kind"], said["rule"], said["is_on"], said["words"])
