"""The page on which those who publish say who may respond to an article, and how."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.discussion.lookup import get_article_for
from forum.discussion.models import Policy
from forum.discussion.publishing.actions import set_discussion
from forum.lib.web import page_errors, person_of, shows_form
from forum.permissions import require


class DiscussionForm(forms.Form):
    """How the discussion of an article goes."""

    policy = forms.ChoiceField(
        label=gettext_lazy("Who may respond"), choices=Policy.choices, widget=forms.RadioSelect
    )
    premoderated = forms.BooleanField(
        label=gettext_lazy("A moderator reads every response and note before others do"),
        required=False,
    )
    closed = forms.BooleanField(
        label=gettext_lazy("The discussion is closed: nobody responds any more"), required=False
    )


@shows_form
@page_errors
def discussion(request: HttpRequest, slug: str) -> HttpResponse:
    """Who may respond to an article, and whether a moderator reads it first."""
    article = get_article_for(request.user, slug)
    require(request.user, "article.revise", article.post)
    now = {
        "policy": article.policy,
        "premoderated": article.premoderated,
        "closed": article.closed_at is not None,
    }
    form = DiscussionForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        set_discussion(editor=person_of(request), article=article, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("article-discussion", article.slug)
    context = {
        "article": article,
        "form": form,
        "guests_never": settings.GUEST_RESPONSES == "never",
        "guests_always": settings.GUEST_RESPONSES == "always",
    }
    status = 400 if form.errors else 200
    return render(request, "discussion/discussion.html", context, status=status)
