"""Which language the site speaks to whom, and what that means to the pages it keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from annotations.page import kept
from forum.discussion.actions import post_comment
from forum.discussion.templatetags.times import time_tag
from forum.lib import words
from forum.lib.interface import spoken_to
from forum.lib.words import number
from forum.moderation.models import Event
from forum.notifications.models import Notification
from tests.factories import make_comment

CHOOSE = "/language/"


@pytest.fixture
def german() -> Client:
    client = Client()
    client.cookies["language"] = "de"
    return client


def html_of(response) -> str:
    return str(response.content.decode())


def test_the_site_speaks_its_own_language_whatever_the_browser_prefers(client, db):
    page = client.get(reverse("home"), headers={"Accept-Language": "de"})
    assert '<html lang="en">' in html_of(page)


def test_a_stranger_chooses_a_language_and_comes_back_to_where_they_were(client, article):
    page = client.get(CHOOSE, headers={"Referer": f"http://testserver/articles/{article.slug}/"})
    assert f'value="http://testserver/articles/{article.slug}/"' in html_of(page)
    back = client.post(CHOOSE, {"language": "de", "next": f"/articles/{article.slug}/"})
    assert back.url == f"/articles/{article.slug}/"
    assert '<html lang="de"' in html_of(client.get(back.url))
    client.post(CHOOSE, {"language": "en"})
    assert '<html lang="en">' in html_of(client.get(back.url))


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", CHOOSE, ""])
def test_the_way_back_stays_on_this_site(client, db, address):
    assert client.post(CHOOSE, {"language": "de", "next": address}).url == "/"


@pytest.mark.parametrize("code", ["", "xx", "de-AT", "<b>"])
def test_a_language_that_is_not_offered_is_refused(client, db, code):
    assert client.post(CHOOSE, {"language": code}).status_code == 400
    client.cookies["language"] = code
    assert '<html lang="en">' in html_of(client.get("/"))


def test_it_is_remembered_with_the_account_and_goes_to_the_next_browser(client, alice):
    client.force_login(alice)
    client.post(CHOOSE, {"language": "de"})
    alice.refresh_from_db()
    assert alice.language == "de"
    elsewhere = Client()
    alice.set_password("correct horse")
    alice.save()
    answer = elsewhere.post(
        reverse("account_login"), {"login": alice.username, "password": "correct horse"}
    )
    assert answer.status_code == 302
    assert elsewhere.cookies["language"].value == "de"


def test_who_logs_in_where_another_language_was_chosen_gets_it_with_the_account(german, alice):
    alice.set_password("correct horse")
    alice.save()
    german.post(reverse("account_login"), {"login": alice.username, "password": "correct horse"})
    alice.refresh_from_db()
    assert alice.language == "de"


def test_what_somebody_is_told_is_in_their_language(db, alice, bob):
    alice.language = "de"
    bob.language = "xx"
    with translation.override("de"), spoken_to(bob):
        assert translation.get_language() == "en"
    with spoken_to(alice):
        assert translation.get_language() == "de"
    assert translation.get_language() == "en"


# Pages that are kept


@pytest.fixture
def address(article, alice) -> str:
    make_comment(article, author=alice)
    return reverse("article", args=[article.slug])


def test_a_public_page_is_kept_once_in_each_language(client, german, address):
    kept.PAGES.clear()
    english, other = client.get(address), german.get(address)
    assert english.content != other.content
    assert english["ETag"] != other["ETag"]
    assert len(kept.PAGES) == 2
    assert client.get(address).content == english.content
    assert german.get(address).content == other.content
    assert len(kept.PAGES) == 2


def test_a_page_of_another_language_is_no_answer_to_a_cache(client, german, address):
    english, other = client.get(address), german.get(address)
    assert client.get(address, headers={"If-None-Match": english["ETag"]}).status_code == 304
    assert german.get(address, headers={"If-None-Match": other["ETag"]}).status_code == 304
    # Somebody has chosen another language since, or another reader asks through the same cache.
    assert german.get(address, headers={"If-None-Match": english["ETag"]}).status_code == 200
    assert client.get(address, headers={"If-None-Match": other["ETag"]}).status_code == 200


def test_only_the_language_of_the_site_is_for_every_cache(client, german, address):
    english, other = client.get(address), german.get(address)
    assert (english["Cache-Control"], english["Vary"]) == ("no-cache", "Accept-Encoding")
    assert other["Cache-Control"] == "private, no-cache"
    assert other["Vary"] == "Accept-Encoding, Cookie"


def test_what_changes_is_new_in_every_language(client, german, address, article, alice):
    for reader in (client, german):
        reader.get(address)
    make_comment(article, author=alice, source="Something else.")
    assert "Something else." in html_of(client.get(address))
    assert "Something else." in html_of(german.get(address))


def test_an_article_that_is_public_no_more_is_kept_in_no_language(client, german, address, article):
    for reader in (client, german):
        reader.get(address)
    article.post.state = "removed"
    article.post.save(update_fields=["state"])
    type(article).objects.filter(pk=article.pk).update(activity=article.activity + 1)
    assert client.get(address).status_code == 404
    assert len(kept.PAGES) == 0


def test_news_in_one_language_are_not_taken_for_those_in_another(client, german, article, bob):
    make_comment(article, author=bob)
    address = reverse("article-news", args=[article.slug])
    asked = {"newest": "0", "words": "0", "show": "1"}
    english = client.get(address, asked)
    etag = english["ETag"]
    assert client.get(address, asked, headers={"If-None-Match": etag}).status_code == 304
    other = german.get(address, asked, headers={"If-None-Match": etag})
    assert other.status_code == 200
    assert "Antworten" in html_of(other)
    assert "Cookie" in english["Vary"]


def test_what_others_embed_is_in_the_language_of_the_site_whoever_asks(
    client, german, article, bob, settings
):
    post = make_comment(article, author=bob)
    address = settings.SITE_URL + post.get_absolute_url()
    asked = {"url": address}
    said = german.get(reverse("oembed"), asked)
    assert "max-age" in said["Cache-Control"]
    assert said.json() == client.get(reverse("oembed"), asked).json()


@pytest.mark.parametrize(("chosen", "said"), [("de", "Passwort"), ("", "password")])
def test_who_forgot_their_password_is_written_to_in_their_language(
    client, alice, mailoutbox, chosen, said
):
    alice.language = chosen
    alice.save()
    client.post(reverse("account_reset_password"), {"email": alice.email})
    (message,) = mailoutbox
    assert said in message.subject
    assert said in message.body


@pytest.mark.parametrize("name", ["article-feed", "notes-feed"])
def test_feeds_are_in_the_language_of_the_site_whoever_asks(client, german, article, alice, name):
    make_comment(article, author=alice)
    address = reverse(name, args=[article.slug])
    assert german.get(address).content == client.get(address).content


# What is sent


def test_who_is_told_reads_it_in_their_language(
    article, alice, bob, carol, mailoutbox, django_capture_on_commit_callbacks
):
    for person, language in ((alice, "de"), (carol, "en")):
        person.language = language
        person.save(update_fields=["language"])
    asked, other = make_comment(article, author=alice), make_comment(article, author=carol)
    with django_capture_on_commit_callbacks(execute=True):
        for answered in (asked, other):
            post_comment(author=bob, article=article, parent=answered, source="Is that so?")
    to = {mail.to[0]: mail for mail in mailoutbox}
    assert "hat auf deine Antwort geantwortet" in to[alice.email].subject
    assert "Welche E-Mails du bekommst" in to[alice.email].body
    assert "answered your response" in to[carol.email].subject
    assert "Which e-mails you get" in to[carol.email].body
    told = Notification.objects.get(recipient=alice)
    assert told.body.startswith("Bob Cratchit hat auf deine Antwort")


def test_the_log_of_a_case_is_in_the_language_of_the_site(german, article, alice, bob):
    comment = make_comment(article, author=alice)
    german.force_login(bob)
    german.post(reverse("post-flag", args=[comment.pk]), {"reason": "spam"})
    details = Event.objects.values_list("detail", flat=True)
    assert "It is spam or advertising" in details


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [("en", 3, "3 days ago"), ("de", 3, "vor 3 Tagen"), ("de", 1, "vor 1 Tag")],
)
def test_how_long_ago_something_was(language, days, said):
    with translation.override(language):
        assert said in time_tag(timezone.now() - timedelta(days=days))


def test_dates_and_numbers_are_as_their_language_writes_them():
    then = datetime(2026, 2, 9, 8, 5, tzinfo=UTC)
    for language, day in (("en", "9 Feb 2026"), ("de", "9. Feb 2026")):
        with translation.override(language):
            assert f">{day}<" in time_tag(then)
    with translation.override("de"):
        assert "9. Februar 2026, 08:05 UTC" in time_tag(then)
        assert number(1234567) == "1.234.567"
        assert words.ngettext("%(number)s note", "%(number)s notes", 2) == "%(number)s Anmerkungen"


def test_an_article_without_a_language_is_in_that_of_the_site(client, german, address):
    assert 'id="text" dir="ltr"' in html_of(client.get(address))
    assert 'id="text" lang="en" dir="ltr"' in html_of(german.get(address))
