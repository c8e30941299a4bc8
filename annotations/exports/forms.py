"""What somebody who exports chooses."""

from django import forms

from annotations.exports.rows import Names

#: Choice on the page → (format, with a byte-order mark).
FILES = {"csv": ("csv", False), "csv-bom": ("csv", True), "jsonl": ("jsonl", False)}
_WRONG_FILE = "Choose one of these files."


class ExportForm(forms.Form):
    """The file's format, and what stands for its authors."""

    format = forms.ChoiceField(
        label="File",
        choices=[
            ("csv", "CSV, for statistics programs and scripts"),
            ("csv-bom", "CSV for Excel and other spreadsheets"),
            ("jsonl", "JSON Lines, every value exactly as it is stored"),
        ],
        widget=forms.RadioSelect,
        initial="csv",
        error_messages={"required": _WRONG_FILE, "invalid_choice": _WRONG_FILE},
    )
    names = forms.ChoiceField(
        label="Authors",
        choices=[
            (Names.AUTHOR, "Their names"),
            (Names.PSEUDONYM, "Pseudonyms, the same ones in every export"),
        ],
        widget=forms.RadioSelect,
        initial=Names.AUTHOR,
        required=False,
        help_text=(
            "Pseudonyms are random and stored here. What people wrote may still name somebody, "
            "and whoever can read this site finds a note, and its author, by its id."
        ),
    )

    def clean_names(self) -> str:
        return self.cleaned_data["names"] or Names.AUTHOR
