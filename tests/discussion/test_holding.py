"""What is held for a moderator, and that its author is told why, at once and later."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from forum.discussion import holding
from forum.discussion.actions import reinstate_post, revise_post, withdraw_post
from forum.discussion.following.actions import follow, tell_followers, tell_followers_of
from forum.discussion.models import Article, Post
from forum.moderation.actions import decide, reopen
from forum.moderation.models import Case
from forum.notifications.models import Notification
from forum.screening.outcomes import Finding, Outcome
from forum.screening.submission import Step, nothing_said
from tests.factories import make_annotation, make_comment


@pytest.fixture
def article(article):
    """One under which everything is read by a moderator first."""
    Article.objects.filter(pk=article.pk).update(premoderated=True)
    article.refresh_from_db()
    return article


@pytest.fixture
def held(article, alice):
    return make_comment(article, author=alice, source="The *ferry* matters.")


def text(response) -> str:
    return unescape(response.content.decode())


def let_through(post, moderator, action="keep", **fields):
    case = Case.objects.get(post=post)
    if case.state == "closed":
        # It was withdrawn; a moderator may still decide about it.
        reopen(moderator=moderator, case=case, version=case.version, reason="All the same.")
    decide(moderator=moderator, case=case, action=action, version=case.version, **fields)
    post.refresh_from_db()


def as_it_was_let_through(post, carol):
    let_through(post, carol)
    assert (post.state, post.held_for) == ("published", "")
    return post


def test_it_waits_with_a_case_that_says_why(held, carol, bob):
    assert (held.state, held.held_for) == ("held", "premoderated")
    case = Case.objects.get(post=held)
    assert [event.detail for event in case.events.all()] == [
        "Everything written under this article is held."
    ]
    assert not Post.objects.visible_to(bob).filter(pk=held.pk).exists()


def test_moderators_find_it_in_the_queue_with_its_reason(client, held, carol):
    client.force_login(carol)
    why = "Everything written under this article is held."
    assert why in text(client.get(reverse("moderation") + "?tab=held"))
    case = Case.objects.get(post=held)
    assert why in text(client.get(case.get_absolute_url()))
    let_through(held, carol)
    assert "Held for review" not in text(client.get(case.get_absolute_url()))


def test_its_author_is_told_at_once_and_wherever_they_find_it(client, article, alice):
    client.force_login(alice)
    why = "Everything written under this article is read by a moderator first."
    sent = {"source": "The *ferry* matters.", "parent": article.pk}
    answer = client.post(reverse("respond", args=[article.slug]), sent, follow=True)
    post = Post.objects.get(author=alice)
    assert answer.redirect_chain[-1][0] == post.get_absolute_url()
    assert "Held for review" in text(answer)
    assert why in text(answer)
    assert why in text(client.get(reverse("you")))
    personal = client.get(reverse("article-personal", args=[article.slug])).json()
    assert why in personal["waiting"]
    assert "<em>ferry</em>" in personal["waiting"]
    links = {link["label"]: link["href"] for link in personal["own"][0]["links"]}
    assert list(links) == ["Edit", "Withdraw", "Why it waits"]
    assert why in text(client.get(links["Why it waits"]))
    for address in (links["Edit"], links["Withdraw"]):
        assert client.get(address).status_code == 200


def test_nobody_else_sees_a_sign_of_it(client, article, held, bob):
    follow(person=bob, article=article)
    for person in (None, bob):
        if person:
            client.force_login(person)
        page = text(client.get(article.get_absolute_url()))
        assert "ferry* matters" not in page
        assert f"comment-{held.pk}" not in page
        assert client.get(held.get_absolute_url()).status_code == 404
    personal = client.get(reverse("article-personal", args=[article.slug])).json()
    assert personal["waiting"] == ""
    assert not Notification.objects.exists()


def test_once_let_through_it_is_told_to_those_it_is_for_once(article, alice, bob, carol):
    follow(person=carol, article=article)
    first = as_it_was_let_through(make_comment(article, author=bob), carol)
    answer = make_comment(article, author=alice, parent=first)
    # Later ones are told of before it is: it is not left out for that.
    later = as_it_was_let_through(make_comment(article, author=bob), carol)
    tell_followers.call(article.pk)
    assert not Notification.objects.filter(recipient=bob, kind="reply").exists()
    let_through(answer, carol)
    tell_followers_of.call(answer.pk)
    assert Notification.objects.filter(recipient=bob, kind="reply").count() == 1
    told = Notification.objects.filter(recipient=carol, kind="followed")
    assert set(told.values_list("post", flat=True)) == {first.pk, answer.pk, later.pk}
    tell_followers.call(article.pk)
    assert tell_followers_of.call(answer.pk) == 0
    assert told.count() == 3
    decided = Notification.objects.get(recipient=alice, kind="decision")
    assert "was held for review" in decided.subject


def test_the_page_has_it_as_soon_as_it_is_let_through(client, article, held, carol):
    assert "<em>ferry</em>" not in text(client.get(article.get_absolute_url()))
    let_through(held, carol)
    assert "<em>ferry</em>" in text(client.get(article.get_absolute_url()))


def test_those_who_review_and_publish_wait_for_nobody(article, carol, dan, erin, frances, sam):
    for person in (carol, dan, erin, frances):
        assert make_comment(article, author=person).state == "published"
    assert make_comment(article, author=sam).state == "held"


def test_notes_are_held_unless_they_are_private(client, article, alice, bob):
    public = make_annotation(article, author=alice)
    private = make_annotation(article, author=alice, audience="private")
    assert (public.state, private.state) == ("held", "published")
    client.force_login(alice)
    personal = client.get(reverse("article-personal", args=[article.slug])).json()
    assert "Held for review" in personal["notes"]
    assert personal["waiting"] == ""
    assert f"note-{public.pk}" not in text(client.get(article.get_absolute_url()))


def test_a_newcomer_waits_until_so_many_are_let_through(settings, dan, article, alice, carol):
    Article.objects.filter(pk=article.pk).update(premoderated=False)
    article.refresh_from_db()
    settings.HOLD_FIRST_POSTS = 2
    for _ in range(2):
        post = make_comment(article, author=alice)
        assert (post.state, post.held_for) == ("held", "newcomer")
        let_through(post, carol)
    assert make_comment(article, author=alice).state == "published"
    assert make_comment(article, author=dan).state == "published"


# Edits


def test_what_waits_can_be_edited_and_withdrawn_and_waits_again(held, alice, carol):
    version = Case.objects.get(post=held).version
    revise_post(editor=alice, post=held, source="The tram matters.")
    assert Case.objects.get(post=held).version > version
    assert held.current.mark == 0
    withdraw_post(author=alice, post=held)
    reinstate_post(author=alice, post=held)
    held.refresh_from_db()
    assert (held.state, held.held_for) == ("held", "premoderated")


def test_what_was_taken_back_before_anybody_saw_it_leaves_no_trace(
    client, article, held, alice, bob
):
    withdraw_post(author=alice, post=held)
    assert not Post.objects.stubs_for(bob).filter(pk=held.pk).exists()
    assert f"comment-{held.pk}" not in text(client.get(article.get_absolute_url()))
    assert client.get(held.get_absolute_url()).status_code == 404


def test_what_others_had_seen_leaves_one_though_its_edit_waited(article, held, alice, bob, carol):
    let_through(held, carol)
    revise_post(editor=alice, post=held, source="Buy *this* instead.")
    withdraw_post(author=alice, post=held)
    assert Post.objects.stubs_for(bob).filter(pk=held.pk).exists()


def test_whom_an_edit_mentions_hears_of_it_once_it_is_let_through(article, held, alice, bob, carol):
    let_through(held, carol)
    revise_post(editor=alice, post=held, source="Ask @bob.")
    told = Notification.objects.filter(recipient=bob, kind="mention")
    assert not told.exists()
    let_through(held, carol)
    assert told.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_let_through_while_it_was_withdrawn_is_told_when_it_is_put_back(
    article, alice, bob, carol, erin
):
    follow(person=erin, article=article)
    held = make_comment(article, author=alice, source="Ask @bob.")
    withdraw_post(author=alice, post=held)
    let_through(held, carol)
    told = Notification.objects.filter(post=held).exclude(recipient=alice)
    assert not told.exists()
    for _ in range(2):
        reinstate_post(author=alice, post=held)
        assert held.state == "published"
        assert sorted(told.values_list("recipient__username", flat=True)) == ["bob", "erin"]
        withdraw_post(author=alice, post=held)


def test_withdrawing_is_no_way_around_a_moderator(held, alice, carol, rules):
    withdraw_post(author=alice, post=held)
    let_through(held, carol)
    reinstate_post(author=alice, post=held)
    assert held.state == "published"


def test_an_edit_of_what_was_let_through_is_read_again(client, article, held, alice, bob, carol):
    let_through(held, carol)
    answer = make_comment(article, author=bob, parent=held)
    let_through(answer, carol)
    revise_post(editor=alice, post=held, source="Buy *this* instead.")
    held.refresh_from_db()
    assert (held.state, held.held_for) == ("hidden", "edited")
    assert Case.objects.get(post=held).state == "open"
    page = text(client.get(article.get_absolute_url()))
    assert "<em>this</em>" not in page
    assert "<em>ferry</em>" not in page
    assert "Hidden until a moderator has looked at it." in page
    assert f"comment-{answer.pk}" in page
    client.force_login(alice)
    assert "You have changed words" in text(client.get(held.get_absolute_url()))
    revise_post(editor=alice, post=held, source="Buy *that* instead.")
    assert held.state == "hidden"
    let_through(held, carol)
    assert (held.state, held.held_for) == ("published", "")
    assert "<em>that</em>" in text(client.get(article.get_absolute_url()))


def test_a_conflict_leaves_the_post_as_it_was(held, alice, carol):
    let_through(held, carol)
    stale = Post.objects.get(pk=held.pk)
    withdraw_post(author=alice, post=held)
    with pytest.raises(Exception, match="changed in the meantime"):
        revise_post(editor=alice, post=_as_published(stale), source="Buy this.")
    assert (stale.state, stale.held_for) == ("published", "")
    held.refresh_from_db()
    assert (held.state, held.current.source) == ("withdrawn", "The *ferry* matters.")


def _as_published(post):
    """Looked up a moment ago: the rules do not look again."""
    post.found_for = post.author_id
    return post


# Words and codes


def test_every_reason_has_words_and_fits_its_column():
    column = Post._meta.get_field("held_for").max_length or 0
    for code, reason in holding.REASONS.items():
        assert 0 < len(code) <= column
        assert str(reason.author)
        assert str(reason.moderators)
        assert str(reason.author) in holding.to_author(code)
    assert "moderator" in holding.to_author("unheard-of") == holding.to_author("")


def test_a_step_of_another_app_is_asked_too(settings, article, alice):
    settings.SCREENING_STEPS = [f"{__name__}.FERRIES"]
    assert make_comment(article, author=alice, source="A ferry.").held_for == "edited"
    assert make_comment(article, author=alice, source="A tram.").held_for == ""


def look_for_ferries(submission):
    if "ferry" in submission.words.text:
        return Finding(Outcome.HOLD, code="edited")
    return None


FERRIES = Step("ferries", look_for_ferries, gettext_lazy("Ferries"), nothing_said)


def test_what_is_published_waits_for_nothing(article, carol):
    post = make_comment(article, author=carol)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(held_for="newcomer")
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(policy="nobody")


def test_the_api_says_it_to_the_author_alone(api, article, alice, bob, carol):
    path = reverse("api-comments", args=[article.slug])
    api.force_authenticate(alice)
    answer = api.post(path, {"source": "The ferry."})
    assert answer.status_code == 201
    said = answer.json()
    assert said["state"] == "held"
    assert said["held"]["code"] == "premoderated"
    assert "moderator first" in said["held"]["text"]
    own = reverse("api-comment", args=[said["id"]])
    assert api.get(own).json()["held"] == said["held"]
    post = Post.objects.get(pk=said["id"])
    let_through(post, carol)
    revise_post(editor=alice, post=post, source="The tram.")
    api.force_authenticate(bob)
    (stub,) = api.get(path).json()["results"]
    assert (stub["state"], stub["held"], stub["text"]) == ("hidden", None, "")


def test_what_is_removed_before_anybody_saw_it_leaves_no_trace(
    client, article, held, alice, carol, rules
):
    rule = next(iter(rules.values()))
    let_through(held, carol, action="remove", rule=rule, reason="It is about boats.")
    assert held.state == "removed"
    assert f"comment-{held.pk}" not in text(client.get(article.get_absolute_url()))
    client.force_login(alice)
    assert "It is about boats." in text(client.get(held.get_absolute_url()))
    reopened = Case.objects.get(post=held)
    reopen(moderator=carol, case=reopened, version=reopened.version, reason="Look again.")
    let_through(held, carol, action="restore")
    assert (held.state, held.held_for) == ("published", "")
    assert f"comment-{held.pk}" in text(client.get(article.get_absolute_url()))
