"""Forms for writing: a response, an edit, an article. What may be said is the actions' affair."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.discussion.figures import FIGURE_LIMIT
from forum.discussion.importers.files import ENDINGS, ArticleFile
from forum.discussion.lookup import as_id
from forum.discussion.models import Article, Revision
from forum.discussion.publishing import Paratext, paratext_digest
from forum.lib.html import Format

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MARKDOWN = _lazy(
    "You can use Markdown: *emphasis*, **strong**, > quotation, - list, [words](address)."
)
_EMPTY = {"required": _lazy("Please write something first.")}


def new_token() -> str:
    """A token for one form on one page: sent twice, the form makes one post."""
    return secrets.token_urlsafe(24)


class TokenField(forms.CharField):
    """The form's token, hidden. One that cannot be ours counts as none."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: object) -> str:
        return value if isinstance(value, str) and _TOKEN.fullmatch(value) else ""


class ExpectedField(forms.IntegerField):
    """The id of the revision that the editor started from, hidden. Nonsense is no revision's."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: object) -> int:
        return (as_id(value) if isinstance(value, str) else None) or 0


class ResponseForm(forms.Form):
    """A response to an article, or to one of its responses."""

    source = forms.CharField(
        label=_lazy("Your response"),
        help_text=_MARKDOWN,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages=_EMPTY,
    )
    token = TokenField()


class EditForm(forms.Form):
    """New words for a response, or for the note of an annotation."""

    source = forms.CharField(
        label=_lazy("Your words"),
        help_text=_MARKDOWN,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages=_EMPTY,
    )
    expected = ExpectedField()

    def __init__(self, *args: Any, is_note: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_note:
            # The tags alone can say it all.
            self.fields["source"].required = False
            self.fields["source"].label = _("Your note")


class ArticleForm(forms.Form):
    """An article with everything that stands around it."""

    file = forms.FileField(
        label=_lazy("Start from a file"),
        required=False,
        help_text=_lazy(
            "Markdown or HTML, in UTF-8. It fills this form; nothing is saved at once."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    title = forms.CharField(
        label=_lazy("Title"), error_messages={"required": _lazy("An article needs a title.")}
    )
    byline = forms.CharField(
        label=_lazy("Byline"),
        required=False,
        help_text=_lazy("Who wrote it, as readers will see it."),
    )
    standfirst = forms.CharField(
        label=_lazy("In brief"),
        required=False,
        help_text=_lazy("Two or three sentences that stand above the text."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    format = forms.ChoiceField(
        label=_lazy("The text is written in"),
        choices=[(Format.MARKDOWN.value, _lazy("Markdown")), (Format.HTML.value, "HTML")],
        initial=Format.MARKDOWN.value,
    )
    source = forms.CharField(
        label=_lazy("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        error_messages={"required": _lazy("An article needs a text.")},
    )
    language = forms.CharField(
        label=_lazy("Language"),
        required=False,
        help_text=_lazy(
            "A code such as “en”, “ar” or “pt-BR”. Empty, it is the language of this site."
        ),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    figure = forms.FileField(
        label=_lazy("Figure"),
        required=False,
        help_text=format_lazy(
            _lazy("PNG, JPEG, WebP or GIF, {megabytes} MB at most."),
            megabytes=FIGURE_LIMIT // 1_000_000,
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    figure_alt = forms.CharField(
        label=_lazy("What the figure shows"),
        required=False,
        help_text=_lazy("For readers who cannot see it."),
    )
    figure_caption = forms.CharField(
        label=_lazy("Caption"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    about_author = forms.CharField(
        label=_lazy("About the author"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    series = forms.CharField(
        label=_lazy("Series note"),
        required=False,
        help_text=_lazy("If this is one of several: which one, and of what."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    token = TokenField()
    expected = ExpectedField()
    #: Stands for what was around the text when the editor started.
    expected_paratext = forms.CharField(required=False, widget=forms.HiddenInput)
    #: Stands for the text whose report the editor has seen.
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)
    #: The ticket of a figure that came with an earlier preview of this form.
    waiting = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, article: Article, revision: Revision) -> ArticleForm:
        """The form as ``article`` stands."""
        text = {"source": revision.source, "format": revision.format, "expected": revision.pk}
        around = {"expected_paratext": paratext_digest(article)}
        return cls(initial=asdict(Paratext.of(article)) | text | around)

    def filled_from(self, file: ArticleFile) -> ArticleForm:
        """This form with what ``file`` says; what it does not say stays as it was typed."""
        data = {name: self.data.get(name) for name in self.data}
        said = {name: value for name, value in asdict(file.paratext).items() if value}
        return ArticleForm(data | said | {"source": file.source, "format": file.format.value})

    def differing(self, article: Article) -> list[tuple[str, str]]:
        """What stands around the text of ``article`` where this form says something else: labels
        and values."""
        return [
            (str(self[name].label), value)
            for name, value in asdict(Paratext.of(article)).items()
            if value.split() != (self[name].value() or "").split()
        ]

    def paratext(self) -> Paratext:
        """What stands around the text. Raises ``Refused``."""
        names = Paratext.__dataclass_fields__
        return Paratext(**{name: self.cleaned_data[name] for name in names}).cleaned()
