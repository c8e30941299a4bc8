"""What the Transparency Database of the European Commission takes: its fields, as tables. Pure.

Article 24 (5) of the Digital Services Act has online platforms send it every statement of reasons
(article 17), without personal data. Names and values are those of its API as of July 2025, when it
took over the categories of Implementing Regulation (EU) 2024/2835. All of its fields are here, also
those that nothing on this site can ever fill.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from forum.moderation.transparency.vocabulary import COUNTRIES, KEYWORDS, LANGUAGES


class Field(NamedTuple):
    """One field of a statement."""

    required: bool = False
    #: The values it can have; nothing: any text.
    values: frozenset[str] = frozenset()
    #: Code points of a text.
    limit: int = 0
    is_list: bool = False
    is_date: bool = False
    is_url: bool = False


def _values(prefix: str, words: str) -> frozenset[str]:
    return frozenset(prefix + word for word in words.split())


VISIBILITY = "DECISION_VISIBILITY_"
ACCOUNT = "DECISION_ACCOUNT_"
PROVISION = "DECISION_PROVISION_"
MONETARY = "DECISION_MONETARY_"
GROUND = "DECISION_GROUND_"
CATEGORY = "STATEMENT_CATEGORY_"
SOURCE = "SOURCE_"
AUTOMATED = "AUTOMATED_DECISION_"
CONTENT = "CONTENT_TYPE_"

_CATEGORIES = _values(
    CATEGORY,
    """ANIMAL_WELFARE CONSUMER_INFORMATION CYBER_VIOLENCE CYBER_VIOLENCE_AGAINST_WOMEN
    DATA_PROTECTION_AND_PRIVACY_VIOLATIONS ILLEGAL_OR_HARMFUL_SPEECH
    INTELLECTUAL_PROPERTY_INFRINGEMENTS NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS
    NOT_SPECIFIED_NOTICE OTHER_VIOLATION_TC PROTECTION_OF_MINORS RISK_FOR_PUBLIC_SECURITY
    SCAMS_AND_FRAUD SELF_HARM UNSAFE_AND_PROHIBITED_PRODUCTS VIOLENCE""",
)
_YES_NO = frozenset({"Yes", "No"})
#: At least one of these has to be there: what was restricted.
RESTRICTIONS = (
    *("decision_visibility", "decision_monetary", "decision_provision", "decision_account"),
)
#: A decision that is sent before this day, or about what was written before, is not taken.
EARLIEST = {"application_date": "2020-01-01", "content_date": "2000-01-01"}
#: No date that is later is taken.
LATEST = "2038-01-01"
#: Statements in one request at most.
BATCH = 100

FIELDS: dict[str, Field] = {
    "puid": Field(required=True, limit=500),
    "decision_visibility": Field(
        values=_values(
            VISIBILITY,
            """CONTENT_REMOVED CONTENT_DISABLED CONTENT_DEMOTED CONTENT_AGE_RESTRICTED
            CONTENT_INTERACTION_RESTRICTED CONTENT_LABELLED OTHER""",
        ),
        is_list=True,
    ),
    "decision_visibility_other": Field(limit=500),
    "decision_monetary": Field(values=_values(MONETARY, "SUSPENSION TERMINATION OTHER")),
    "decision_monetary_other": Field(limit=500),
    "decision_provision": Field(
        values=_values(
            PROVISION,
            "PARTIAL_SUSPENSION TOTAL_SUSPENSION PARTIAL_TERMINATION TOTAL_TERMINATION",
        )
    ),
    "decision_account": Field(values=_values(ACCOUNT, "SUSPENDED TERMINATED")),
    "account_type": Field(values=_values("ACCOUNT_TYPE_", "BUSINESS PRIVATE")),
    "decision_ground": Field(
        required=True, values=_values(GROUND, "ILLEGAL_CONTENT INCOMPATIBLE_CONTENT")
    ),
    "decision_ground_reference_url": Field(limit=500, is_url=True),
    "illegal_content_legal_ground": Field(limit=500),
    "illegal_content_explanation": Field(limit=2_000),
    "incompatible_content_ground": Field(limit=500),
    "incompatible_content_explanation": Field(limit=2_000),
    "incompatible_content_illegal": Field(values=_YES_NO),
    "category": Field(required=True, values=_CATEGORIES),
    "category_addition": Field(values=_CATEGORIES, is_list=True),
    "category_specification": Field(values=KEYWORDS, is_list=True),
    "category_specification_other": Field(limit=500),
    "content_type": Field(
        required=True,
        values=_values(CONTENT, "APP AUDIO IMAGE PRODUCT SYNTHETIC_MEDIA TEXT VIDEO OTHER"),
        is_list=True,
    ),
    "content_type_other": Field(limit=500),
    "content_language": Field(values=LANGUAGES),
    # The rules that it is checked by let it be empty; its documentation calls it required.
    "territorial_scope": Field(required=True, values=COUNTRIES, is_list=True),
    "content_date": Field(required=True, is_date=True),
    "application_date": Field(required=True, is_date=True),
    "end_date_visibility_restriction": Field(is_date=True),
    "end_date_monetary_restriction": Field(is_date=True),
    "end_date_service_restriction": Field(is_date=True),
    "end_date_account_restriction": Field(is_date=True),
    "decision_facts": Field(required=True, limit=5_000),
    "source_type": Field(
        required=True,
        values=_values(SOURCE, "ARTICLE_16 TRUSTED_FLAGGER TYPE_OTHER_NOTIFICATION VOLUNTARY"),
    ),
    "source_identity": Field(limit=500),
    "automated_detection": Field(required=True, values=_YES_NO),
    "automated_decision": Field(
        required=True, values=_values(AUTOMATED, "FULLY PARTIALLY NOT_AUTOMATED")
    ),
}

#: Field and value → the fields that are required with it, and taken with no other.
CONDITIONAL: list[tuple[str, str, tuple[str, ...]]] = [
    (
        "decision_ground",
        GROUND + "ILLEGAL_CONTENT",
        ("illegal_content_legal_ground", "illegal_content_explanation"),
    ),
    (
        "decision_ground",
        GROUND + "INCOMPATIBLE_CONTENT",
        ("incompatible_content_ground", "incompatible_content_explanation"),
    ),
    ("decision_visibility", VISIBILITY + "OTHER", ("decision_visibility_other",)),
    ("decision_monetary", MONETARY + "OTHER", ("decision_monetary_other",)),
    ("content_type", CONTENT + "OTHER", ("content_type_other",)),
]

_PUID = re.compile("[A-Za-z0-9_-]+")


def faults(statement: Mapping[str, Any]) -> list[str]:
    """What the database would refuse ``statement`` for, in English; nothing if it takes it."""
    return [*_of_fields(statement), *_of_conditions(statement), *_of_dates(statement)]


def _of_fields(statement: Mapping[str, Any]) -> Iterator[str]:
    for name in statement.keys() - FIELDS.keys():
        yield f"{name} is no field"
    for name, field in FIELDS.items():
        value = statement.get(name)
        if _is_nothing(value):
            if field.required:
                yield f"{name} is missing"
            continue
        if isinstance(value, list) != field.is_list:
            yield f"{name} is {'no' if field.is_list else 'a'} list"
            continue
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, str):
                yield f"{name} is no text"
            elif field.values and one not in field.values:
                yield f"{name} cannot be {one}"
            elif field.limit and len(one) > field.limit:
                yield f"{name} is {len(one)} characters long, not {field.limit}"
            elif field.is_date and not _is_date(one):
                yield f"{name} is no date"
            elif field.is_url and not is_address(one):
                yield f"{name} is no address"
    if not _PUID.fullmatch(str(statement.get("puid", ""))):
        yield "puid has other signs than letters, digits, - and _"
    if not any(statement.get(name) for name in RESTRICTIONS):
        yield "nothing is restricted"


def _of_conditions(statement: Mapping[str, Any]) -> Iterator[str]:
    for name, value, others in CONDITIONAL:
        found = statement.get(name) or ""
        holds = value in found if isinstance(found, list) else value == found
        for other in others:
            if _is_nothing(statement.get(other)) is holds:
                yield f"{other} is {'missing' if holds else 'there'}, and {name} is {found}"


def _of_dates(statement: Mapping[str, Any]) -> Iterator[str]:
    for name, earliest in EARLIEST.items():
        if str(statement.get(name, earliest)) < earliest:
            yield f"{name} is before {earliest}"
    applied = str(statement.get("application_date", ""))
    for name, field in FIELDS.items():
        value = statement.get(name)
        if not field.is_date or not value:
            continue
        if str(value) > LATEST:
            yield f"{name} is after {LATEST}"
        if name.startswith("end_date") and str(value) < applied:
            yield f"{name} is before application_date"


def is_address(text: str) -> bool:
    """Whether ``text`` is the address of a page, whole."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    return whole and text.isascii() and text.isprintable() and " " not in text


def _is_nothing(value: object) -> bool:
    """Whether the database takes ``value`` for nothing: it trims what it gets."""
    return value in (None, []) or (isinstance(value, str) and not value.strip())


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
