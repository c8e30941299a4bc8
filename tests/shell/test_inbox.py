"""The list of notifications."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.notifications.models import Notification
from tests import factories


@pytest.fixture
def told(article, alice, bob):
    """Alice was told of two answers by Bob, and Bob of one by Alice."""
    comment = factories.make_comment(article, author=alice)
    answer = factories.make_comment(article, author=bob, parent=comment)
    factories.make_comment(article, author=bob, parent=comment)
    factories.make_comment(article, author=alice, parent=answer)
    return list(Notification.objects.filter(recipient=alice))


def unread(person) -> int:
    return Notification.objects.filter(recipient=person, read_at=None).count()


def test_strangers_log_in_first(client, db):
    assert client.get("/notifications/").url == "/accounts/login/?next=/notifications/"
    assert client.post("/notifications/read/", {"up_to": 1}).status_code == 302


def test_wrong_methods(client, alice):
    client.force_login(alice)
    assert client.post("/notifications/").status_code == 405
    assert client.get("/notifications/read/").status_code == 405


def test_inbox_lists_own_notifications(client, told, alice):
    client.force_login(alice)
    html = client.get("/notifications/").content.decode()
    assert html.count("Bob Cratchit answered your response to") == 2
    assert "Alice Liddell answered" not in html
    assert told[0].path in html
    assert html.count("is-unread") == 2


def test_inbox_when_empty(client, alice):
    client.force_login(alice)
    html = client.get("/notifications/").content.decode()
    assert "Nothing new" in html
    assert "Mark all as read" not in html


def test_mark_read_is_one_persons_own(client, told, alice, bob):
    client.force_login(alice)
    response = client.post("/notifications/read/", {"up_to": told[0].pk})
    assert response.url == "/notifications/"
    assert unread(alice) == 0
    assert unread(bob) == 1
    assert "is-unread" not in client.get("/notifications/").content.decode()


def test_mark_read_twice_is_once(client, told, alice):
    client.force_login(alice)
    client.post("/notifications/read/", {"up_to": told[0].pk})
    before = set(Notification.objects.values_list("pk", "read_at"))
    client.post("/notifications/read/", {"up_to": told[0].pk})
    assert set(Notification.objects.values_list("pk", "read_at")) == before


def test_mark_read_spares_what_came_after_the_page(client, told, alice):
    client.force_login(alice)
    client.post("/notifications/read/", {"up_to": told[-1].pk})
    assert unread(alice) == 1


@pytest.mark.parametrize("up_to", ["", "all", "1.5", "9" * 40, "-1"])
def test_mark_read_survives_nonsense(client, told, alice, up_to):
    client.force_login(alice)
    response = client.post("/notifications/read/", {"up_to": up_to})
    assert response.status_code in (302, 400)


def test_inbox_has_pages_at_constant_cost(client, told, alice):
    client.force_login(alice)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/notifications/")
        return len(queries)

    few = cost()
    Notification.objects.bulk_create(
        Notification(
            recipient=alice,
            kind="outcome",
            key=f"k{n}",
            subject=f"No. {n}.",
            body="B",
            path="/",
        )
        for n in range(30)
    )
    assert cost() == few
    html = client.get("/notifications/").content.decode()
    assert "Page 1 of 2" in html
    assert "No. 29." in html
    assert "Bob Cratchit" not in html
    assert "Bob Cratchit" in client.get("/notifications/?page=2").content.decode()


def test_words_of_a_notification_are_text(client, alice):
    Notification.objects.create(
        recipient=alice, kind="decision", key="k", subject="<b>S", body="<script>x", path="/"
    )
    client.force_login(alice)
    html = client.get("/notifications/").content.decode()
    assert "&lt;b&gt;S" in html
    assert "<script>x" not in html
