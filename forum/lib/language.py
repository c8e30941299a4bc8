"""What language a text is in, and whether it runs from right to left."""

import re
import unicodedata
from html import unescape
from typing import Literal

from forum.lib.errors import Refused
from forum.lib.words import gettext as _

Direction = Literal["ltr", "rtl"]

#: Code points a language code has, at most (RFC 5646, 4.4.1).
LANGUAGE_LIMIT = 35

#: Language, script, region and variants of RFC 5646; extensions say nothing about reading.
_CODE = re.compile(
    r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?"
    r"((?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE | re.ASCII,
)
#: Scripts that run from right to left, and the languages that are mostly written in one.
_SCRIPTS = frozenset(
    "Adlm Arab Aran Armi Avst Hebr Khar Lydi Mand Mani Mend Nbat Nkoo Orkh Palm Phli Phlp Phnx "
    "Prti Rohg Samr Sarb Sogd Syrc Thaa Yezi".split()
)
_LANGUAGES = frozenset(
    "ar arc ckb dv fa glk he iw ji ks lrc mzn nqo ps rhg sam sd sdh syc syr ug ur yi".split()
)
_TAG = re.compile(r"<[^>]*>")
#: How much of a text is looked at, and how many letters settle it.
_SAMPLE = 4_000
_ENOUGH = 100


def clean_language(value: str, *, field: str) -> str:
    """Return the BCP 47 code that was typed in its usual spelling: ``pt-BR``, ``zh-Hant``.

    Empty means that nobody has said. Raises ``Refused`` naming ``field``.
    """
    value = value.strip().replace("_", "-")
    if not value:
        return ""
    code = _CODE.fullmatch(value) if len(value) <= LANGUAGE_LIMIT else None
    if code is None:
        raise Refused(field, _("Write the language as a code, such as “en”, “ar” or “pt-BR”."))
    language, script, region, variants = code.groups(default="")
    parts = [language.lower(), script.title(), region.upper(), variants.lower().strip("-")]
    return "-".join(part for part in parts if part)


def direction_of(language: str, html: str = "") -> Direction:
    """Which way a text runs: as its ``language`` does, or if that is unknown, as its letters do."""
    if not language:
        return _direction_of_letters(unescape(_TAG.sub("", html[:_SAMPLE])))
    name, *rest = language.split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    runs_left = script in _SCRIPTS if script else name in _LANGUAGES
    return "rtl" if runs_left else "ltr"


def _direction_of_letters(text: str) -> Direction:
    """The direction of most of the first letters: an Arabic text may begin with a Latin name."""
    right = left = 0
    for character in text:
        bidi = unicodedata.bidirectional(character)
        right += bidi == "L"
        left += bidi in ("R", "AL")
        if right + left == _ENOUGH:
            break
    return "rtl" if left > right else "ltr"
