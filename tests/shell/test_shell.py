"""The frame of every page: the masthead, errors, and that nothing in a page is inline."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories


def masthead_of(response) -> str:
    """The words of the masthead, tags left out."""
    html = re.search(r'<header class="masthead">.*?</header>', response.content.decode(), re.S)
    assert html, "there is no masthead"
    return " ".join(re.sub(r"<[^>]+>", " ", html.group()).split())


class Inline(HTMLParser):
    """Collects what a Content-Security-Policy without exceptions would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        # Data for machines run nowhere.
        data = names.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in names and not data):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action") and (value or "").startswith("javascript:"):
                self.found.append(f"{tag} {name}={value}")


def inline_in(html: str) -> list[str]:
    parser = Inline()
    parser.feed(html)
    return parser.found


# The masthead


def test_masthead_of_a_stranger(client, db):
    words = masthead_of(client.get("/accounts/login/"))
    assert "Articles" in words
    assert "Rules" in words
    assert "Log in" in words
    assert "Sign up" in words
    for own in ("Log out", "Notifications", "Moderation", "Staff"):
        assert own not in words


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("alice", set()),
        ("sam", set()),
        ("carol", {"Moderation"}),
        ("dan", {"Staff"}),
        ("erin", {"Staff"}),
        ("frances", {"Moderation", "Staff"}),
    ],
)
def test_masthead_by_role(client, request, name, sees):
    person = request.getfixturevalue(name)
    client.force_login(person)
    words = masthead_of(client.get("/you/"))
    assert person.public_name in words
    assert "Notifications" in words
    assert "Log out" in words
    assert "Log in" not in words
    assert {word for word in ("Moderation", "Staff") if word in words} == sees


def test_masthead_counts_what_is_unread(client, article, alice, bob):
    comment = factories.make_comment(article, author=alice)
    factories.make_comment(article, author=bob, parent=comment)
    factories.make_comment(article, author=bob, parent=comment)
    client.force_login(alice)
    assert "Notifications 2 unread" in masthead_of(client.get("/you/"))
    client.force_login(bob)
    assert "unread" not in masthead_of(client.get("/you/"))


def test_masthead_asks_for_notifications_once(client, alice):
    client.force_login(alice)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/accounts/password/change/")
    asked = [q for q in queries.captured_queries if "notifications_notification" in q["sql"]]
    assert len(asked) == 1


def test_log_in_leads_back_to_the_page(client, db):
    html = client.get("/nowhere/?a=1&b=2").content.decode()
    assert "?next=%2Fnowhere%2F%3Fa%3D1%26b%3D2" in html
    assert "?next=" not in client.get("/accounts/login/").content.decode()


def test_neutral_page_is_the_same_for_everybody(rf, alice, django_assert_num_queries):
    from django.contrib.auth.models import AnonymousUser

    pages = []
    with django_assert_num_queries(0):
        for person in (AnonymousUser(), alice):
            request = rf.get("/")
            request.user = person
            pages.append(render_to_string("base.html", {"neutral_masthead": True}, request))
    assert pages[0] == pages[1]
    assert "csrf" not in pages[0].lower()
    assert "data-personal-masthead" in pages[0]
    assert "Account" in pages[0]
    assert "Log in" not in pages[0]


def test_signed_in_pages_give_htmx_the_csrf_token(client, alice):
    client.force_login(alice)
    assert "X-CSRFToken" in client.get("/you/").content.decode()
    client.logout()
    assert "X-CSRFToken" not in client.get("/accounts/login/").content.decode()


# Errors


def test_unknown_address(client, db):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Not found" in response.content.decode()
    assert "logging in may help" in response.content.decode()


def test_unknown_address_to_somebody_signed_in(client, alice):
    client.force_login(alice)
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "logging in" not in response.content.decode()
    assert "Alice Liddell" in masthead_of(response)


def test_failure_of_ours_asks_the_database_nothing(rf, alice, django_assert_num_queries):
    from forum.lib.views import error_500

    request = rf.get("/")
    request.user = alice
    with django_assert_num_queries(0):
        response = error_500(request)
    assert response.status_code == 500
    assert "Our mistake" in response.content.decode()
    assert "Alice" not in response.content.decode()


def test_form_without_its_token(alice):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = client.post("/you/", {"display_name": "X"})
    assert page.status_code == 403
    assert "Reload the page" in page.content.decode()
    fragment = client.post("/you/", {"display_name": "X"}, headers={"HX-Request": "true"})
    assert fragment.status_code == 403
    assert "<html" not in fragment.content.decode()
    alice.refresh_from_db()
    assert alice.display_name == "Alice Liddell"


def test_oversized_and_broken_requests_get_a_page(client, db):
    assert client.get("/?q=%00").status_code == 400
    response = client.post(
        "/accounts/login/", data=b"x" * 2_600_000, content_type="application/octet-stream"
    )
    assert response.status_code == 413
    assert "Too large" in response.content.decode()


def test_too_many_requests_get_a_page(rf, db):
    html = render_to_string("429.html", {}, rf.get("/"))
    assert "Too many requests" in html
    assert 'class="masthead"' in html


# Content-Security-Policy

STRANGERS_PAGES = [
    "/",
    "/rules/",
    "/nowhere/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-set-password/",
    "/accounts/inactive/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/nonsense/",
]
OWN_PAGES = [
    "/",
    "/you/",
    "/notifications/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/nowhere/",
]


def assert_well_kept(response):
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    html = response.content.decode()
    assert inline_in(html) == []
    assert html.count("<h1") == 1
    assert 'href="#main"' in html
    assert 'id="main"' in html


@pytest.mark.parametrize("address", STRANGERS_PAGES)
def test_pages_for_strangers_hold_nothing_inline(client, article, rules, address):
    assert_well_kept(client.get(address, follow=True))


@pytest.mark.parametrize("address", OWN_PAGES)
def test_pages_for_members_hold_nothing_inline(client, article, alice, address):
    factories.make_comment(article, author=alice)
    client.force_login(alice)
    assert_well_kept(client.get(address))


def test_swagger_aside_every_answer_has_the_policy(client, db):
    for address in ("/healthz", "/api/v1/codebooks/", "/api/v1/nowhere"):
        assert "default-src 'self'" in client.get(address).headers["Content-Security-Policy"]


# Parts


def test_field_part_ties_help_and_errors_to_the_widget():
    from forum.accounts.forms import SettingsForm

    form = SettingsForm({"display_name": "x" * 81})
    html = render_to_string("parts/field.html", {"field": form["display_name"]})
    assert 'aria-invalid="true"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    for target in described.group(1).split():
        assert f'id="{target}"' in html
    assert "is-invalid" in html
    assert "optional" in html


def test_field_part_groups_choices_in_a_fieldset():
    from django import forms

    class Choosing(forms.Form):
        way = forms.ChoiceField(
            choices=[("a", "This"), ("b", "That")], widget=forms.RadioSelect, help_text="One."
        )

    html = render_to_string("parts/field.html", {"field": Choosing({})["way"]})
    assert html.count("<fieldset") == 1
    assert html.count('type="radio"') == 2
    assert "<legend" in html
    assert "required" in html


def test_time_part_gives_the_full_time(alice):
    from datetime import UTC, datetime

    html = render_to_string("parts/time.html", {"at": datetime(2021, 3, 4, 5, 6, tzinfo=UTC)})
    assert 'datetime="2021-03-04T05:06:00+00:00"' in html
    assert 'title="4 March 2021, 05:06 UTC"' in html
    assert ">4 Mar 2021<" in html


def test_pager_part_keeps_the_rest_of_the_query(rf):
    from django.core.paginator import Paginator

    request = rf.get("/", {"q": "ferry", "page": "2"})
    page = Paginator(range(50), 20).page(2)
    html = render_to_string("parts/pager.html", {"page": page}, request)
    assert "Page 2 of 3" in html
    assert "q=ferry&amp;page=1" in html
    assert "q=ferry&amp;page=3" in html


# The home page


def test_home_lists_what_is_published(client, article, dan):
    factories.make_article(author=dan, title="Not yet", draft=True)
    factories.make_comment(article)
    html = client.get(reverse("home")).content.decode()
    assert article.title in html
    assert article.get_absolute_url() in html
    assert "1 response" in html
    assert "0 notes" in html
    assert "1 minute to read" in html
    assert "Not yet" not in html


def test_home_says_what_to_do_when_empty(client, dan):
    assert "appear here" in client.get(reverse("home")).content.decode()
    client.force_login(dan)
    assert reverse("article-new") in client.get(reverse("home")).content.decode()
