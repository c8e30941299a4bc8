"""What the server has ready before anybody can connect."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.urls import reverse

import forum.rehearsal
from annotations.page import kept
from forum import serving
from forum.rehearsal import rehearse
from tests.factories import make_article

ROOT = Path(__file__).parent.parent.parent


class Recording:
    """The site, noting down what it is asked for and what it answers."""

    def __init__(self) -> None:
        # Made anew: middleware reads some settings when it is made.
        self.site = WSGIHandler()
        self.answers: dict[str, int] = {}

    def __call__(self, environ, start_response):
        def started(status, headers, error=None):
            self.answers[environ["PATH_INFO"]] = int(status.split()[0])
            return start_response(status, headers, error)

        return self.site(environ, started)


def in_a_thread(act) -> None:
    """Each thread has connections of its own; those of the test stay open."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.django_db(transaction=True)
def test_the_list_and_the_latest_article_are_made_for_a_stranger(article, settings, https):
    latest = make_article(title="The latest")
    make_article(title="Nobody reads this yet", draft=True)
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = https
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if https else None
    kept.PAGES.clear()
    site, closed = Recording(), []

    def act() -> None:
        rehearse(site)
        closed.append(connection.connection is None)

    in_a_thread(act)
    page = reverse("article", args=[latest.slug])
    assert site.answers == {reverse("home"): 200, page: 200}
    assert len(kept.PAGES) == 1
    # The workers are copies of this process, and a connection is no two processes'.
    assert closed == [True]


@pytest.mark.django_db(transaction=True)
def test_without_articles_the_list_is_made():
    site = Recording()
    in_a_thread(lambda: rehearse(site))
    assert site.answers == {reverse("home"): 200}


def test_a_database_that_is_not_there_stops_nothing(monkeypatch):
    def gone() -> list[str]:
        raise OperationalError("no such table: discussion_article")

    asked: list[str] = []
    monkeypatch.setattr(forum.rehearsal, "_latest", gone)
    monkeypatch.setattr(forum.rehearsal, "_ask", lambda application, path: asked.append(path))
    rehearse(lambda environ, start_response: [])
    assert asked == []


def test_the_server_loads_and_rehearses_before_it_listens(monkeypatch):
    from gunicorn.config import Config

    chosen = {name: value for name, value in vars(serving).items() if name in Config().settings}
    # A name that gunicorn does not know would count for nothing.
    assert {"preload_app", "on_starting", "threads", "graceful_timeout"} <= set(chosen)
    assert chosen["preload_app"] is True
    rehearsed: list[object] = []
    monkeypatch.setattr(forum.rehearsal, "rehearse", rehearsed.append)
    chosen["on_starting"](SimpleNamespace(app=SimpleNamespace(wsgi=lambda: "the site")))
    assert rehearsed == ["the site"]
    assert "--config python:forum.serving" in (ROOT / "script" / "server").read_text()
