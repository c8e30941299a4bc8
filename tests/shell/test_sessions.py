"""Where one is logged in: the list, ending one or all others, and what ends them by itself."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.accounts.actions import SESSIONS_LISTED
from forum.accounts.models import Session
from forum.accounts.sessions import SessionStore, this_hour
from tests.factories import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
SESSIONS = "/you/sessions/"
NEW = {"password1": "quite another horse", "password2": "quite another horse"}


def log_in(person, agent=FIREFOX) -> Client:
    """Somebody who has logged in by the form, with a program."""
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/you/").status_code == 200


@pytest.fixture
def desk(alice):
    """Alice's computer."""
    return log_in(alice)


@pytest.fixture
def phone(alice):
    """Alice's telephone."""
    return log_in(alice, PHONE)


def rows(html: str) -> list[str]:
    return re.findall(r'<li class="list-item.*?</li>', html, re.S)


def handle_in(html):
    return re.findall(r'name="end" value="(\w+)"', html)[0]


# The list


def test_the_list_says_where_and_marks_this_one(desk, phone, bob):
    log_in(bob)
    listed = rows(desk.get(SESSIONS).content.decode())
    assert len(listed) == 2
    (here,) = [row for row in listed if "This one" in row]
    (there,) = [row for row in listed if "This one" not in row]
    assert "Firefox on Linux" in here
    assert 'name="end"' not in here
    assert "Safari on iPhone" in there
    assert "used within the last hour" in there
    assert "logged in" in there


def test_the_list_is_for_who_is_logged_in(client, db):
    assert client.get(SESSIONS).url == f"/accounts/login/?next={SESSIONS}"
    assert client.post(SESSIONS, {"others": "1"}).status_code == 302


def test_no_key_of_a_session_is_on_the_page(desk, phone):
    html = desk.get(SESSIONS).content.decode()
    for client in (desk, phone):
        assert client.session.session_key not in html


def test_a_program_without_a_name_is_listed_too(alice):
    client = log_in(alice, "")
    assert "A program that does not say what it is" in client.get(SESSIONS).content.decode()


def test_the_list_takes_as_many_queries_for_many_sessions(desk, alice):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(SESSIONS)
        return len(queries)

    few = count()
    for _ in range(4):
        log_in(alice)
    assert count() == few


def test_the_list_ends(desk, alice):
    first = desk.session
    for number in range(SESSIONS_LISTED + 5):
        store = SessionStore()
        store.update(first.items())
        store["number"] = number
        store.save()
    assert len(rows(desk.get(SESSIONS).content.decode())) == SESSIONS_LISTED
    desk.post(SESSIONS, {"others": "1"})
    assert len(rows(desk.get(SESSIONS).content.decode())) == 1
    assert is_in(desk)


def test_sessions_of_nobody_belong_to_nobody(client, db):
    session = client.session
    session["unsent"] = {}
    session.save()
    (row,) = Session.objects.all()
    assert (row.user, row.began_at, row.seen_at, row.browser) == (None, None, None, "")


# Addresses


@pytest.mark.parametrize("kept", [False, True])
def test_addresses_are_kept_where_the_site_says_so(settings, alice, kept):
    settings.KEEP_IP_ADDRESSES = kept
    client = log_in(alice)
    assert (Session.objects.get().address == "127.0.0.1") is kept
    assert ("127.0.0.1" in client.get(SESSIONS).content.decode()) is kept


def test_addresses_kept_before_are_not_shown_once_the_site_says_no(settings, alice):
    settings.KEEP_IP_ADDRESSES = True
    client = log_in(alice)
    settings.KEEP_IP_ADDRESSES = False
    assert "127.0.0.1" not in client.get(SESSIONS).content.decode()


# Ending


def test_one_is_ended(desk, phone):
    response = desk.post(
        SESSIONS, {"end": handle_in(desk.get(SESSIONS).content.decode())}, follow=True
    )
    html = response.content.decode()
    assert "You are logged out of “Safari on iPhone”." in html
    assert len(rows(html)) == 1
    assert is_in(desk)
    assert not is_in(phone)


def test_all_others_are_ended(desk, phone, alice, bob):
    tablet, other = log_in(alice, PHONE), log_in(bob)
    html = desk.post(SESSIONS, {"others": "1"}, follow=True).content.decode()
    assert "You are logged out of 2 other sessions." in html
    assert "Log out everywhere else" not in html
    assert [is_in(client) for client in (desk, phone, tablet, other)] == [True, False, False, True]


def test_nobody_ends_the_session_of_another(desk, phone, bob):
    handle = handle_in(desk.get(SESSIONS).content.decode())
    assert log_in(bob).post(SESSIONS, {"end": handle}).status_code == 404
    assert is_in(phone)


@pytest.mark.parametrize(
    ("form", "status"),
    [({}, 400), ({"end": ""}, 400), ({"end": "é\u2028"}, 404), ({"end": "0"}, 404)],
)
def test_what_names_no_session_ends_none(desk, phone, form, status):
    assert desk.post(SESSIONS, form).status_code == status
    assert is_in(desk)
    assert is_in(phone)


def test_one_that_has_ended_meanwhile_is_told(desk, phone):
    handle = handle_in(desk.get(SESSIONS).content.decode())
    phone.post("/accounts/logout/")
    assert desk.post(SESSIONS, {"end": handle}).status_code == 404


# What ends by itself


def test_logging_out_ends_it(desk, phone):
    phone.post("/accounts/logout/")
    assert len(rows(desk.get(SESSIONS).content.decode())) == 1


def test_one_that_ran_out_is_not_listed(desk, phone):
    key = phone.session.session_key
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert len(rows(desk.get(SESSIONS).content.decode())) == 1
    call_command("clearsessions")
    assert not Session.objects.filter(pk=key).exists()


def test_a_new_password_ends_the_others(desk, phone, alice):
    desk.post("/accounts/password/change/", NEW | {"oldpassword": PASSWORD})
    assert is_in(desk)
    assert not is_in(phone)
    assert Session.objects.filter(user=alice).count() == 1


def test_a_password_that_is_refused_ends_nothing(desk, phone):
    desk.post("/accounts/password/change/", NEW | {"oldpassword": "wrong"})
    assert is_in(desk)
    assert is_in(phone)


def test_a_password_that_was_reset_ends_all(client, desk, phone, alice, mailoutbox):
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = re.search(r"http://\S+(/accounts/password/reset/key/\S+)", mailoutbox[-1].body)
    assert link
    page = client.get(link.group(1), follow=True)
    client.post(page.request["PATH_INFO"], NEW)
    assert not is_in(desk)
    assert not is_in(phone)
    assert not Session.objects.filter(user=alice).exists()


def test_a_password_set_by_those_who_run_the_site_leaves_none_in_the_list(desk, phone, alice):
    alice.set_password("theirs, not hers")
    alice.save(update_fields=["password"])
    alice.refresh_from_db()
    other = Client(headers={"User-Agent": FIREFOX})
    other.post("/accounts/login/", {"login": "alice", "password": "theirs, not hers"})
    assert len(rows(other.get(SESSIONS).content.decode())) == 1
    assert not is_in(phone)


def test_deleting_an_account_ends_its_sessions(desk, alice):
    alice.delete()
    assert not Session.objects.exists()
    assert not is_in(desk)


# Last used


def long_ago(client) -> datetime:
    """The session was last used hours ago."""
    then = this_hour() - timedelta(hours=5)
    Session.objects.filter(pk=client.session.session_key).update(seen_at=then)
    return then


def writes(client, address) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_use_is_noted_once_an_hour(desk):
    long_ago(desk)
    assert len(writes(desk, "/you/")) == 1
    assert writes(desk, "/you/") == []
    assert Session.objects.get().seen_at == this_hour()


def test_others_see_when_one_was_last_used(desk, phone):
    long_ago(phone)
    (there,) = [row for row in rows(desk.get(SESSIONS).content.decode()) if "iPhone" in row]
    assert "last used" in there
    assert "5\u00a0hours ago" in there


def test_a_page_that_knows_nobody_notes_nothing(desk, article):
    then = long_ago(desk)
    assert writes(desk, article.get_absolute_url()) == []
    assert Session.objects.get().seen_at == then


def test_what_a_session_began_with_stays(desk):
    before = Session.objects.get()
    session = desk.session
    session["unsent"] = {"page": "/"}
    session.save()
    desk.headers = {"User-Agent": PHONE}
    long_ago(desk)
    desk.get("/you/", headers={"User-Agent": PHONE})
    after = Session.objects.get()
    assert (after.began_at, after.device) == (before.began_at, "Firefox on Linux")
