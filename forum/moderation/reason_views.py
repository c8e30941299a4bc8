"""Pages of the templates of reasons, for moderators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from forum.lib.errors import NotFound
from forum.lib.forms import offer
from forum.lib.web import page_errors, person_of, refusals_in, shows_form
from forum.moderation.fields import rules_by_slug
from forum.moderation.models import ReasonTemplate
from forum.moderation.reasons import HOLES, delete_template, save_template
from forum.permissions import require


class TemplateForm(forms.Form):
    """A template of a reason."""

    title = forms.CharField(label=_lazy("Name"), max_length=80)
    rule_slug = forms.ChoiceField(label=_lazy("For breaches of"), required=False)
    text = forms.CharField(label=_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "rule_slug", [("", _("Any rule")), *rules_by_slug()])


@shows_form
@page_errors
def reasons(request: HttpRequest) -> HttpResponse:
    """All templates, and a form for a new one."""
    require(request.user, "reason.edit")
    return _page(request, None)


@shows_form
@page_errors
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a template."""
    require(request.user, "reason.edit")
    return _page(request, _template(pk))


@require_POST
@page_errors
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a template."""
    require(request.user, "reason.edit")
    delete_template(moderator=person_of(request), template=_template(pk))
    messages.success(request, _("Deleted."))
    return redirect("reasons")


def _template(pk: int) -> ReasonTemplate:
    found = ReasonTemplate.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such template."))
    return found


def _page(request: HttpRequest, template: ReasonTemplate | None) -> HttpResponse:
    """The page, with a preview of what was typed where that was asked for."""
    initial = {name: getattr(template, name) for name in ("title", "rule_slug", "text") if template}
    form = TemplateForm(request.POST or None, initial=initial)
    preview, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid() and "preview" in request.POST:
            preview, status = _example(form.cleaned_data["text"]), 200
        elif form.is_valid():
            with refusals_in(form):
                save_template(moderator=person_of(request), template=template, **form.cleaned_data)
                messages.success(request, _("Saved."))
                return redirect("reasons")
    context = {
        "form": form,
        "template": template,
        "templates": ReasonTemplate.objects.all() if template is None else [],
        "holes": ", ".join(f"{{{hole}}}" for hole in HOLES),
        "preview": preview,
    }
    return render(request, "moderation/reasons.html", context, status=status)


def _example(text: str) -> str:
    """``text`` filled in for a post that does not exist."""
    said = {
        "author": _("Ada Byron"),
        "rule": _("Keep to the text"),
        "article": _("Who pays for the bridge"),
        "quote": _("everyone knows what that means"),
    }
    for hole, value in said.items():
        text = text.replace(f"{{{hole}}}", value)
    return text
