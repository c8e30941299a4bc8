"""Words that were replaced while their post was held: for their author and moderators, for good."""

from __future__ import annotations

import pytest
from django.urls import reverse

from annotations.exports.rows import annotation_rows
from forum.discussion.actions import revise_post
from forum.discussion.models import Post, State
from forum.moderation.actions import decide
from tests import factories

WORDS = "Zanzibar is not mentioned."
CALM = "One island is not mentioned."
#: What is said that readers cannot have seen, or shall not find one step behind what they see.
HOW = ["held at first", "held after an edit", "hidden until changed", "hidden by flags"]


def _decide(case, moderator, action, **more):
    case.refresh_from_db()
    return decide(moderator=moderator, case=case, action=action, version=case.version, **more)


@pytest.fixture(params=HOW)
def post(request, article, alice, bob, carol, rules) -> Post:
    """A response of Alice's that was changed while it was held and has then been let stand."""
    first = "Good." if request.param == "held after an edit" else WORDS
    post = factories.make_comment(article, author=alice, source=first)
    if request.param == "held after an edit":
        revise_post(editor=alice, post=post, source=WORDS)
        Post.objects.filter(pk=post.pk).update(state=State.HIDDEN, held_for="edited")
    elif request.param == "hidden until changed":
        case = factories.make_flag(post, flagger=bob).case
        grounds = {"rule": rules["civility"], "reason": "Please say it kindly."}
        _decide(case, carol, "ask-revision", hide=True, **grounds)
    else:
        state = State.HELD if request.param == "held at first" else State.HIDDEN
        Post.objects.filter(pk=post.pk).update(state=state, held_for="newcomer")
    post = Post.objects.get(pk=post.pk)
    assert post.waits
    revise_post(editor=alice, post=post, source=CALM)
    Post.objects.filter(pk=post.pk).update(state=State.PUBLISHED, held_for="")
    return Post.objects.get(pk=post.pk)


@pytest.fixture
def addresses(post) -> list[str]:
    """Wherever an earlier text can be read."""
    old = post.revisions.get(text=WORDS)
    return [
        reverse("post-history", args=[post.pk]),
        reverse("post-history", args=[post.pk]) + f"?revision={old.number}",
        reverse("post-history", args=[post.pk]) + f"?from={old.number}&to={old.number + 1}",
        reverse("api-revision", args=[old.pk]),
    ]


@pytest.mark.parametrize(
    ("reader", "reads"),
    [("nobody", False), ("bob", False), ("dan", False), ("alice", True), ("carol", True)],
)
def test_their_author_and_moderators_read_them_and_nobody_else(
    request, client, post, addresses, reader, reads
):
    if reader != "nobody":
        client.force_login(
            request.getfixturevalue(reader),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
    answers = [client.get(address) for address in addresses]
    assert ["Zanzibar" in answer.content.decode() for answer in answers] == [reads] * len(answers)
    assert {answer.status_code for answer in answers[1:]} == {200 if reads else 404}
    assert CALM in client.get(post.get_absolute_url(), follow=True).content.decode()


def test_what_was_read_before_stays_readable(client, article, alice):
    post = factories.make_comment(article, author=alice, source="Good.")
    revise_post(editor=alice, post=post, source="Better.")
    assert "Good." in client.get(f"{reverse('post-history', args=[post.pk])}?revision=1").text


def test_notes_on_them_are_exported_with_what_they_quote(article, bob, alice, post):
    note = factories.make_annotation(post, author=bob, quote="island")
    Post.objects.filter(pk=post.pk).update(state=State.HELD, held_for="newcomer")
    revise_post(editor=alice, post=Post.objects.get(pk=post.pk), source="An island is named.")
    Post.objects.filter(pk=post.pk).update(state=State.PUBLISHED, held_for="")
    rows = {row.annotation_id: row for row in annotation_rows(article, reader=bob)}
    assert rows[note.pk].quote == "island"
