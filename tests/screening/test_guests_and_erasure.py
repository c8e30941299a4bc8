"""What guests write is looked at twice; what an erased account leaves of signals."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse

from forum.accounts.erasing import erase_account
from forum.guests import forms
from forum.guests.actions import confirm, respond_as_guest
from forum.lib.errors import Refused
from forum.screening import hook
from forum.screening.models import Signal
from tests.factories import make_comment, make_word_list
from tests.screening.hostile import answer, serving


@pytest.fixture
def respond(settings, article):
    settings.GUEST_RESPONSES = "always"

    def send(source="A boat.", name="Gwen", **fields):
        return respond_as_guest(
            article=article, name=name, email="gwen@example.org", source=source, **fields
        )

    return send


def steps(post) -> dict[str, str]:
    return dict(Signal.objects.filter(revision__post=post).values_list("step", "outcome"))


def test_a_guest_is_refused_by_words_and_by_name(respond, rules):
    make_word_list("ferry", "duke", kind="banned", rule="civility")
    for field, said in {"source": {"source": "A ferry."}, "name": {"name": "The D u k e"}}.items():
        with pytest.raises(Refused) as refused:
            respond(**said)
        assert refused.value.field == field


def test_the_form_of_a_guest_keeps_the_words(client, respond, article, monkeypatch):
    monkeypatch.setattr(forms, "QUICKEST", 0)
    make_word_list("ferry", kind="banned")
    sent = {"source": "A *ferry*.", "name": "Gwen", "email": "g@example.org"}
    sent["began"] = forms.stamp()
    answered = client.post(reverse("respond", args=[article.slug]), sent)
    assert answered.status_code == 400
    page = unescape(answered.content.decode())
    assert "something in it is not allowed here" in page
    assert "A *ferry*." in page


def test_confirmed_it_has_signals_and_waits(respond):
    make_word_list("boat", kind="suspect")
    post = confirm(respond())
    assert (post.state, post.held_for) == ("held", "guest")
    assert steps(post) == {
        "article": "publish",
        "guest": "hold",
        "words": "hold",
        "links": "publish",
    }


def test_what_is_banned_meanwhile_waits_all_the_same(respond):
    guest = respond()
    make_word_list("boat", kind="banned")
    post = confirm(guest)
    assert post.state == "held"
    assert steps(post)["words"] == "hold"


def test_other_servers_are_asked_once_it_is_confirmed(respond, settings):
    settings.SCREENING_HOOK_SECRET = "not so secret"
    hook.PATIENCE.forget()
    with serving(lambda _request: answer({"outcome": "refuse"})) as server:
        settings.SCREENING_HOOK_URL = server.url
        guest = respond()
        assert server.requests == []
        post = confirm(guest)
    assert len(server.requests) == 1
    assert b"gwen@example.org" not in server.bodies[0]
    assert steps(post)["hook"] == "hold"


@pytest.mark.parametrize("posts", ["erased", "kept"])
def test_what_signals_say_of_erased_words_goes_and_of_the_person(article, alice, bob, posts):
    make_word_list("monoplane", kind="suspect")
    mine = make_comment(article, author=alice, source="A m0n0plane at https://aero.example/.")
    other = make_comment(article, author=bob, source="A monoplane.")
    erase_account(person=alice, posts=posts)
    said = dict(Signal.objects.filter(revision__post=mine).values_list("step", "evidence"))
    assert len(said) == 6
    assert (said["newcomer"], said["removals"]) == ({}, {})
    assert [bool(said[step]) for step in ("words", "links")] == [posts == "kept"] * 2
    assert Signal.objects.get(revision__post=other, step="words").evidence["hits"]
