"""The rules of the site, version by version, and the pages on which admins change them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.lib.diff import fold, word_diff
from forum.lib.errors import NotFound
from forum.lib.forms import refill
from forum.lib.web import page_errors, person_of, refusals_in, shows_form
from forum.moderation.models import Category, Rule
from forum.moderation.rulebook.actions import retire_rule, write_rule
from forum.moderation.rulebook.forms import RuleForm
from forum.permissions import can, require


@require_safe
@page_errors
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in force, for everybody, and where to turn to."""
    context = {
        "rules": Rule.objects.filter(retired_at=None),
        "retired": _out_of_force(),
        "may_write": can(request.user, "rule.write"),
        "contact": settings.CONTACT_USERS,
    }
    return render(request, "moderation/rules.html", context)


@require_safe
@page_errors
def rule(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """One version of a rule with what changed in it: without ``number``, the last."""
    versions = list(Rule.objects.filter(slug=slug).order_by("version"))
    shown = next((v for v in versions if v.version == (number or versions[-1].version)), None)
    if shown is None:
        raise NotFound(_("There is no such rule."))
    before = next((v for v in versions if v.version == shown.version - 1), None)
    context = {
        "rule": shown,
        "before": before,
        "versions": versions[::-1],
        "changes": fold(word_diff(_whole(before), _whole(shown))) if before else None,
        "may_write": can(request.user, "rule.write"),
    }
    return render(request, "moderation/rulebook/rule.html", context)


@shows_form
@page_errors
def new_rule(request: HttpRequest) -> HttpResponse:
    """Write a rule that the site does not have yet."""
    require(request.user, "rule.write")
    if request.method == "POST":
        return _take(request, RuleForm(request.POST), None)
    last = Rule.objects.filter(retired_at=None).aggregate(last=Max("number"))["last"] or 0
    form = RuleForm(initial={"number": last + 1, "category": Category.TERMS, "expected": 0})
    return _form_page(request, form, None)


@shows_form
@page_errors
def edit_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the next version of a rule."""
    require(request.user, "rule.write")
    current = _last(slug)
    if request.method == "POST":
        # The name of a rule that stands is not for the form to change.
        return _take(request, RuleForm(request.POST.dict() | {"slug": slug}), current)
    columns = ("number", "slug", "title", "text", "category", "severity")
    initial = {name: getattr(current, name) for name in columns}
    expected = 0 if current.retired_at else current.version
    return _form_page(request, RuleForm(initial=initial | {"expected": expected}), current)


@require_POST
@page_errors
def retire(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a rule out of force."""
    require(request.user, "rule.write")
    current = _last(slug)
    retire_rule(editor=person_of(request), rule=current)
    messages.success(request, _("The rule is no longer in force."))
    return redirect(current)


def _take(request: HttpRequest, form: RuleForm, current: Rule | None) -> HttpResponse:
    with refusals_in(form) as met:
        if form.is_valid():
            made = write_rule(editor=person_of(request), **form.cleaned_data)
            said = _("Version %(number)s is in force.") % {"number": made.version}
            messages.success(request, said)
            return redirect(made)
    if met.conflict:
        form.add_error(None, met.conflict.message)
        # Whoever sends it once more has been told.
        refill(form, expected=str(met.conflict.details["version"]))
        current = _last(form.cleaned_data["slug"])
    return _form_page(request, form, current, status=met.status)


def _form_page(
    request: HttpRequest, form: RuleForm, current: Rule | None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "rule": current}
    return render(request, "moderation/rulebook/form.html", context, status=status)


def _last(slug: str) -> Rule:
    found = Rule.objects.filter(slug=slug).order_by("-version").first()
    if found is None:
        raise NotFound(_("There is no such rule."))
    return found


def _whole(rule: Rule) -> str:
    return f"{rule.title}\n\n{rule.text}"


def _out_of_force() -> list[Rule]:
    """The last version of each rule that is no longer in force. One query."""
    last: dict[str, Rule] = {}
    for found in Rule.objects.order_by("version"):
        last[found.slug] = found
    return [found for found in last.values() if found.retired_at]
