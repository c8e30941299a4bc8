"""The tables of the harmonised template for transparency reports, as far as the record has them.

Implementing Regulation (EU) 2024/2835 has reports in tables with fixed names and columns, as CSV.
Parts 3 to 8 are counted here from the same rows as the report of the year (``report``); the others,
1, 2 and 9 to 11, are about whoever runs the site, and for them to fill. Times are in hours.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from statistics import median
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, OuterRef

from forum.lib.tabular import csv_lines
from forum.moderation.models import (
    Basis,
    Category,
    Ground,
    Misuse,
    Notice,
    Order,
    Outcome,
)
from forum.moderation.transparency import accuracy, measures, sanctions
from forum.moderation.transparency.report import REMEMBERED, complaints, misuses
from forum.moderation.transparency.schema import CATEGORY
from forum.moderation.transparency.statements import RESTRICTS

Table = tuple[Sequence[str], list[list[Any]]]

_TOTAL = "TOTAL"
#: What each table begins with.
_HEAD = ("Applicability", "Service", "Reporting period")
_OTHER = 'Description of the sub-category "Other"'
_TRUSTED = " (Trusted Flagger notices)"
_ITEMS = "Number of specific items of information included in the total number of "
_INFORMED = "Median time to inform the authority of the receipt of the order to "
_ORDERS = (
    "Number of orders to act against illegal content received",
    _ITEMS + "orders to act against illegal content",
    _INFORMED + "act against illegal content",
    "Median time to give effect to the order to act against illegal content",
    "Number of orders to provide information",
    _INFORMED + "provide information",
    "Median time to give effect to the order to provide information",
)
_NOTICES = (
    "Number of notices received",
    "Number of notices received from Trusted flaggers",
    _ITEMS + "notices",
    _ITEMS + "notices by Trusted Flaggers" + _TRUSTED,
    "Median time to take action",
    "Median time to take action" + _TRUSTED,
    "Number of actions taken on the basis of the law",
    "Number of actions taken on the basis of the law" + _TRUSTED,
    "Number of actions taken on the basis of the terms and conditions of the service",
    "Number of actions taken on the basis of the terms and conditions of the service" + _TRUSTED,
)
#: A column for each restriction, and what of a statement of reasons it counts.
_RESTRICTIONS = {
    "Visibility restriction Removal": "DECISION_VISIBILITY_CONTENT_REMOVED",
    "Visibility restriction Disable": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "Visibility restriction Demoted": "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "Visibility restriction Age restricted": "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
    "Visibility restriction Interaction restricted": (
        "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"
    ),
    "Visibility restriction Labelled": "DECISION_VISIBILITY_CONTENT_LABELLED",
    "Visibility restriction Other": "DECISION_VISIBILITY_OTHER",
    "Monetary restriction Suspension": "DECISION_MONETARY_SUSPENSION",
    "Monetary restriction Termination": "DECISION_MONETARY_TERMINATION",
    "Monetary restriction Other": "DECISION_MONETARY_OTHER",
    "Provision of the service Suspension": "DECISION_PROVISION_PARTIAL_SUSPENSION",
    "Provision of the service Termination": "DECISION_PROVISION_TOTAL_TERMINATION",
    "Account restriction Suspension": "DECISION_ACCOUNT_SUSPENDED",
    "Account restriction Termination": "DECISION_ACCOUNT_TERMINATED",
}
_PRECISION = (
    "The share in which something was restricted, of %d that automated means had held or hidden "
    "and that a person has decided"
)
_UNKNOWN = "Not known: what nothing and nobody found, nobody has looked at"
_INDICATORS = ("Section", "Indicator", "Scope", "Value", "Contextual Information")


class _Measure(NamedTuple):
    category: str
    ground: str
    #: The key of what a statement of reasons says of it.
    restriction: str
    found_by_machine: bool
    decided_by_machine: bool


def archive(year: int) -> bytes:
    """All tables of ``year`` in a zip, each under the name that the template has for it; remembered
    for an hour."""
    key = f"transparency-template:{year}"
    found: bytes | None = cache.get(key)
    if found is None:
        found = _packed(year)
        cache.set(key, found, REMEMBERED)
    return found


def _packed(year: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        for name, (header, rows) in tables(year).items():
            # No date but that of the year: asked again, it is the same file.
            about = zipfile.ZipInfo(f"{name}.csv", (year, 12, 31, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(about, "".join(csv_lines(header, rows)).encode())
    return packed.getvalue()


def tables(year: int) -> dict[str, Table]:
    """The tables of ``year`` by their names, in a fixed number of queries."""
    head = ["All", settings.SITE_NAME, f"{year}-01-01/{year}-12-31"]
    made = _own_initiative(year)
    illegal = [measure for measure in made if measure.ground == Ground.LAW]
    against_rules = [measure for measure in made if measure.ground == Ground.TERMS]
    notices = _notice_rows(year)
    found = {
        "3_member_states_orders": _orders(year),
        "4_notices": _of_notices(notices),
        "5_own_initiative_illegal": _of_measures(illegal, "Category of illegal content"),
        "6_own_initiative_TC": _of_measures(
            against_rules,
            "Category of incompatibility with the provider's terms and conditions",
        ),
        "7_appeals_and_recidivism": _appeals(year),
        "8_automated_means": _automated(year, made, notices),
    }
    return {
        name: ([*_HEAD, *header], [[*head, *row] for row in rows])
        for name, (header, rows) in found.items()
    }


def _orders(year: int) -> Table:
    columns = ("kind", "member_state", "category", "post", "received_at")
    times = ("acknowledged_at", "effected_at")
    received = measures.in_year(year, Order.objects.all(), "received_at")
    rows = list(received.values_list(*columns, *times))
    table = []
    for category in _categories():
        mine = [row for row in rows if category in (_TOTAL, CATEGORY + row[2])]
        for scope in ("Total", *sorted({row[1] for row in mine})):
            here = [row for row in mine if scope in ("Total", row[1])]
            act = [row for row in here if row[0] == "act"]
            inform = [row for row in here if row[0] == "inform"]
            numbers = [
                *(len(act), len(act), _took(act, 4, 5), _took(act, 4, 6)),
                *(len(inform), _took(inform, 4, 5), _took(inform, 4, 6)),
            ]
            table.append([category, "", scope, *numbers])
    return ("Category of illegal content", _OTHER, "Scope", *_ORDERS), table


def _notice_rows(year: int) -> list[tuple[Any, ...]]:
    public = Notice.objects.filter(measures.is_for_everybody("case__post"))
    columns = ("category", "is_trusted", "case", "created_at", "decided_at")
    of_decision = ("decision__ground", "decision__basis")
    return list(measures.in_year(year, public, "created_at").values_list(*columns, *of_decision))


def _of_notices(rows: list[tuple[Any, ...]]) -> Table:
    table = []
    for category in _categories():
        mine = [row for row in rows if category in (_TOTAL, CATEGORY + row[0])]
        trusted = [row for row in mine if row[1]]
        both = (mine, trusted)
        table.append(
            [
                *(category, ""),
                *(len(some) for some in both),
                *(len({row[2] for row in some}) for some in both),
                *(_took([row for row in some if row[4]], 3, 4) for some in both),
                *(sum(row[5] == Ground.LAW for row in some) for some in both),
                *(sum(row[5] == Ground.TERMS for row in some) for some in both),
            ]
        )
    return ("Category of illegal content", _OTHER, *_NOTICES), table


def _own_initiative(year: int) -> list[_Measure]:
    """What restricted somebody without a notice: what was decided about posts, and sanctions."""
    before: dict[str, Any] = {"case": OuterRef("case"), "created_at__lte": OuterRef("created_at")}
    decided = measures.in_year(year, measures.restrictions(), "created_at")
    decided = decided.annotate(noticed=Exists(Notice.objects.filter(**before)))
    columns = ("action", "category", "ground", "detected_automatically", "basis")
    rows = decided.filter(noticed=False).values_list(*columns, "overrides__overrides__action")
    found = [
        _Measure(
            category or Category.NOT_SPECIFIED.value,
            ground,
            # What was put back into force is what it was.
            (first or action) if action == "reverse" else action,
            detected,
            basis == Basis.AUTOMATIC,
        )
        for action, category, ground, detected, basis, first in rows
    ]
    told: Any = sanctions.told(sanctions.restrictions_of_people())
    people = measures.in_year(year, told, "since")
    given = people.filter(noticed=False).values_list("category", "ground", "kind")
    found += [_Measure(category, ground, kind, False, False) for category, ground, kind in given]
    return found


def _of_measures(made: list[_Measure], category_column: str) -> Table:
    table = []
    for category in _categories():
        mine = [measure for measure in made if category in (_TOTAL, CATEGORY + measure.category)]
        counted = Counter(_value_of(measure) for measure in mine)
        machine = sum(measure.found_by_machine for measure in mine)
        restricted = [counted[value] for value in _RESTRICTIONS.values()]
        table.append([category, "", len(mine), machine, *restricted])
    counts = (
        "Number of measures taken at the provider's own initiative",
        "Number of measures taken after detection with solely automated means",
    )
    return (category_column, _OTHER, *counts, *_RESTRICTIONS), table


def _value_of(measure: _Measure) -> str:
    _field, value, _ends = RESTRICTS.get(measure.restriction, RESTRICTS["hide"])
    return value[0] if isinstance(value, list) else str(value)


def _appeals(year: int) -> Table:
    rows = list(complaints(year).values_list("outcome", "filed_at", "decided_at"))
    outcomes = Counter(row[0] for row in rows)
    section = "Internal complaints mechanism"
    indicator = "Number of complaints submitted to the internal-complaints mechanism"
    values = {
        "Total number": len(rows),
        "Decisions upheld": outcomes[Outcome.UPHELD],
        "Decisions reversed": outcomes[Outcome.OVERTURNED],
        "Decisions partially reversed": outcomes[Outcome.VARIED],
        "Decision omitted": outcomes[""],
        "Median time": _took([row for row in rows if row[2]], 1, 2),
    }
    table: list[list[Any]] = [
        [section, indicator, scope, value, ""] for scope, value in values.items()
    ]
    section = "Suspensions imposed on repeated offenders"
    misused = Counter(misuses(year).values_list("misuse", flat=True))
    for what, number in (
        ("illegal content", misused[Misuse.CONTENT]),
        ("unfounded notices", misused[Misuse.FLAGS]),
        # Nobody is kept from appealing.
        ("unfounded complaints", 0),
    ):
        said = f"Number of suspensions enacted for the provision of manifestly {what}"
        table.append([section, said, "Total number", number, ""])
    return _INDICATORS, table


def _automated(year: int, made: list[_Measure], notices: list[tuple[Any, ...]]) -> Table:
    section = "Use of automated means for content moderation"
    machine = sum(measure.decided_by_machine for measure in made)
    decided = [row for row in notices if row[4]]
    by_machine = sum(row[6] == Basis.AUTOMATIC for row in decided)
    values = {
        "Number of measures solely taken by automated means": machine,
        "Number of measures not taken by automated means": len(made) - machine,
        "Number of notices solely processed by automated means": by_machine,
        "Number of notices not processed by automated means": len(decided) - by_machine,
    }
    table: list[list[Any]] = [
        [section, said, "Total number", value, ""] for said, value in values.items()
    ]
    found = accuracy.of_checks(year) + accuracy.of_hiding(year)
    precision = round(1 - found.error, 3) if found.decided else ""
    for indicator, share, said in (
        ("Accuracy", "", _UNKNOWN),
        ("Precision", precision, _PRECISION % found.decided),
        ("Recall", "", _UNKNOWN),
    ):
        told = f"Accuracy of the automated means - {indicator}"
        table.append([section, told, "Total number", share, said])
    return _INDICATORS, table


def _categories() -> Iterator[str]:
    yield _TOTAL
    for category in Category.values:
        yield CATEGORY + category


def _took(rows: Iterable[tuple[Any, ...]], since: int, until: int) -> float | str:
    """The median time between two columns, in hours; empty where there is none."""
    times: list[timedelta] = [row[until] - row[since] for row in rows if row[until]]
    if not times:
        return ""
    return round(median(each.total_seconds() for each in times) / 3_600, 1)
