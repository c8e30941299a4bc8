"""Following a discussion, a thread or a person, muting a person, and the list of all that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.accounts.models import User
from forum.accounts.muting import mute, muted_by, mutes, unmute
from forum.discussion.following import actions as following
from forum.discussion.lookup import (
    address_in_article,
    article_of,
    as_id,
    get_article_for,
    get_person_for,
    get_post_for,
)
from forum.discussion.models import Kind, Post
from forum.lib.web import is_fragment, page_errors, person_of, redirect_page, shows_form
from forum.permissions import can, require

if TYPE_CHECKING:
    from forum.discussion.models import Article


@shows_form
@page_errors
def follow_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a discussion, or with ``back`` no longer."""
    article = get_article_for(request.user, slug)
    require(request.user, "article.follow", article.post)
    person = person_of(request)
    if request.method != "POST":
        context = {"article": article, "follows": following.follows(person, article)}
        return render(request, "discussion/follow.html", context)
    if "back" in request.POST:
        following.unfollow(person=person, article=article)
        messages.success(request, _("You follow this discussion no longer."))
    else:
        following.follow(person=person, article=article)
        messages.success(request, _("You follow this discussion: you are told of new responses."))
    if request.POST.get("next") == reverse("followed"):
        return redirect("followed")
    return redirect_page(request, article.get_absolute_url())


@shows_form
@page_errors
def follow_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be done about a response or a note beside answering it: follow the thread that it
    begins, or its author, or mute its author. A POST follows the thread, or with ``back`` no
    longer."""
    post = get_post_for(request.user, pk)
    person = person_of(request)
    if request.method != "POST":
        if not _person_behind(person, post):
            require(person, "thread.follow", post)
        return _choices(request, person, post)
    if "back" in request.POST:
        following.unfollow_thread(person=person, post=post.pk)
        said = _("You follow this thread no longer.")
    else:
        following.follow_thread(person=person, post=post)
        said = _("You follow this thread: you are told of what comes under it.")
    if is_fragment(request):
        return _choices(request, person, post, done="thread")
    return _done(request, said, post.get_absolute_url())


@shows_form
@page_errors
def follow_person(request: HttpRequest, username: str) -> HttpResponse:
    """Follow a person, or with ``back`` no longer."""
    person, other = _both(request, username, "person.follow", following.follows_person)
    if request.method != "POST":
        return _page_about(request, person, other, "follow")
    if "back" in request.POST:
        following.unfollow_person(person=person, other=other)
        said = _("You follow %(name)s no longer.")
    else:
        following.follow_person(person=person, other=other)
        said = _("You follow %(name)s: you are told of what they write.")
    post = _post_named(request)
    if post and is_fragment(request):
        return _choices(request, person, post, done="person")
    return _done(request, said % {"name": other.public_name}, _from_here(request, other, "follow"))


@shows_form
@page_errors
def mute_person(request: HttpRequest, username: str) -> HttpResponse:
    """Mute a person for oneself, or with ``back`` no longer."""
    person, other = _both(request, username, "person.mute", mutes)
    if request.method != "POST":
        return _page_about(request, person, other, "mute")
    if "back" in request.POST:
        unmute(person=person, other=other)
        said = _("%(name)s is not muted any more.")
    else:
        mute(person=person, other=other)
        said = _(
            "%(name)s is muted: what they write is folded, and you are told nothing of it. "
            "They do not learn of it."
        )
    # The page is loaded anew, folded or not.
    return _done(request, said % {"name": other.public_name}, _from_here(request, other, "mute"))


@require_safe
@page_errors
def followed(request: HttpRequest) -> HttpResponse:
    """All that a person follows, and whom they have muted, to be ended there."""
    person = person_of(request)
    context = {"followed": following.followed_by(person), "muted": muted_by(person)}
    return render(request, "discussion/followed.html", context)


def _both(
    request: HttpRequest, username: str, act: str, held: Callable[[User, int], bool]
) -> tuple[User, User]:
    person = person_of(request)
    other = User.objects.filter(username=username).first()
    # What has begun can be seen and ended, whatever has become of what they wrote.
    if other is None or not held(person, other.pk):
        other = get_person_for(person, username)
    if request.method != "POST" or "back" not in request.POST:
        # To end it is allowed also where it could not begin any more.
        require(person, act, other)
    return person, other


def _choices(request: HttpRequest, person: User, post: Post, *, done: str = "") -> HttpResponse:
    """The page, or the part of one, with what can be done about ``post``."""
    article: Article = article_of(post)
    other = _person_behind(person, post)
    context = {
        "post": post,
        "article": article,
        "other": other,
        "may_follow": can(person, "thread.follow", post),
        "follows_thread": following.follows_thread(person, post.pk),
        "follows_person": bool(other) and following.follows_person(person, post.author_id),
        "muted": bool(other) and mutes(person, post.author_id),
        # Where the keyboard goes.
        "done": done or "thread",
        "back": address_in_article(post, article),
    }
    template = "_about_post.html" if is_fragment(request) else "about_post.html"
    return render(request, f"discussion/{template}", context)


def _page_about(request: HttpRequest, person: User, other: User, what: str) -> HttpResponse:
    held = {"follow": following.follows_person, "mute": mutes}[what](person, other.pk)
    context = {"other": other, "what": what, "held": held}
    return render(request, "discussion/about_person.html", context)


def _person_behind(person: User, post: Post) -> User | None:
    """Who wrote ``post``, if that is somebody else who is still here."""
    other = post.author
    if other is None or not can(person, "person.follow", other):
        return None
    return other


def _post_named(request: HttpRequest) -> Post | None:
    """The post in whose place the form stood, if it says so."""
    pk = as_id(request.POST.get("post", ""))
    if pk is None:
        return None
    post = get_post_for(request.user, pk)
    return post if post.kind != Kind.ARTICLE else None


def _from_here(request: HttpRequest, other: User, what: str) -> str:
    """Where to go after what was done about ``other``: to the post in question, or the page."""
    if post := _post_named(request):
        return post.get_absolute_url()
    return reverse(f"person-{what}", args=[other.username])


def _done(request: HttpRequest, said: str, to: str) -> HttpResponse:
    """Say so on the next page: the one that the form names, or ``to``."""
    messages.success(request, said)
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith("/"):
        return redirect(wanted)
    return redirect_page(request, to)
