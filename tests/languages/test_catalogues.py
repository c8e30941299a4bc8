"""The catalogues are whole: compiled from what they say, and nothing in them is broken.

That nothing is missing from them is ``script/messages --check``, a step of ``script/test``.
"""

from __future__ import annotations

import re

import pytest
from django.conf import settings

pytest.importorskip("babel")

from babel.messages.catalog import Message

from tests.languages import messages
from tests.test_architecture import templates

LANGUAGES = messages.languages()


def test_every_language_that_the_site_offers_has_a_catalogue_and_the_other_way_round():
    assert {code for code, _ in settings.LANGUAGES} == {"en", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_compiled_as_it_is(language):
    for path, content in messages.files_of(language, messages.read(language)).items():
        assert path.read_bytes() == content, f"{path}: run script/messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_it_is_uncertain_or_short_of_a_value(language):
    faults = messages.faults(messages.read(language))
    assert [fault for fault in faults if not fault.startswith("not translated")] == []


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (r"\bflag(s|ged)?\b", r"[Mm]eld"),
        (
            r"[Nn]otices? (of illegal|%\(number\)s|was given)|trusted flagger",
            r"[Hh]in(weis|gewiesen)",
        ),
        (r"\b[Oo]verturn|turned back", r"[Zz]urück(zu|ge)?n[eo]hm|[Zz]urück(zu|ge)?nomm"),
        (r"\b[Ll]ift(ed)?\b", r"[Aa]uf(heb|gehob)"),
        (r"\b[Aa]ppeal", r"Einspr[uü]ch"),
        (r"\b[Ss]anction(s|ed)?\b", r"Maßnahme"),
        (r"\b[Nn]otification", r"Mitteilung"),
    ],
)
def test_german_calls_one_thing_by_one_word(english, german):
    """By the words of ``docs/translating.md``."""
    elsewhere = [
        (said, words)
        for message in messages.read("de")
        if message.id
        for said, words in (_said(message),)
        if re.search(english, said) and not re.search(german, words)
    ]
    assert elsewhere == []


def _said(message: Message) -> tuple[str, str]:
    """A message and its translation, of those with a number the last form."""
    said, words = message.id, message.string or ""
    return (
        said if isinstance(said, str) else said[-1],
        words if isinstance(words, str) else words[-1],
    )


def test_faults_are_found():
    catalogue = messages.read("de")
    catalogue.add("%(count)s notes", "Anmerkungen", flags=["python-format"])
    catalogue.add("Uncertain", "Unsicher", flags=["fuzzy"])
    catalogue.add(("one", "many"), ("eins", ""))
    catalogue.add("ends with a space ", "hört auf")
    faults = "\n".join(messages.faults(catalogue))
    for message in ("%(count)s notes", "Uncertain", "many", "ends with a space"):
        assert message in faults


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["%(name)s ", "%(editor)s "])
def test_what_begins_with_a_name_does_so_in_it(language, name):
    """By that, notices are found that name somebody who has erased their account."""
    elsewhere = [
        message.id
        for message in messages.read(language)
        if isinstance(message.id, str)
        and message.id.startswith(name)
        and not str(message.string).startswith(name)
    ]
    assert elsewhere == []


def test_german_says_du():
    """Within a sentence, a capital tells *Sie* (you) from *sie* (they)."""
    formal = re.compile(r"(?<=[a-zäöüß,;„] )(?:Sie|Ihnen|Ihre?[nmrs]?)\b")
    said = [each.string or "" for each in messages.read("de") if each.id]
    texts = [text for one in said for text in ([one] if isinstance(one, str) else one)]
    assert [text for text in texts if formal.search(text)] == []


def test_no_template_writes_dates_in_one_way_for_all():
    """Where months have names, the language says how (``forum/formats``)."""
    named = re.compile(r"""date:["'](?![A-Z_]+["'])[^"']*[bDEFlMN]""")
    found = [path.name for path in templates() if named.search(path.read_text())]
    assert found == []
