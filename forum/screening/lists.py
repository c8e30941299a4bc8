"""Lists of words: the step that looks for them, and changing them.

What is compiled of all lists is kept in each process, by the version that every change counts up:
asking for that is one short query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forum.accounts.models import User
from forum.discussion.holding import WORDS
from forum.lib.errors import Conflict, Refused
from forum.lib.interface import spoken_by_site
from forum.lib.prepared import Prepared
from forum.lib.text import check_choice, clean_line, clean_source
from forum.lib.words import number
from forum.moderation.models import Event, EventKind
from forum.permissions import require
from forum.screening.matching import Matcher, is_findable
from forum.screening.models import (
    LIST_NAME_LIMIT,
    OUTCOMES,
    WORD_LIMIT,
    ListKind,
    ListsVersion,
    Word,
    WordList,
)
from forum.screening.outcomes import Finding, worst
from forum.screening.pipeline import rule_named
from forum.screening.steps import addresses_in, as_read
from forum.screening.submission import Step, Submission

#: Words in all lists together.
MOST_WORDS = 20_000
#: Code points of a list as text.
TEXT_LIMIT = 400_000
#: A line that begins so says nothing, such as one about where a list comes from.
_COMMENT = "#"
#: Hits that a signal names.
_NAMED_HITS = 50
_SCORES = {ListKind.BANNED: 1.0, ListKind.SUSPECT: 0.6, ListKind.NUDGE: 0.4}


class Entry(NamedTuple):
    """A word with what matters of its list."""

    text: str
    list_name: str
    kind: ListKind
    rule: str


class WordHit(NamedTuple):
    """A word that was found, at ``text[start:end]``."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """Lists made ready to be looked for."""

    entries: Sequence[Entry]
    matcher: Matcher

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Compiled:
        """What finds ``entries``."""
        entries = tuple(entries)
        return cls(entries, Matcher([entry.text for entry in entries]))

    def find(self, text: str) -> list[WordHit]:
        """Every word in ``text``, in order."""
        return [
            WordHit(self.entries[hit.word], hit.start, hit.end) for hit in self.matcher.find(text)
        ]


class _Kept:
    """What this process has compiled last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        """Compile them anew when they are next wanted."""
        self._of: tuple[int, Compiled] = (-1, Compiled.of(()))

    def current(self) -> Compiled:
        """All lists that are on. One query, unless they have changed."""
        version = next((version for (version,) in _VERSION.rows()), 0)
        of, compiled = self._of
        if of == version:
            return compiled
        with self._lock:
            # Read after the version: it holds that, or something newer, which is read again.
            compiled = Compiled.of(_entries())
            self._of = version, compiled
        return compiled


_VERSION = Prepared(lambda: ListsVersion.objects.values_list("version")[:1])
KEPT = _Kept()


def look_for_words(submission: Submission) -> Finding:
    """Which words of the lists it has, in its text and in the addresses that it links to."""
    lists = KEPT.current()
    if not lists.entries:
        return Finding()
    text = submission.words.text
    hits = lists.find(text)
    found = [_as_evidence(hit) for hit in hits]
    for address in addresses_in(submission.words.html):
        for hit in lists.find(as_read(address)):
            hits.append(hit)
            found.append(_as_evidence(hit) | {"start": None, "end": None, "address": address})
    if not hits:
        return Finding()
    kinds = {hit.entry.kind for hit in hits}
    outcome = worst(OUTCOMES[kind] for kind in kinds)
    # The rule of the gravest, of which the author is told.
    rules = [hit.entry.rule for hit in hits if OUTCOMES[hit.entry.kind] == outcome]
    return Finding(
        outcome,
        score=max(_SCORES[kind] for kind in kinds),
        code=WORDS,
        rule=next(filter(None, rules), ""),
        evidence={"hits": found[:_NAMED_HITS], "number": len(found)},
    )


def say_words(evidence: Mapping[str, Any]) -> str:
    """How many, of which lists."""
    total = evidence.get("number", 0)
    if not total:
        return ""
    lists = dict.fromkeys(hit["list"] for hit in evidence.get("hits", ()))
    said = ngettext(
        "%(number)d word that is looked for, of: %(lists)s",
        "%(number)d words that are looked for, of: %(lists)s",
        total,
    )
    return said % {"number": total, "lists": ", ".join(lists)}


LISTED_WORDS = Step("words", look_for_words, gettext_lazy("Word lists"), say_words)


def _as_evidence(hit: WordHit) -> dict[str, Any]:
    entry = hit.entry
    return {
        "word": entry.text,
        "list": entry.list_name,
        "kind": entry.kind.value,
        "rule": entry.rule,
        "start": hit.start,
        "end": hit.end,
    }


def _entries() -> list[Entry]:
    words = Word.objects.filter(list__is_on=True).order_by("list", "text")
    rows = words.values_list("text", "list__name", "list__kind", "list__rule")
    return [Entry(text, name, ListKind(kind), rule) for text, name, kind, rule in rows]


# Changing them


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list as it is to be."""

    name: str
    kind: str
    rule: str
    is_on: bool
    #: One word a line.
    words: str

    def cleaned(self) -> tuple[dict[str, Any], list[str]]:
        """Its columns, and its words. Raises ``Refused`` naming the field."""
        name = clean_line(self.name, field="name", limit=LIST_NAME_LIMIT)
        check_choice(self.kind, ListKind.values, field="kind")
        if self.rule and not rule_named(self.rule):
            raise Refused("rule", _("There is no such rule in force."))
        columns = {"name": name, "kind": self.kind, "rule": self.rule, "is_on": self.is_on}
        return columns, read_words(self.words)


def read_words(text: str, *, field: str = "words") -> list[str]:
    """The words of a list written as text, one a line, each once. Raises ``Refused``.

    Empty lines, and lines that begin with ``#``, say nothing.
    """
    text = clean_source(text, field=field, limit=TEXT_LIMIT, required=False)
    found: dict[str, None] = {}
    for place, line in enumerate(text.split("\n"), 1):
        word = " ".join(line.replace("\ufeff", "").split())
        if not word or word.startswith(_COMMENT):
            continue
        if len(word) > WORD_LIMIT:
            raise Refused(
                field,
                _("Line %(line)s is longer than %(limit)s characters.")
                % {"line": number(place), "limit": number(WORD_LIMIT)},
            )
        if not is_findable(word):
            raise Refused(
                field,
                _("There is neither letter nor digit in line %(line)s: %(word)s")
                % {"line": number(place), "word": word},
            )
        found[word] = None
    return list(found)


def as_text(word_list: WordList) -> str:
    """The words of ``word_list``, one a line, as ``read_words`` reads them."""
    words = word_list.words.order_by("text").values_list("text", flat=True)
    return "".join(f"{word}\n" for word in words)


def make_list(*, editor: User, wanted: Wanted) -> WordList:
    """Make a new list. Raises ``Refused`` naming the field, and what ``permissions`` raises."""
    require(editor, "words.edit")
    columns, words = wanted.cleaned()
    try:
        with transaction.atomic():
            made = WordList.objects.create(**columns)
            _write_words(made, words)
            _note(editor, made, _said({}, columns), added=words)
            _count_change()
    except IntegrityError:
        raise _taken() from None
    return made


def change_list(*, editor: User, word_list: WordList, wanted: Wanted, version: int) -> None:
    """Make ``word_list``, which stood at ``version``, what is ``wanted``.

    Raises ``Conflict`` when somebody else has changed it since, ``Refused`` naming the field, and
    what ``permissions`` raises.
    """
    require(editor, "words.edit")
    columns, words = wanted.cleaned()
    before = {name: getattr(word_list, name) for name in columns}
    try:
        with transaction.atomic():
            same = WordList.objects.filter(pk=word_list.pk, version=version)
            if not same.update(**columns, version=F("version") + 1):
                raise Conflict(_("Somebody else has changed this list in the meantime."))
            old = set(word_list.words.values_list("text", flat=True))
            added = [word for word in words if word not in old]
            removed = sorted(old.difference(words))
            for start in range(0, len(removed), 500):
                word_list.words.filter(text__in=removed[start : start + 500]).delete()
            _write_words(word_list, added)
            _note(editor, word_list, _said(before, columns), added=added, removed=removed)
            _count_change()
    except IntegrityError:
        raise _taken() from None
    word_list.refresh_from_db()


def delete_list(*, editor: User, word_list: WordList, version: int) -> None:
    """Delete ``word_list`` as it stood at ``version``. Raises ``Conflict``."""
    require(editor, "words.edit")
    with transaction.atomic():
        same = WordList.objects.select_for_update().filter(pk=word_list.pk, version=version)
        if not same.exists():
            raise Conflict(_("Somebody else has changed this list in the meantime."))
        words = list(word_list.words.values_list("text", flat=True))
        with spoken_by_site():
            said = _("Deleted.")
        _note(editor, word_list, said, removed=words)
        WordList.objects.filter(pk=word_list.pk).delete()
        _count_change()


def _write_words(word_list: WordList, words: Iterable[str]) -> None:
    Word.objects.bulk_create((Word(list=word_list, text=text) for text in words), batch_size=500)
    if Word.objects.count() > MOST_WORDS:
        raise Refused(
            "words",
            _("All lists together may have %(most)s words at most.") % {"most": number(MOST_WORDS)},
        )


def _count_change() -> None:
    """Have every process compile the lists anew, in the caller's transaction."""
    if not ListsVersion.objects.update(version=F("version") + 1):
        ListsVersion.objects.create(pk=1)


def _said(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What of a list is another than ``before``, in the language of the site."""
    with spoken_by_site():
        said = {
            "name": _("Called “%(name)s”.") % {"name": after["name"]},
            "kind": f"{ListKind(after['kind']).label}.",
            "rule": _("Rule: %(rule)s.") % {"rule": after["rule"]}
            if after["rule"]
            else _("No rule."),
            "is_on": _("Looked for.") if after["is_on"] else _("Not looked for."),
        }
    return " ".join(said[name] for name, value in after.items() if before.get(name) != value)


def _note(
    editor: User,
    word_list: WordList,
    said: str,
    *,
    added: Sequence[str] = (),
    removed: Sequence[str] = (),
) -> None:
    """Log a change: the list's name, what it is another than before, then word by word."""
    lines = [said, *(f"+ {word}" for word in added), *(f"- {word}" for word in removed)]
    said_at_all = [line for line in lines if line]
    if not said_at_all:
        return
    Event.objects.create(
        kind=EventKind.WORDS_CHANGED,
        actor=editor,
        actor_name=editor.public_name,
        detail="\n".join([word_list.name, *said_at_all]),
    )


def _taken() -> Refused:
    return Refused("name", _("There is a list of this name already."))
