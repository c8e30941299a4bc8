"""The public log of moderation, and the statements of reasons for admins to download."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.discussion.lookup import as_id, get_article_for
from forum.discussion.models import Article
from forum.lib.atom import Entry, feed
from forum.lib.errors import NotFound
from forum.lib.interface import spoken_by_site
from forum.lib.tabular import csv_lines
from forum.lib.web import page_errors, person_of
from forum.moderation.models import Event, EventKind, Sanctioning
from forum.moderation.transparency import log, measures, sanctions
from forum.moderation.transparency.forms import LogFilter, PeriodForm
from forum.moderation.transparency.schema import faults
from forum.moderation.transparency.statements import statement_of
from forum.permissions import require

#: Statements shown on their page.
_SHOWN = 25
#: The columns of the log as a table.
_HEADER = ("number", "at", "decision", "kind", "rule", "version", "article", "automatic", "basis")
#: Rows of the log read at a time.
_BATCH = 500


@require_safe
@page_errors
def public_log(request: HttpRequest) -> HttpResponse:
    """What was decided on this site, the latest first: the same for everybody."""
    narrowed = LogFilter(request.GET)
    wanted = narrowed.wanted()
    lines, older = log.page(wanted, before=as_id(request.GET.get("before", "")) or 0)
    query = request.GET.copy()
    query.pop("before", None)
    same = query.urlencode()
    query["before"] = str(older)
    context = {
        "lines": lines,
        "of_people": wanted.kind == log.ACCOUNT or wanted.action in Sanctioning.values,
        "filter": narrowed,
        "older": query.urlencode() if older else "",
        "query": same,
        "narrowed": any(request.GET.get(name) for name in narrowed.fields),
        "article": _article(wanted.article),
        "is_later": "before" in request.GET,
    }
    status = 200 if narrowed.is_valid() else 400
    return render(request, "moderation/transparency/log.html", context, status=status)


@require_safe
@page_errors
def public_log_csv(request: HttpRequest) -> HttpResponseBase:
    """The whole log, as far as it is asked for, as a table."""
    narrowed = LogFilter(request.GET)
    if not narrowed.is_valid():
        # The page says what is wrong; the whole log is not what was asked for.
        return public_log(request)
    found = log.found(narrowed.wanted()).order_by("-pk")
    response = StreamingHttpResponse(
        csv_lines(_HEADER, _rows(found)), content_type="text/csv; charset=utf-8; header=present"
    )
    response["Content-Disposition"] = 'attachment; filename="moderation-log.csv"'
    return response


@require_safe
@spoken_by_site()
def public_log_feed(request: HttpRequest) -> HttpResponse:
    """The latest lines of the log, for feed readers."""
    lines, _older = log.page(log.Wanted())
    return feed(
        request,
        title=_("Log of moderation"),
        about=reverse("moderation-log"),
        entries=(
            Entry(
                title=f"{line.label}: {_KINDS[line.kind]()}",
                path=f"{reverse('moderation-log')}?before={line.number + 1}",
                author="",
                html="",
                published=line.at,
                updated=line.at,
            )
            for line in lines
        ),
    )


@require_safe
@page_errors
def statements(request: HttpRequest) -> HttpResponse:
    """The statements of reasons as they would be sent, for admins to look at."""
    require(request.user, "statement.export")
    form = PeriodForm(request.GET)
    since, until = form.times()
    found = measures.restrictions(since, until)
    latest = measures.page_of(found.order_by("-pk"))[:_SHOWN]
    shown = [statement_of(measures.measure_of(decision)) for decision in latest]
    people = sanctions.restrictions_of_people(since, until)
    given = sanctions.told(people.order_by("-pk"))[:_SHOWN]
    shown += [statement_of(sanctions.measure_of_person(sanction)) for sanction in given]
    context = {
        "form": form,
        "number": found.count() + people.count(),
        "most": _SHOWN,
        "statements": [
            {
                "said": one,
                "written": json.dumps(one, indent=2, ensure_ascii=False),
                "faults": faults(one),
            }
            for one in shown
        ],
        "query": request.GET.urlencode(),
    }
    status = 200 if form.is_valid() else 400
    return render(request, "moderation/transparency/statements.html", context, status=status)


@require_safe
@page_errors
def download_statements(request: HttpRequest) -> HttpResponseBase:
    """All statements of a period, one a line, as JSON, but for those that would be refused, which
    the page names. That it was done is logged."""
    require(request.user, "statement.export")
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return statements(request)
    since, until = form.times()
    found = chain(measures.statements(since, until), sanctions.statements_of_people(since, until))
    person = person_of(request)
    Event.objects.create(
        kind=EventKind.EXPORTED,
        actor=person,
        actor_name=person.public_name,
        detail="statements",
    )
    written = (json.dumps(one, ensure_ascii=False) + "\n" for one in found if not faults(one))
    response = StreamingHttpResponse(written, content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="statements.jsonl"'
    response["Cache-Control"] = "private, no-store"
    return response


def _article(slug: str) -> Article | None:
    if not slug:
        return None
    try:
        return get_article_for(AnonymousUser(), slug)
    except NotFound:
        return None


def _rows(found: QuerySet[Any]) -> Iterator[tuple[object, ...]]:
    """Lines as rows, in batches: what can be read is asked for each batch at once."""
    last = None
    while True:
        batch = list((found.filter(pk__lt=last) if last else found)[:_BATCH])
        for line in log.lines(batch):
            rule = line.rule
            yield (
                *(line.number, line.at.isoformat(), line.action, line.kind),
                *((rule.slug, rule.version) if rule else ("", "")),
                *(line.article.slug if line.article else "", int(line.automatic), line.basis),
            )
        if len(batch) < _BATCH:
            return
        last = batch[-1].pk


_KINDS = {
    "article": lambda: _("an article"),
    "response": lambda: _("a response"),
    "note": lambda: _("a note"),
    "reply": lambda: _("a reply"),
    "account": lambda: _("an account"),
}
