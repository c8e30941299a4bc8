"""What language a text is in, and which way it runs."""

from __future__ import annotations

import pytest

from forum.lib.errors import Refused
from forum.lib.language import clean_language, direction_of

HEBREW = "<p>Postil אומר: הגשר חייב להיסגר מיד, וכולם יודעים מה זה אומר.</p>"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        ("EN", "en"),
        ("pt_br", "pt-BR"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-rozaj-biske", "sl-rozaj-biske"),
        ("haw", "haw"),
    ],
)
def test_codes_get_their_usual_spelling(typed, kept):
    assert clean_language(typed, field="language") == kept


@pytest.mark.parametrize("typed", ["English", "e", "en-", "en--GB", "en GB", '"en"', "en-" * 20])
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(Refused) as refusal:
        clean_language(typed, field="language")
    assert refusal.value.field == "language"


@pytest.mark.parametrize(
    ("language", "html", "direction"),
    [
        ("ar", "", "rtl"),
        ("he-IL", "<p>Latin words all the same</p>", "rtl"),
        ("en", HEBREW, "ltr"),
        ("az-Arab", "", "rtl"),
        ("ku-Latn", "", "ltr"),
        ("ur-Latn", "", "ltr"),
        ("", HEBREW, "rtl"),
        ("", "<p>Postil says: close the bridge – הגשר.</p>", "ltr"),
        ("", "<p>1962</p>", "ltr"),
        ("", "", "ltr"),
        ("", "<p>&#1492;&#1490;&#1513;&#1512;</p>", "rtl"),
    ],
)
def test_direction(language, html, direction):
    assert direction_of(language, html) == direction
