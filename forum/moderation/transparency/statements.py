"""A statement of reasons as the Transparency Database takes it, made of what was decided. Pure.

The database is public, and article 24 (5) wants no personal data in it: of the free texts, e-mail
addresses, ``@names``, links to people, and the names of everybody in the case are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from forum.moderation.transparency.schema import (
    ACCOUNT,
    AUTOMATED,
    CATEGORY,
    CONTENT,
    EARLIEST,
    FIELDS,
    GROUND,
    LATEST,
    PROVISION,
    SOURCE,
    VISIBILITY,
    is_address,
)
from forum.moderation.transparency.vocabulary import COUNTRIES, LANGUAGES

#: What stands in place of an e-mail address, and of a name.
EMAIL, NAME = "[e-mail]", "[name]"
#: What is said where the reasons went with an account.
ERASED = "The reasons were erased with the account that they were about."
#: Where nothing is left of what was said once names are taken out.
UNSAID = "No further reasons were given."
#: A site that can be read anywhere restricts everywhere; the database asks about these.
_EVERYWHERE = sorted(COUNTRIES)

#: What a sanction is about: no text, but whoever writes.
ACCOUNT_NOUN = "account"

#: What each measure restricts: the field, its value, and the field of its end.
_SEEN, _USED, _HAD = (
    f"end_date_{what}_restriction" for what in ("visibility", "service", "account")
)
RESTRICTS: dict[str, tuple[str, Any, str]] = {
    "remove": ("decision_visibility", [VISIBILITY + "CONTENT_REMOVED"], _SEEN),
    "hide": ("decision_visibility", [VISIBILITY + "CONTENT_DISABLED"], _SEEN),
    "ask-revision": ("decision_visibility", [VISIBILITY + "CONTENT_DISABLED"], _SEEN),
    "hide-note": ("decision_visibility", [VISIBILITY + "CONTENT_DISABLED"], _SEEN),
    "lock": ("decision_visibility", [VISIBILITY + "CONTENT_INTERACTION_RESTRICTED"], _SEEN),
    "retag": ("decision_visibility", [VISIBILITY + "OTHER"], _SEEN),
    # Of people: part of the service is kept from them, or their account is.
    "premoderate": ("decision_provision", PROVISION + "PARTIAL_SUSPENSION", _USED),
    "silence": ("decision_provision", PROVISION + "PARTIAL_SUSPENSION", _USED),
    "suspend": ("decision_account", ACCOUNT + "SUSPENDED", _HAD),
    "ban": ("decision_account", ACCOUNT + "TERMINATED", _HAD),
}
_OTHER = {"retag": "The tags of a note were changed by a moderator."}
_SAID = {
    "remove": "It was removed.",
    "hide": "It was hidden until a moderator has looked at it.",
    "ask-revision": "It was hidden until its author changes it.",
    "hide-note": "Its words were hidden; the mark and its tags stay.",
    "lock": "It stays; nobody can answer it any more.",
    "retag": "Its words stay; its tags were changed.",
    "premoderate": "What its author writes is read by a moderator before others can.",
    "silence": "Its author can read, and cannot write.",
    "suspend": "The account of its author was suspended.",
    "ban": "The account of its author was closed for good.",
}
_FOUND = {
    "ARTICLE_16": "Notice of it was given under article 16 of the Digital Services Act.",
    "TRUSTED_FLAGGER": "A trusted flagger gave notice of it.",
    "TYPE_OTHER_NOTIFICATION": "Readers had flagged it.",
    "VOLUNTARY": "It was found by the site itself.",
}

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MENTION = re.compile(r"(?<![\w@])@[A-Za-z0-9][\w.-]*")
_PROFILE = re.compile(r"(?:https?://\S+?)?/people/[^\s/]+/?")


@dataclass(frozen=True, slots=True)
class Measure:
    """One restriction and everything that its statement of reasons is made of."""

    #: Unique on this site for ever: ``decision-17``.
    puid: str
    #: A key of ``RESTRICTS``.
    restriction: str
    #: What it is about: "response", "note" …
    noun: str
    #: Whether it is against the law; else it is against the rules.
    illegal: bool
    category: str
    #: The law, or the rule with its version.
    ground: str
    #: The address of that version of the rule; may be empty.
    ground_url: str
    reason: str
    #: ``ARTICLE_16``, ``TRUSTED_FLAGGER``, ``TYPE_OTHER_NOTIFICATION`` or ``VOLUNTARY``.
    source: str
    found_by_machine: bool
    decided_by_machine: bool
    written_on: date
    decided_on: date
    #: When it ended, or will; ``None`` if it stands.
    ended_on: date | None = None
    language: str = ""
    #: Whether there are pictures in it.
    pictured: bool = False
    #: The body that is the trusted flagger, where one gave notice. Never a person.
    flagger: str = ""
    #: Everybody in the case, as they are called.
    names: Collection[str] = ()
    #: Whether its reasons were erased.
    erased: bool = False


def statement_of(measure: Measure) -> dict[str, Any]:
    """The payload for ``measure``. What the database has no use for is left out."""
    field, value, ends = RESTRICTS[measure.restriction]
    reason = ERASED if measure.erased else scrub(measure.reason, measure.names).strip() or UNSAID
    kind = "illegal" if measure.illegal else "incompatible"
    ground = scrub(measure.ground, measure.names)
    facts = (
        f"Kind of content: {measure.noun}. {_FOUND[measure.source]} "
        f"{_SAID[measure.restriction]} The reasons given to its author: {reason}"
    )
    address = "" if measure.illegal else measure.ground_url
    statement = {
        "puid": measure.puid,
        field: value,
        "decision_visibility_other": _OTHER.get(measure.restriction, ""),
        "decision_ground": GROUND + kind.upper() + "_CONTENT",
        "decision_ground_reference_url": address if _fits(address) else "",
        f"{kind}_content_{'legal_' if measure.illegal else ''}ground": ground,
        f"{kind}_content_explanation": reason,
        "category": CATEGORY + measure.category,
        "content_type": _content_types(measure),
        "content_type_other": "An account" if measure.noun == ACCOUNT_NOUN else "",
        "content_language": _language(measure.language),
        "territorial_scope": _EVERYWHERE,
        "content_date": _within("content_date", measure.written_on),
        "application_date": _within("application_date", measure.decided_on),
        ends: _end(measure),
        "decision_facts": facts,
        "source_type": SOURCE + measure.source,
        "source_identity": scrub(measure.flagger, measure.names),
        "automated_detection": "Yes" if measure.found_by_machine else "No",
        "automated_decision": AUTOMATED
        + ("FULLY" if measure.decided_by_machine else "NOT_AUTOMATED"),
    }
    return {name: _cut(name, said) for name, said in statement.items() if said}


def scrub(text: str, names: Collection[str] = ()) -> str:
    """``text`` without e-mail addresses, ``@names``, links to people, and without ``names``."""
    text = _ADDRESS.sub(EMAIL, text)
    text = _PROFILE.sub(NAME, text)
    text = _MENTION.sub(NAME, text)
    # The longest first: "Ada Byron" before "Ada".
    known = sorted({name.strip() for name in names} - {""}, key=lambda name: -len(name))
    if known:
        anybody = "|".join(map(re.escape, known))
        text = re.sub(rf"(?<!\w)(?:{anybody})(?!\w)", NAME, text, flags=re.IGNORECASE)
    return text


def _content_types(measure: Measure) -> list[str]:
    if measure.noun == ACCOUNT_NOUN:
        return [CONTENT + "OTHER"]
    return [CONTENT + "TEXT", CONTENT + "IMAGE"] if measure.pictured else [CONTENT + "TEXT"]


def _within(name: str, day: date) -> str:
    """``day``, or the nearest that the database takes."""
    return min(max(day.isoformat(), EARLIEST[name]), LATEST)


def _end(measure: Measure) -> str:
    """The day that it ends, or did. One so far away that the database does not take it is said as
    those without an end are."""
    if measure.ended_on is None:
        return ""
    day = max(measure.ended_on.isoformat(), _within("application_date", measure.decided_on))
    return day if day <= LATEST else ""


def _fits(address: str) -> bool:
    return len(address) <= FIELDS["decision_ground_reference_url"].limit and is_address(address)


def _language(code: str) -> str:
    two = code.partition("-")[0].upper()
    return two if two in LANGUAGES else ""


def _cut(name: str, said: Any) -> Any:
    """``said``, no longer than the field takes."""
    limit = FIELDS[name].limit
    if not limit or not isinstance(said, str) or len(said) <= limit:
        return said
    return said[: limit - 2].rstrip() + " …"
