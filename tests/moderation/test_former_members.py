"""Whoever has erased their account: named in the language of whoever reads, and nowhere else."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from forum.accounts.erasing import erase_account
from forum.accounts.models import User, shown_name
from forum.discussion.following.actions import follow, tell_followers
from forum.discussion.models import Post
from forum.moderation.actions import decide
from forum.moderation.models import Case
from forum.notifications.models import Notification
from tests import factories
from tests.test_architecture import templates


@pytest.fixture
def gone(article, alice, bob) -> Case:
    """A case on what Alice wrote and flagged, who has left it and gone."""
    note = factories.make_annotation(article, author=alice)
    factories.make_comment(article, author=alice, parent=note)
    comment = factories.make_comment(article, author=alice, source="About the ferry.")
    case = factories.make_flag(comment, flagger=bob).case
    factories.make_flag(factories.make_comment(article), flagger=alice)
    erase_account(person=User.objects.get(pk=alice.pk), posts="kept")
    return case


@pytest.mark.parametrize(
    ("language", "said", "other"),
    [("de", "Ehemaliges Mitglied", "Former member"), ("en", "Former member", "Ehemaliges")],
)
def test_is_named_in_the_language_of_the_reader(as_, gone, article, carol, language, said, other):
    client = as_(carol)
    client.cookies["language"] = language
    flagged = Case.objects.exclude(pk=gone.pk).get()
    addresses = [
        article.get_absolute_url(),
        gone.get_absolute_url(),
        flagged.get_absolute_url(),
        "/moderation/",
        "/search/?q=ferry",
        f"/articles/{article.slug}/respond/?parent={gone.post_id}",
    ]
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        assert said in page.text, address
        assert other not in page.text, address


def test_is_named_so_to_machines(as_, gone, article, carol, settings):
    """Feeds and oEmbed speak the site's language, the API that of whoever asks."""
    settings.LANGUAGE_CODE = "de"
    note = Post.objects.get(kind="annotation")
    site = settings.SITE_URL
    list_of = f"/api/v1/articles/{article.slug}/comments/"
    addresses = [
        f"/articles/{article.slug}/feed/",
        f"/articles/{article.slug}/notes/feed/",
        *(f"/oembed?url={site}/posts/{pk}/" for pk in (note.pk, gone.post_id)),
        list_of,
        f"/api/v1/articles/{article.slug}/annotations/",
        f"/api/v1/annotations/{note.pk}/",
        f"/api/v1/cases/{gone.pk}/",
        f"/api/v1/cases/{Case.objects.exclude(pk=gone.pk).get().pk}/priority/",
        "/api/v1/search/?q=ferry",
    ]
    for client in (as_(carol), Client()):
        for address in addresses:
            said = client.get(address, headers={"Accept-Language": "de"})
            if said.status_code == 401:
                continue
            # What narrows a search by a name is the name that is stored.
            text = str(said.json()["results"]) if "search" in address else said.text
            assert "Ehemaliges Mitglied" in text, address
            assert "Former member" not in text, address
    # What is kept of a list is kept for one language.
    said = Client().get(list_of, headers={"Accept-Language": "en"})
    assert "Former member" in said.text
    assert "Accept-Language" in said["Vary"]


def test_notices_name_them_in_the_language_of_their_recipient(article, alice, bob, erin):
    for reader, language in ((bob, "de"), (erin, "en"), (article.post.author, "")):
        reader.language = language
        reader.save(update_fields=["language"])
        follow(person=reader, article=article)
    factories.make_comment(article, author=alice, source="About the ferry.")
    tell_followers.call(article.pk, alice.pk)
    erase_account(person=alice, posts="kept")
    told = dict(Notification.objects.values_list("recipient__language", "subject"))
    assert told["de"].startswith("Ehemaliges Mitglied hat ")
    assert told["en"].startswith("Former member ")
    assert told[""].startswith("Former member ")


#: Of everybody who has done something, the name as it was then.
_SNAPSHOT = re.compile(r"\.\w+_name\b(?! ?\| ?named\b)")
_SHOWN = re.compile(r"\{\{.*?\}\}|\{%(?! *(?:el)?if\b).*?%\}", re.DOTALL)
#: What is called so as well, and nobody's that may be gone.
_OTHERS = {".public_name", ".display_name", ".site_name", ".field_name", ".url_name"}


def test_every_page_names_them_so():
    forgotten = {
        f"{path.name}: {name}"
        for path in templates()
        for part in _SHOWN.findall(path.read_text())
        for name in _SNAPSHOT.findall(part)
        if name not in _OTHERS
    }
    # Where it links to their profile.
    assert forgotten <= {"person.html: .author_name"}


def test_other_names_stay_as_they_are():
    for name in ("Ann", "", "Former members’ club", "A Former member", "Former member of it"):
        assert shown_name(name) == name
    assert shown_name("Former member 12") == "Former member 12"


@pytest.mark.parametrize("leaving", ["kept", "erased"])
def test_is_nowhere_by_name(as_, article, alice, bob, carol, rules, leaving):
    """Author, flagger and moderator, all of them gone."""
    comment = factories.make_comment(article, author=alice, source="About the ferry.")
    case = factories.make_flag(comment, flagger=bob, note="Bobwords.").case
    decide(
        moderator=carol, case=case, action="remove", version=case.version,
        rule=rules["civility"], reason="An insult.", note="Carolwords.",
    )  # fmt: skip
    names = [one.public_name for one in (alice, bob, carol)]
    names += [one.username for one in (alice, bob, carol)] + ["Bobwords"]
    reader = factories.make_user("zed", is_moderator=True)
    for person in (alice, bob, carol):
        erase_account(person=User.objects.get(pk=person.pk), posts=leaving)
    for address in (
        article.get_absolute_url(),
        case.get_absolute_url(),
        f"/api/v1/cases/{case.pk}/",
        "/api/v1/cases/",
        "/moderation/?tab=decided",
        "/moderation/log/",
        "/moderation/log.csv",
        "/moderation/log/feed/",
        "/api/v1/moderation-log/",
        "/moderation/oversight/",
        "/moderation/people/",
        f"/articles/{article.slug}/feed/",
    ):
        answer = as_(reader).get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200, address
        for name in names:
            assert name not in body.decode(), (address, name)
