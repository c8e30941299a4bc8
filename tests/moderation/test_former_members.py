"""Whoever has erased their account: named in the language of whoever reads, and nowhere else."""

from __future__ import annotations

import pytest

from forum.accounts.erasing import erase_account
from forum.accounts.models import User, shown_name
from forum.moderation.actions import decide
from forum.moderation.models import Case
from tests import factories


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
