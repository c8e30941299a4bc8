"""What may be kept on the way to a reader, and requests that never reach a page."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse

from forum.wsgi import application
from tests import factories


@pytest.mark.parametrize("name", ["home", "you", "notifications", "rules", "api-articles"])
def test_what_says_nothing_else_is_private(client, article, alice, name):
    for log_in in (lambda: None, lambda: client.force_login(alice)):
        log_in()
        assert client.get(reverse(name))["Cache-Control"] == "private, no-cache"


def test_so_are_ones_own_notes_and_their_history(client, article, alice):
    note = factories.make_annotation(article, author=alice, audience="private")
    client.force_login(alice)
    for name in ("post", "post-edit", "post-history"):
        answer = client.get(reverse(name, args=[note.pk]))
        assert answer["Cache-Control"] == "private, no-cache"
    answer = client.get(reverse("api-annotation", args=[note.pk]))
    assert answer["Cache-Control"] == "private, no-cache"


def test_the_public_page_stays_public(client, article):
    answer = client.get(reverse("article", args=[article.slug]))
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "kind", ["text/html; charset*=foo''bar", "text/html; x*=utf-7'en'%ff", "a/b;charset*=x''"]
)
def test_a_type_that_django_cannot_read_is_refused_before_it(kind):
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/healthz",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": kind,
        "wsgi.input": io.BytesIO(),
    }
    statuses = []
    list(application(environ, lambda status, headers: statuses.append(status)))
    assert statuses == ["400 Bad Request"]


def test_the_way_back_after_logging_in_stays_on_this_site(client, article):
    comment = factories.make_comment(article)
    for before in ("http://testserver//evil.example/x", "http://testserver////evil.example/x"):
        answer = client.get(
            reverse("post-flag", args=[comment.pk]),
            headers={"HX-Request": "true", "HX-Current-URL": before},
        )
        assert answer["HX-Redirect"] == "/accounts/login/?next=/evil.example/x"
