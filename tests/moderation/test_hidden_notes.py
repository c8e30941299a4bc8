"""The words of a note that were hidden: nowhere for readers, whole for moderators."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forum.discussion.actions import revise_post
from forum.discussion.models import Post, Revision
from forum.lib.errors import Conflict, Forbidden
from forum.moderation.actions import decide
from forum.moderation.actions import reverse as turn_back
from forum.moderation.models import Decision
from tests import factories

WORDS = "Zanzibar is not mentioned."


@pytest.fixture
def note(article, alice) -> Post:
    return factories.make_annotation(article, author=alice, note=WORDS)


@pytest.fixture
def hidden(note, bob, carol, rules) -> Decision:
    case = factories.make_flag(note, flagger=bob).case
    return decide(
        moderator=carol,
        case=case,
        action="hide-note",
        version=case.version,
        rule=rules["civility"],
        reason="It mocks its readers.",
    )


@pytest.fixture
def addresses(article, note) -> list[str]:
    """Wherever the words of a note can be read."""
    return [
        article.get_absolute_url(),
        reverse("post-history", args=[note.pk]),
        reverse("post-revision", args=[note.pk, 1]),
        reverse("api-annotation", args=[note.pk]),
        reverse("api-annotations", args=[article.slug]),
        reverse("api-revision", args=[note.revisions.get(number=1).pk]),
        reverse("search") + "?q=Zanzibar",
        reverse("api-search") + "?q=Zanzibar",
        reverse("notes-feed", args=[article.slug]),
        reverse("oembed") + f"?url=http://127.0.0.1:8000{note.get_absolute_url()}",
    ]


def seen(client, addresses) -> list[str]:
    """Those of ``addresses`` where the words stand; the search says what was looked for."""
    whole = "is not mentioned"
    return [address for address in addresses if whole in client.get(address).content.decode()]


def test_they_can_be_read_before(client, note, addresses):
    assert len(seen(client, addresses)) >= 7


@pytest.mark.parametrize("reader", ["nobody", "alice", "bob", "dan", "erin"])
def test_nobody_reads_them(request, client, hidden, addresses, reader):
    if reader != "nobody":
        client.force_login(
            request.getfixturevalue(reader),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
    assert seen(client, addresses) == []


@pytest.mark.parametrize(("part", "reads"), [("here", True), ("elsewhere", False)])
def test_who_moderates_the_article_reads_them_and_who_moderates_another_does_not(
    as_, hidden, article, addresses, part, reads
):
    moderator = factories.make_user("part")
    elsewhere = factories.make_article(title="Elsewhere")
    factories.make_role(moderator, article=article if part == "here" else elsewhere)
    client = as_(moderator)
    own = [hidden.case.get_absolute_url(), reverse("decision", args=[hidden.pk])]
    found = seen(client, [*own, reverse("post-history", args=[hidden.case.post_id]), *addresses])
    assert {*own, addresses[1], addresses[5]} <= set(found) if reads else found == []


def test_its_mark_and_its_tags_stay(client, hidden, note, article):
    page = client.get(article.get_absolute_url()).content.decode()
    assert f"mark-{note.pk}" in page
    assert "Bias claim" in page


def test_not_in_an_export_either(client, hidden, article, dan):
    client.force_login(dan, backend="allauth.account.auth_backends.AuthenticationBackend")
    exported = client.get(reverse("export-download", args=[article.slug]) + "?format=csv")
    text = b"".join(exported.streaming_content) if exported.streaming else exported.content
    assert b"everyone knows" in text
    assert b"is not mentioned" not in text


def test_the_statement_and_moderators_have_them(client, hidden, note, alice, carol):
    assert hidden.revision.text == WORDS
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("decision", args=[hidden.pk])).content.decode()
    assert "is not mentioned" in page
    assert Revision.objects.visible_to(carol).filter(text=WORDS).exists()


def test_their_author_cannot_bring_them_back_but_a_reversal_does(
    client, hidden, note, alice, carol, addresses
):
    with pytest.raises(Forbidden):
        revise_post(editor=alice, post=Post.objects.get(pk=note.pk), source=WORDS)
    turn_back(decision=hidden, moderator=carol, basis="undo")
    assert len(seen(client, addresses)) >= 7
    assert (
        revise_post(editor=alice, post=Post.objects.get(pk=note.pk), source="Now.").text == "Now."
    )


def test_a_note_whose_words_are_a_response_has_none_to_hide(article, note, bob, carol, rules):
    words = factories.make_comment(article)
    Post.objects.filter(pk=note.pk).update(note_from=words)
    case = factories.make_flag(note, flagger=bob).case
    with pytest.raises(Conflict):
        decide(
            moderator=carol,
            case=case,
            action="hide-note",
            version=case.version,
            rule=rules["civility"],
            reason="It mocks its readers.",
        )
