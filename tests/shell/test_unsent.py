"""Words typed while nobody was logged in, such as after a session ran out: they wait."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.urls import reverse

from forum.lib import web
from tests import factories


@pytest.fixture
def comment(article, alice):
    return factories.make_comment(article, author=alice)


def sent_to_log_in(client, address, fields):
    """Send the form as a stranger; return the page that the log-in leads back to."""
    answer = client.post(address, fields)
    assert answer.status_code == 302
    login, _, back = answer.url.partition("?next=")
    assert login == reverse("account_login")
    return unquote(back)


def test_an_edit_waits_with_the_revision_it_began_from(client, comment, alice):
    address = reverse("post-edit", args=[comment.pk])
    back = sent_to_log_in(client, address, {"source": "New words.", "expected": "7"})
    assert back == address
    client.force_login(alice)
    form = client.get(back).context["form"]
    assert form["source"].value() == "New words."
    assert form["expected"].value() == "7"
    assert client.get(back).context["form"]["source"].value() == comment.current.source


def test_a_flag_waits(client, comment, bob):
    address = reverse("post-flag", args=[comment.pk])
    back = sent_to_log_in(client, address, {"reason": "spam", "note": "It sells tickets."})
    assert back == address
    client.force_login(bob)
    form = client.get(back).context["form"]
    assert (form["reason"].value(), form["note"].value()) == ("spam", "It sells tickets.")


def test_a_decision_waits_on_the_page_of_its_case(client, comment, carol, rules):
    case = factories.make_flag(comment).case
    typed = {"version": "1", "action": "remove", "reason": "It insults.", "note": "Third time."}
    back = sent_to_log_in(client, reverse("case-decide", args=[case.pk]), typed)
    # Not the address of the form, which cannot be fetched.
    assert back == reverse("case", args=[case.pk])
    client.force_login(carol)
    form = client.get(back).context["decision"]
    assert [form[name].value() for name in ("action", "reason", "note")] == [
        "remove",
        "It insults.",
        "Third time.",
    ]


@pytest.mark.parametrize(
    ("act", "field", "form"),
    [("place", "words", "form"), ("place", "reason", "form"), ("take-off", "reason", "off_form")],
)
def test_a_place_by_hand_waits(client, article, alice, erin, act, field, form):
    note = factories.make_annotation(article, author=alice)
    address = reverse("annotation-place", args=[note.pk])
    back = sent_to_log_in(client, address, {"act": act, field: "It is about the ferry."})
    assert back == address
    client.force_login(erin)
    shown = client.get(back).context
    assert shown[form][field].value() == "It is about the ferry."
    assert shown[form]["revision"].value() == str(article.post.current.pk)
    other = "off_form" if form == "form" else "form"
    assert not shown[other]["reason"].value()


def test_a_reply_waits_where_it_belongs_and_nowhere_else(client, article, comment, bob):
    address = reverse("respond", args=[article.slug])
    back = sent_to_log_in(client, address, {"source": "My reply.", "parent": str(comment.pk)})
    assert back == f"{address}?parent={comment.pk}"
    client.force_login(bob)
    assert not client.get(address).context["form"]["source"].value()
    assert client.get(back).context["form"]["source"].value() == "My reply."


def test_words_do_not_wait_for_whoever_comes_next_day(client, article, bob, monkeypatch):
    address = reverse("respond", args=[article.slug])
    monkeypatch.setattr(web, "UNSENT_FOR", -1)
    sent_to_log_in(client, address, {"source": "My reply."})
    client.force_login(bob)
    assert not client.get(address).context["form"]["source"].value()
    assert "unsent" not in client.session


@pytest.mark.parametrize("name", ["notifications-read", "you"])
def test_other_forms_keep_nothing(client, db, name):
    client.post(reverse(name), {"note": "x", "source": "y", "reason": "z"})
    assert "unsent" not in client.session
