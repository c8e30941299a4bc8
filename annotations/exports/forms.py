"""What somebody who exports chooses."""

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from annotations.exports.rows import Names

#: Choice on the page → (format, with a byte-order mark).
FILES = {"csv": ("csv", False), "csv-bom": ("csv", True), "jsonl": ("jsonl", False)}
_WRONG_FILE = _lazy("Choose one of these files.")


class ExportForm(forms.Form):
    """The file's format, and what stands for its authors."""

    format = forms.ChoiceField(
        label=_lazy("File"),
        choices=[
            ("csv", _lazy("CSV, for statistics programs and scripts")),
            ("csv-bom", _lazy("CSV for Excel and other spreadsheets")),
            ("jsonl", _lazy("JSON Lines, every value exactly as it is stored")),
        ],
        widget=forms.RadioSelect,
        initial="csv",
        error_messages={"required": _WRONG_FILE, "invalid_choice": _WRONG_FILE},
    )
    names = forms.ChoiceField(
        label=_lazy("Authors"),
        choices=[
            (Names.AUTHOR, _lazy("Their names")),
            (Names.PSEUDONYM, _lazy("Pseudonyms, the same ones in every export")),
        ],
        widget=forms.RadioSelect,
        initial=Names.AUTHOR,
        required=False,
        help_text=(
            _lazy(
                "Pseudonyms are random and stored here. What people wrote may still name somebody, "
                "and whoever can read this site finds a note, and its author, by its id."
            )
        ),
    )

    def clean_names(self) -> str:
        return self.cleaned_data["names"] or Names.AUTHOR
