"""The form for an article. What may be said is the actions' affair."""

from __future__ import annotations

from dataclasses import asdict

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _lazy

from forum.discussion.importers.files import ENDINGS, ArticleFile
from forum.discussion.models import Article, Revision
from forum.discussion.publishing.actions import Paratext, paratext_digest
from forum.discussion.publishing.figures import FIGURE_LIMIT
from forum.discussion.writing.forms import ExpectedField, TokenField
from forum.lib.html import Format


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
