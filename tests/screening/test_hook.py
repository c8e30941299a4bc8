"""A check over HTTP: what it is asked, what it may answer, and what it cannot do to the site."""

from __future__ import annotations

import hmac
import json
import socket
from functools import partial
from hashlib import sha256
from threading import Event
from time import monotonic

import pytest
from django.db import transaction

from forum.discussion.actions import post_comment, revise_post
from forum.discussion.models import Post
from forum.lib.errors import Nudge, Refused
from forum.screening import akismet, hook
from forum.screening.models import Signal
from forum.screening.outside import Unanswered, post
from forum.screening.reading import signals_of
from forum.screening.submission import Sending
from tests.factories import make_annotation, make_comment
from tests.screening.hostile import answer, serving

SECRET = "not so secret"


@pytest.fixture(autouse=True)
def _patient(settings):
    settings.SCREENING_HOOK_SECRET = SECRET
    hook.PATIENCE.forget()
    akismet.PATIENCE.forget()


@pytest.fixture
def site_check(settings):
    """``site_check(body)`` has the site's check answer so; it is the server."""
    with_server = []

    def answering(body, **kwargs):
        server = serving(lambda _request: answer(body, **kwargs))
        with_server.append(server)
        running = server.__enter__()
        settings.SCREENING_HOOK_URL = running.url
        return running

    yield answering
    for server in with_server:
        server.__exit__(None, None, None)


def signal(post) -> Signal:
    return Signal.objects.get(revision__post=post, step="hook")


def test_it_is_asked_with_the_words_and_a_signature(site_check, article, alice):
    server = site_check({"outcome": "publish"})
    made = make_comment(article, author=alice, source="The *ferry*.")
    (body,) = server.bodies
    said = json.loads(body)
    assert (said["version"], said["kind"], said["edit"]) == (1, "response", False)
    assert (said["text"], said["html"]) == ("The ferry.", "<p>The <em>ferry</em>.</p>")
    assert said["author"]["name"] == "Alice Liddell"
    assert "example.org" not in json.dumps(said["author"])
    moment, proof = server.header("X-Postil-Signature").split(",")
    signed = moment.removeprefix("t=").encode() + b"." + body
    assert proof == "v1=" + hmac.new(SECRET.encode(), signed, sha256).hexdigest()
    assert (made.state, signal(made).outcome) == ("published", "publish")
    revise_post(editor=alice, post=made, source="A tram.")
    said = json.loads(server.bodies[1])
    assert (said["edit"], said["before"], said["post"]) == (True, "The ferry.", made.pk)


def test_it_is_not_told_of_what_only_some_people_read(site_check, article, alice, carol):
    server = site_check({"outcome": "hold"})
    make_annotation(article, author=alice, audience="private")
    make_comment(article, author=carol)
    assert server.requests == []


def test_it_is_not_asked_about_what_is_refused_anyway(site_check, article, alice, listed):
    server = site_check({"outcome": "publish"})
    listed("banned", "ferry")
    with pytest.raises(Refused):
        make_comment(article, author=alice)
    assert server.requests == []


def test_it_holds_with_a_reason_and_a_place(site_check, article, alice, rules):
    text = "The ferry 🚸 sails."
    site_check(
        {"outcome": "hold", "score": 0.9, "reason": "Ships.", "rule": "lawful", "places": [[4, 9]]}
    )
    held = make_comment(article, author=alice, source=text)
    assert (held.state, held.held_for) == ("held", "hook")
    shown = next(one for one in signals_of(held.current).shown if one.step == "hook")
    assert (shown.detail, shown.weight) == ("Ships.", 4.5)
    assert shown.rule == rules["lawful"]
    assert [piece.text for piece in shown.places[0]] == ["The ", "ferry", " 🚸 sails."]


def test_it_asks_and_refuses_in_its_own_words(site_check, article, alice, rules):
    site_check({"outcome": "nudge", "message": "Is this about ships?", "rule": "on-topic"})
    with pytest.raises(Nudge) as asked:
        make_comment(article, author=alice)
    assert (asked.value.message, asked.value.anyway) == ("Is this about ships?", "hook:on-topic")
    sending = Sending(anyway=asked.value.anyway)
    made, _new = post_comment(author=alice, article=article, source="A ferry.", sending=sending)
    assert made.state == "published"
    site_check({"outcome": "refuse", "message": "No ships."})
    with pytest.raises(Refused, match=r"^No ships\.$"):
        make_comment(article, author=alice)


# Answers that are none


def drip(_request):
    """A head that goes on and on, a byte at a time; for three seconds."""
    yield b"HTTP/1.1 200 OK\r\n"
    until, pause = monotonic() + 3, Event()
    while monotonic() < until:
        yield b"X"
        pause.wait(0.02)


def endless(_request):
    """A body that never ends."""
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    for _ in range(10_000):
        yield b" " * 65_536


HOSTILE = {
    "no JSON": (lambda _: answer(b"<html>"), "malformed"),
    "a list": (lambda _: answer(["publish"]), "malformed"),
    "nested": (lambda _: answer(b"[" * 60_000), "malformed"),
    "another outcome": (lambda _: answer({"outcome": "delete"}), "malformed"),
    "an outcome that is a list": (lambda _: answer({"outcome": ["publish"]}), "malformed"),
    "a score too high": (lambda _: answer({"outcome": "hold", "score": 2}), "malformed"),
    "a score that is none": (lambda _: answer(b'{"outcome":"hold","score":NaN}'), "malformed"),
    "a surrogate": (lambda _: answer(b'{"outcome":"hold","reason":"\\ud800"}'), "malformed"),
    "NUL": (lambda _: answer({"outcome": "hold", "reason": "\x00"}), "malformed"),
    "a rule that is a path": (lambda _: answer({"outcome": "hold", "rule": "../"}), "malformed"),
    "places of words": (lambda _: answer({"outcome": "hold", "places": [["a", 1]]}), "malformed"),
    "no HTTP": (lambda _: [b"220 mail.example.org ESMTP\r\n"], "malformed"),
    "nothing": (lambda _: [], "unreachable"),
    "an error": (lambda _: answer({}, status="500 Oops"), "status 500"),
    "created": (lambda _: answer({"outcome": "publish"}, status="201 Created"), "status 201"),
    "too long": (lambda _: answer(b" " * 70_000 + b"{}"), "too long"),
    "endless": (endless, "too long"),
    "a slow head": (drip, "timeout"),
}


@pytest.mark.parametrize("how", HOSTILE)
@pytest.mark.parametrize("fails", ["open", "closed"])
def test_what_is_no_answer_counts_as_the_site_says(settings, article, alice, how, fails):
    settings.SCREENING_FAILS = fails
    settings.SCREENING_SECONDS = 0.3 if HOSTILE[how][1] == "timeout" else 5
    reply, reason = HOSTILE[how]
    with serving(reply) as server:
        settings.SCREENING_HOOK_URL = server.url
        began = monotonic()
        made = make_comment(article, author=alice)
        took = monotonic() - began
    assert made.state == ("held" if fails == "closed" else "published")
    assert made.held_for == ("hook" if fails == "closed" else "")
    assert signal(made).evidence["failed"] == reason
    # Not a measure of speed: the drip would go on for three seconds.
    assert reason != "timeout" or took < 2.5


def test_no_redirect_is_followed(settings, article, alice):
    with serving(lambda _: answer({"outcome": "refuse"})) as inside:
        to = {"Location": inside.url}
        for status in ("301 Moved", "302 Found", "307 Temporary", "308 Permanent"):
            hook.PATIENCE.forget()
            with serving(partial(redirecting, status, to)) as server:
                settings.SCREENING_HOOK_URL = server.url
                made = make_comment(article, author=alice)
            assert signal(made).evidence["failed"] == "redirect"
    assert inside.requests == []


def redirecting(status, to, _request):
    return answer(b"", status=status, headers=to)


def test_nobody_there_is_no_answer(settings, article, alice):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.SCREENING_HOOK_URL = f"http://127.0.0.1:{port}/"
    assert signal(make_comment(article, author=alice)).evidence["failed"] == "unreachable"


def test_all_addresses_of_a_server_share_the_time(settings, article, alice, monkeypatch):
    shares = []

    def silent(address, seconds):
        shares.append((address[0], seconds))
        raise TimeoutError

    found = [(2, 1, 6, "", (f"192.0.2.{host}", 80)) for host in range(4)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)
    monkeypatch.setattr(socket, "create_connection", silent)
    settings.SCREENING_HOOK_URL, settings.SCREENING_SECONDS = "http://check.example/", 2
    assert signal(make_comment(article, author=alice)).evidence["failed"] == "timeout"
    assert [host for host, _seconds in shares] == [f"192.0.2.{host}" for host in range(4)]
    assert shares[0][1] <= 0.5


def test_who_fails_again_and_again_is_left_alone(settings, article, alice):
    with serving(lambda _: answer(b"", status="500 Oops")) as server:
        settings.SCREENING_HOOK_URL = server.url
        reasons = [signal(make_comment(article, author=alice)).evidence["failed"] for _ in range(5)]
    assert reasons == ["status 500"] * 3 + ["paused"] * 2
    assert len(server.requests) == 3


def test_nobody_is_asked_in_a_transaction(site_check, article, alice):
    server = site_check({"outcome": "publish"})
    with transaction.atomic(), pytest.raises(Unanswered, match="transaction"):
        post(server.url, b"", {}, seconds=1)
    with transaction.atomic():
        made = make_comment(article, author=alice)
    assert signal(made).evidence["failed"] == "transaction"
    assert server.requests == []


@pytest.mark.django_db(transaction=True)
def test_while_it_takes_its_time_others_write(settings, article, alice, bob):
    """What the check is asked about is in no transaction: SQLite's one writer waits for nobody."""
    written = []

    def slowly(_request):
        # On a connection of the server's own thread.
        from django.db import connection

        try:
            written.append(make_comment(article, author=dan_, source="Meanwhile.").pk)
        finally:
            connection.close()
        return answer({"outcome": "publish"})

    dan_ = article.post.author
    settings.SCREENING_SECONDS = 10
    with serving(slowly) as server:
        settings.SCREENING_HOOK_URL = server.url
        made = make_comment(article, author=alice)
    assert signal(made).outcome == "publish"
    assert Post.objects.filter(pk__in=written).count() == 1


# Akismet


@pytest.fixture
def akismet_says(settings, monkeypatch):
    settings.AKISMET_KEY = "k3y"
    running = []

    def saying(body, **kwargs):
        server = serving(lambda _request: answer(body, **kwargs))
        running.append(server)
        started = server.__enter__()
        monkeypatch.setattr(akismet, "HOST", started.url.removesuffix("/check"))
        return started

    yield saying
    for server in running:
        server.__exit__(None, None, None)


def test_akismet_has_spam_held(akismet_says, article, alice):
    server = akismet_says(b"true", headers={"X-akismet-pro-tip": "discard"})
    sending = Sending(address="203.0.113.5", agent="Browser")
    held, _new = post_comment(author=alice, article=article, source="Buy.", sending=sending)
    assert (held.state, held.held_for) == ("held", "akismet")
    found = Signal.objects.get(revision__post=held, step="akismet")
    assert found.evidence == {"spam": True, "blatant": True}
    assert b"user_ip=203.0.113.5" in server.bodies[0]
    assert b"comment_content=Buy." in server.bodies[0]
    assert b"example.org" not in server.bodies[0].replace(b"http%3A%2F%2F", b"")


@pytest.mark.parametrize("body", [b"invalid", b"", b"TRUE"])
def test_akismet_says_true_or_false(akismet_says, article, alice, body):
    akismet_says(body)
    made = make_comment(article, author=alice)
    found = Signal.objects.get(revision__post=made, step="akismet")
    assert (made.state, found.evidence) == ("published", {"failed": "malformed"})


def test_akismet_lets_through(akismet_says, article, alice):
    akismet_says(b"false")
    made = make_comment(article, author=alice)
    assert made.state == "published"
    assert Signal.objects.get(revision__post=made, step="akismet").evidence == {"spam": False}
