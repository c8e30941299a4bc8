"""The yearly transparency report: a page for everybody, and the same as a table to download."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from forum.lib.errors import NotFound
from forum.lib.tabular import csv_lines
from forum.lib.web import page_errors
from forum.moderation.models import Action, Category, Ground, Outcome, Party, Sanctioning
from forum.moderation.transparency.report import Figure, report_of, years
from forum.moderation.transparency.template import archive

HEADER = ("year", "section", "indicator", "of", "among", "value", "unit")

_SECTIONS = {
    "orders": _lazy("Orders of authorities"),
    "notices": _lazy("Notices of illegal content"),
    "own-initiative": _lazy("What was done without a notice"),
    "automated": _lazy("How right programs were"),
    "accounts": _lazy("Sanctions"),
    "complaints": _lazy("Appeals"),
    "reversals": _lazy("Decisions that were turned back"),
    "misuse": _lazy("Measures against misuse"),
    "moderators": _lazy("Moderators"),
}
_INDICATORS = {
    ("orders", "act"): _lazy("Orders to act against illegal content"),
    ("orders", "inform"): _lazy("Orders to provide information"),
    ("orders", "act-acknowledge"): _lazy("Median time until the authority was told it had arrived"),
    ("orders", "act-effect"): _lazy("Median time until effect was given to it"),
    ("orders", "inform-acknowledge"): _lazy(
        "Median time until the authority was told it had arrived"
    ),
    ("orders", "inform-effect"): _lazy("Median time until the information was given"),
    ("notices", "received"): _lazy("Received"),
    ("notices", "trusted-flagger"): _lazy("Of these, by trusted flaggers"),
    ("notices", "decided"): _lazy("Decided by now"),
    ("notices", "action"): _lazy("What followed"),
    ("notices", "automatic"): _lazy("Decided automatically"),
    ("notices", "time"): _lazy("Median time to decide"),
    ("notices", "category"): _lazy("About"),
    ("notices", "category-time"): _lazy("Median time to decide, about"),
    ("own-initiative", "measures"): _lazy("Restrictions"),
    ("own-initiative", "flagged-by-readers"): _lazy("Of these, flagged by readers"),
    ("own-initiative", "found-automatically"): _lazy("Of these, found automatically"),
    ("own-initiative", "decided-automatically"): _lazy("Of these, decided automatically"),
    ("own-initiative", "ground"): _lazy("Because"),
    ("own-initiative", "restriction"): _lazy("Restriction"),
    ("automated", "held"): _lazy("Held by a check before it was published, and decided since"),
    ("automated", "held-let-stand"): _lazy("Of these, let stand: the check was wrong"),
    ("automated", "held-error"): _lazy("Share of errors"),
    ("automated", "hidden"): _lazy("Hidden by the site after flags, and decided since"),
    ("automated", "hidden-let-stand"): _lazy("Of these, let stand: hiding it was wrong"),
    ("automated", "hidden-error"): _lazy("Share of errors"),
    ("accounts", "sanctions"): _lazy("Restrictions"),
    ("accounts", "restriction"): _lazy("Restriction"),
    ("complaints", "filed"): _lazy("Filed"),
    ("complaints", "party"): _lazy("By"),
    ("complaints", "against"): _lazy("Against"),
    ("complaints", "outcome"): _lazy("Outcome"),
    ("complaints", "time"): _lazy("Median time to decide"),
    ("reversals", "decisions"): _lazy("Decisions"),
    ("reversals", "basis"): _lazy("On what occasion"),
    ("reversals", "sanctions"): _lazy("Sanctions that were wrong"),
    ("reversals", "sanctions-in-part"): _lazy("Sanctions that something milder took the place of"),
    ("misuse", "content"): _lazy("For posting what is manifestly illegal"),
    ("misuse", "flags"): _lazy("For notices and flags that are manifestly unfounded"),
    ("moderators", "active"): _lazy("People who decided"),
}
_OF = {
    **dict(Category.choices),
    **dict(Action.choices),
    **dict(Party.choices),
    **dict(Outcome.choices),
    **dict(Ground.choices),
    **dict(Sanctioning.choices),
    "none": _lazy("Nothing was restricted"),
    "waiting": _lazy("Not decided yet"),
    "appeal": _lazy("On an appeal"),
    "revert": _lazy("Reverted"),
    "automatic": _lazy("Automatically"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of the report, in words."""

    label: str
    value: str


@require_safe
@page_errors
def transparency(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The report of a year, the present one unless one is asked for, and where to turn to."""
    year = timezone.now().year if number is None else number
    sections: dict[str, list[Row]] = {}
    for figure in _figures(year):
        words = str(_SECTIONS[figure.section])
        sections.setdefault(words, []).append(Row(_label(figure), _value(figure)))
    context = {
        "year": year,
        "years": years(),
        "sections": sections.items(),
        "unfinished": year == timezone.now().year,
        "authorities": settings.CONTACT_AUTHORITIES,
        "users": settings.CONTACT_USERS,
        "representative": settings.LEGAL_REPRESENTATIVE,
        "neutral_masthead": False,
    }
    return render(request, "moderation/transparency/report.html", context)


@require_safe
@page_errors
def transparency_csv(request: HttpRequest, number: int) -> HttpResponse:
    """The same figures as a table (RFC 4180), with names for programs."""
    rows = (
        (number, one.section, one.what, one.of, one.among, one.value, one.unit)
        for one in _figures(number)
    )
    response = HttpResponse(
        "".join(csv_lines(HEADER, rows)), content_type="text/csv; charset=utf-8; header=present"
    )
    response["Content-Disposition"] = f'attachment; filename="transparency-{number}.csv"'
    return response


@require_safe
@page_errors
def transparency_template(request: HttpRequest, number: int) -> HttpResponse:
    """The tables of the harmonised template of that year, in a zip."""
    _figures(number)
    response = HttpResponse(archive(number), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="transparency-{number}.zip"'
    return response


def _figures(year: int) -> list[Figure]:
    try:
        return report_of(year)
    except ValueError:
        raise NotFound(_("There is no report of this year.")) from None


def _label(figure: Figure) -> str:
    words = str(_INDICATORS[figure.section, figure.what])
    parts = [str(_OF.get(code, code)) for code in (figure.of, figure.among) if code]
    return ": ".join([words, ", ".join(parts)]) if parts else words


def _value(figure: Figure) -> str:
    if figure.unit == "hours":
        return _("%(number)s h") % {"number": number_format(figure.value, 1)}
    if figure.unit == "percent":
        return _("%(number)s %%") % {"number": number_format(figure.value, 1)}
    return str(int(figure.value))
