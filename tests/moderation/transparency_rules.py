"""The rules by which the Transparency Database checks what it is sent, and a reader of them.

Collected from its public rules and the documentation of its API, field by field and independently
of ``forum.moderation.transparency.schema``: what we export is held against both. A rule is a word,
with what it is about after a colon: ``in`` for the values there are, ``max`` for code points,
``if`` for another field's value with which it is required and without which it is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

_CATEGORIES = " ".join(
    f"STATEMENT_CATEGORY_{word}"
    for word in (
        "ANIMAL_WELFARE CONSUMER_INFORMATION CYBER_VIOLENCE CYBER_VIOLENCE_AGAINST_WOMEN "
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS ILLEGAL_OR_HARMFUL_SPEECH "
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS "
        "NOT_SPECIFIED_NOTICE OTHER_VIOLATION_TC PROTECTION_OF_MINORS RISK_FOR_PUBLIC_SECURITY "
        "SCAMS_AND_FRAUD SELF_HARM UNSAFE_AND_PROHIBITED_PRODUCTS VIOLENCE"
    ).split()
)
_COUNTRIES = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
)
_DATE = ["date", "until:2038-01-01"]

RULES: dict[str, list[str]] = {
    "decision_visibility": [
        "list",
        "in:DECISION_VISIBILITY_CONTENT_REMOVED DECISION_VISIBILITY_CONTENT_DISABLED "
        "DECISION_VISIBILITY_CONTENT_DEMOTED DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED "
        "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED DECISION_VISIBILITY_CONTENT_LABELLED "
        "DECISION_VISIBILITY_OTHER",
        "unless:decision_monetary decision_provision decision_account",
    ],
    "decision_visibility_other": ["if:decision_visibility DECISION_VISIBILITY_OTHER", "max:500"],
    "decision_monetary": [
        "in:DECISION_MONETARY_SUSPENSION DECISION_MONETARY_TERMINATION DECISION_MONETARY_OTHER"
    ],
    "decision_monetary_other": ["if:decision_monetary DECISION_MONETARY_OTHER", "max:500"],
    "decision_provision": [
        "in:DECISION_PROVISION_PARTIAL_SUSPENSION DECISION_PROVISION_TOTAL_SUSPENSION "
        "DECISION_PROVISION_PARTIAL_TERMINATION DECISION_PROVISION_TOTAL_TERMINATION"
    ],
    "decision_account": ["in:DECISION_ACCOUNT_SUSPENDED DECISION_ACCOUNT_TERMINATED"],
    "account_type": ["in:ACCOUNT_TYPE_BUSINESS ACCOUNT_TYPE_PRIVATE"],
    "decision_ground": [
        "required",
        "in:DECISION_GROUND_ILLEGAL_CONTENT DECISION_GROUND_INCOMPATIBLE_CONTENT",
    ],
    "decision_ground_reference_url": ["url", "max:500"],
    "illegal_content_legal_ground": [
        "if:decision_ground DECISION_GROUND_ILLEGAL_CONTENT",
        "max:500",
    ],
    "illegal_content_explanation": [
        "if:decision_ground DECISION_GROUND_ILLEGAL_CONTENT",
        "max:2000",
    ],
    "incompatible_content_ground": [
        "if:decision_ground DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "max:500",
    ],
    "incompatible_content_explanation": [
        "if:decision_ground DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "max:2000",
    ],
    "incompatible_content_illegal": ["in:Yes No"],
    "category": ["required", f"in:{_CATEGORIES}"],
    "category_addition": ["list", f"in:{_CATEGORIES}"],
    "category_specification": ["list"],
    "category_specification_other": ["max:500"],
    "territorial_scope": ["required", "list", f"in:{_COUNTRIES}"],
    "content_type": [
        "required",
        "list",
        "in:CONTENT_TYPE_APP CONTENT_TYPE_AUDIO CONTENT_TYPE_IMAGE CONTENT_TYPE_PRODUCT "
        "CONTENT_TYPE_SYNTHETIC_MEDIA CONTENT_TYPE_TEXT CONTENT_TYPE_VIDEO CONTENT_TYPE_OTHER",
    ],
    "content_type_other": ["if:content_type CONTENT_TYPE_OTHER", "max:500"],
    "content_language": ["like:[A-Z]{2}"],
    "content_date": ["required", *_DATE, "from:2000-01-01"],
    "application_date": ["required", *_DATE, "from:2020-01-01"],
    "end_date_visibility_restriction": [*_DATE, "after:application_date"],
    "end_date_monetary_restriction": [*_DATE, "after:application_date"],
    "end_date_service_restriction": [*_DATE, "after:application_date"],
    "end_date_account_restriction": [*_DATE, "after:application_date"],
    "decision_facts": ["required", "max:5000"],
    "source_type": [
        "required",
        "in:SOURCE_ARTICLE_16 SOURCE_TRUSTED_FLAGGER SOURCE_TYPE_OTHER_NOTIFICATION "
        "SOURCE_VOLUNTARY",
    ],
    "source_identity": ["max:500"],
    "automated_detection": ["required", "in:Yes No"],
    "automated_decision": [
        "required",
        "in:AUTOMATED_DECISION_FULLY AUTOMATED_DECISION_PARTIALLY AUTOMATED_DECISION_NOT_AUTOMATED",
    ],
    "puid": ["required", "max:500", "like:[a-zA-Z0-9-_]+"],
}


def refusals(statement: Mapping[str, Any]) -> list[str]:
    """What the database would say against ``statement``."""
    unknown = [f"{name}: unknown" for name in statement if name not in RULES]
    return unknown + [
        f"{name}: {rule}"
        for name, rules in RULES.items()
        for rule in _broken(statement, name, rules)
    ]


def _broken(statement: Mapping[str, Any], name: str, rules: list[str]) -> Iterator[str]:
    value = statement.get(name)
    if isinstance(value, str):
        value = value.strip() or None
    for rule in rules:
        word, _, about = rule.partition(":")
        if word in _OF_ABSENCE:
            holds = _OF_ABSENCE[word](statement, value, about)
        elif value in (None, []):
            holds = True
        else:
            holds = _OF_VALUES[word](statement, value, about)
        if not holds:
            yield rule
    if isinstance(value, list) and "list" not in rules:
        yield "is a list"


def _only_with(statement: Mapping[str, Any], value: Any, about: str) -> bool:
    other, wanted = about.split()
    found = statement.get(other) or []
    return bool(value) == (wanted in found if isinstance(found, list) else wanted == found)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_url(text: str) -> bool:
    return bool(re.fullmatch(r"https?://[^\s/?#]+([/?#]\S*)?", text))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_OF_ABSENCE = {
    "required": lambda statement, value, about: bool(value),
    "unless": lambda statement, value, about: bool(value) or any(map(statement.get, about.split())),
    "if": _only_with,
}
_OF_VALUES = {
    "list": lambda statement, value, about: isinstance(value, list),
    "in": lambda statement, value, about: all(one in about.split() for one in _each(value)),
    "max": lambda statement, value, about: len(value) <= int(about),
    "like": lambda statement, value, about: bool(re.fullmatch(about, value)),
    "url": lambda statement, value, about: _is_url(value),
    "date": lambda statement, value, about: _is_date(value),
    "from": lambda statement, value, about: value >= about,
    "until": lambda statement, value, about: value <= about,
    "after": lambda statement, value, about: value >= statement["application_date"],
}
