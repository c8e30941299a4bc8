"""The pages of the discussion, each through the whole ladder."""

from __future__ import annotations

from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Article, Post
from forum.moderation.actions import decide
from tests.factories import (
    make_annotation,
    make_article,
    make_comment,
    make_flag,
    make_user,
)

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def comment(article, alice):
    return make_comment(article, author=alice, source="The *ferry* matters.")


def page_of(name, post):
    return reverse(name, args=[post.pk])


def text(response):
    return unescape(response.content.decode())


def move(post, state):
    Post.objects.filter(pk=post.pk).update(state=state)
    post.refresh_from_db()


# The list of articles


def test_home_lists_published_articles_newest_first(client, article, erin, dan):
    make_article(author=erin, title="A later one", standfirst="In short.")
    make_article(author=erin, title="Not yet", draft=True)
    articles = client.get(reverse("home")).context["articles"]
    assert [a.title for a in articles] == ["A later one", "Who pays for the bridge"]
    client.force_login(dan)
    articles = client.get(reverse("home")).context["articles"]
    assert [a.title for a in articles] == ["A later one", "Who pays for the bridge"]


def test_home_counts_what_the_reader_may_see(client, article, alice, bob):
    make_comment(article, author=alice)
    withdrawn = make_comment(article, author=bob)
    make_annotation(article, author=alice)
    make_annotation(article, author=alice, audience="private")
    make_annotation(withdrawn, quote="ferry")
    withdraw_post(author=bob, post=withdrawn)

    def counts():
        listed = client.get(reverse("home")).context["articles"][0]
        return listed.responses, listed.notes

    assert counts() == (1, 1)
    client.force_login(alice)
    assert counts() == (1, 2)
    client.force_login(bob)
    assert counts() == (1, 2)


def test_home_tells_how_long_an_article_takes(client, dan, codebook):
    make_article(author=dan, source="word " * 1150)
    assert client.get(reverse("home")).context["articles"][0].minutes == 5


def test_home_asks_the_database_as_often_for_many(client, article, erin):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("home")).status_code == 200
        return len(captured)

    few = queries()
    for number in range(12):
        make_comment(make_article(author=erin, title=f"Article {number}"))
    assert queries() == few


def test_home_has_pages(client, dan, codebook):
    for number in range(21):
        make_article(author=dan, title=f"Article {number}")
    assert len(client.get(reverse("home")).context["articles"]) == 20
    last = client.get(reverse("home"), {"page": "2"})
    assert [a.title for a in last.context["articles"]] == ["Article 0"]
    for nonsense in ("0", "999", "x", "²", "9" * 50):
        assert client.get(reverse("home"), {"page": nonsense}).status_code == 200


def test_home_without_articles_says_so(client, db):
    assert "Nothing has been published yet" in text(client.get(reverse("home")))


def test_home_only_reads(client, db):
    assert client.post(reverse("home")).status_code == 405


# Responding


def respond_to(article):
    return reverse("respond", args=[article.slug])


def token_of(response):
    return response.context["form"]["token"].value()


def test_respond_ladder(client, article, alice):
    address = respond_to(article)
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.url == f"/accounts/login/?next={address}"
    assert client.post(address, {"source": "Hello."}).status_code == 302
    client.force_login(alice)
    assert client.get(address).status_code == 200
    assert client.put(address).status_code == 405
    assert client.get(reverse("respond", args=["nowhere"])).status_code == 404
    assert not Post.objects.filter(kind="comment").exists()


def test_a_draft_is_not_there_to_respond_to(client, dan, alice, codebook):
    draft = make_article(author=dan, draft=True)
    client.force_login(alice)
    assert client.get(respond_to(draft)).status_code == 404
    assert client.post(respond_to(draft), {"source": "Hello."}).status_code == 404


def test_respond(client, article, alice):
    client.force_login(alice)
    form = client.get(respond_to(article))
    sent = {"source": "A *thought*.", "token": token_of(form)}
    answer = client.post(respond_to(article), sent)
    post = Post.objects.get(kind="comment")
    assert answer.status_code == 302
    assert answer.url == f"/articles/{article.slug}/#comment-{post.pk}"
    assert post.current.html == "<p>A <em>thought</em>.</p>"
    # Sent twice, it is posted once, and both answers lead to it.
    assert client.post(respond_to(article), sent).url == answer.url
    assert Post.objects.filter(kind="comment").count() == 1


def test_a_form_used_before_does_not_swallow_other_words(client, article, alice):
    client.force_login(alice)
    sent = {"source": "First.", "token": "one-form"}
    client.post(respond_to(article), sent)
    answer = client.post(respond_to(article), sent | {"source": "Second."})
    assert answer.status_code == 409
    assert answer.context["form"]["source"].value() == "Second."
    assert "(response 1)" in text(answer)
    fresh = token_of(answer)
    assert fresh not in ("", "one-form")
    client.post(respond_to(article), {"source": "Second.", "token": fresh})
    assert Post.objects.filter(kind="comment").count() == 2


def test_an_edited_response_is_still_the_same_form(client, article, alice):
    client.force_login(alice)
    sent = {"source": "First.", "token": "one-form"}
    client.post(respond_to(article), sent)
    post = Post.objects.get(kind="comment")
    revise_post(editor=alice, post=post, source="Edited.")
    assert client.post(respond_to(article), sent).status_code == 302
    assert Post.objects.filter(kind="comment").count() == 1


def test_reply(client, article, comment, bob):
    client.force_login(bob)
    address = f"{respond_to(article)}?parent={comment.pk}"
    form = client.get(address)
    assert "Reply to Alice Liddell" in text(form)
    assert "<em>ferry</em>" in form.content.decode()
    client.post(respond_to(article), {"source": "Does it?", "parent": comment.pk})
    assert Post.objects.get(author=bob).parent == comment


def test_a_reply_form_for_what_is_not_there(client, article, comment, bob, erin):
    other = make_article(author=erin)
    elsewhere, note = make_comment(other), make_annotation(other)
    client.force_login(bob)
    for parent in (note.pk, elsewhere.pk, 10**17, "x", "²", "-1", "9" * 40):
        assert client.get(respond_to(article), {"parent": parent}).status_code == 404
    assert client.get(respond_to(article), {"parent": article.pk}).status_code == 200


@pytest.mark.parametrize("state", ["removed", "withdrawn", "hidden", "held", "erased"])
def test_words_outlive_what_they_were_to_answer(client, article, comment, bob, state):
    client.force_login(bob)
    sent = {"source": "Typed for half an hour.", "parent": comment.pk, "token": "t"}
    move(comment, state)
    assert client.get(respond_to(article), {"parent": comment.pk}).status_code == 404
    answer = client.post(respond_to(article), sent)
    assert answer.status_code == 400
    assert answer.context["form"]["source"].value() == "Typed for half an hour."
    assert "is gone" in text(answer)
    # What comes back answers the article.
    assert 'name="parent"' not in answer.content.decode()


def test_ones_own_withdrawn_response_is_not_answered(client, article, comment, alice):
    withdraw_post(author=alice, post=comment)
    client.force_login(alice)
    assert client.get(respond_to(article), {"parent": comment.pk}).status_code == 409
    answer = client.post(respond_to(article), {"source": "Still.", "parent": comment.pk})
    assert answer.status_code == 409
    assert answer.context["form"]["source"].value() == "Still."


def test_words_outlive_the_end_of_a_discussion(client, article, alice):
    client.force_login(alice)
    Article.objects.filter(pk=article.pk).update(closed_at=timezone.now())
    assert client.get(respond_to(article)).status_code == 403
    answer = client.post(respond_to(article), {"source": "Too late?"})
    assert answer.status_code == 403
    assert answer.context["form"]["source"].value() == "Too late?"
    assert "closed" in text(answer)


def test_a_passage_can_be_brought_along(client, article, alice):
    client.force_login(alice)
    answer = client.get(respond_to(article), {"quote": "one\n\ntwo <b>"})
    assert answer.context["form"]["source"].value() == "> one\n>\n> two <b>\n\n"
    assert "&lt;b&gt;" in answer.content.decode()
    long = client.get(respond_to(article), {"quote": "x" * 9_000})
    assert len(long.context["form"]["source"].value()) < 2_100


def test_htmx_gets_the_form_alone(client, article, comment, alice, bob):
    client.force_login(bob)
    form = client.get(respond_to(article), {"parent": comment.pk}, **HTMX)
    html = form.content.decode()
    assert "<html" not in html
    assert html.count("<form") == 1
    assert "HX-Request" in form["Vary"]
    refused = client.post(respond_to(article), {"source": " "}, **HTMX)
    assert refused.status_code == 400
    assert "<html" not in refused.content.decode()
    done = client.post(respond_to(article), {"source": "Yes."}, **HTMX)
    post = Post.objects.get(author=bob)
    assert done["HX-Redirect"] == f"/posts/{post.pk}/"


def test_htmx_is_sent_to_log_in_and_back_to_its_page(client, article):
    here = f"/articles/{article.slug}/"
    answer = client.get(
        respond_to(article), **HTMX, HTTP_HX_CURRENT_URL=f"http://testserver{here}?tag=question"
    )
    assert answer["HX-Redirect"] == f"/accounts/login/?next={here}%3Ftag%3Dquestion"
    answer = client.get(respond_to(article), **HTMX, HTTP_HX_CURRENT_URL="http://evil.example/")
    assert "evil" not in answer["HX-Redirect"]


def test_a_moderator_answers_under_their_own_name(client, article, comment, carol):
    client.force_login(carol)
    client.post(respond_to(article), {"source": "As a reader.", "parent": comment.pk})
    assert Post.objects.get(author=carol).author_name == "Carol Kidd"


# The permalink


def test_a_permalink_leads_to_the_place(client, article, comment):
    note = make_annotation(article)
    here = f"/articles/{article.slug}/"
    assert client.get(page_of("post", comment)).url == f"{here}#comment-{comment.pk}"
    assert client.get(page_of("post", note)).url == f"{here}#note-{note.pk}"
    assert client.get(page_of("post", article.post)).url == here
    assert client.get("/posts/999999/").status_code == 404
    assert client.post(page_of("post", comment)).status_code == 405


def test_a_permalink_into_a_draft(client, dan, alice, codebook):
    draft = make_article(author=dan, draft=True)
    client.force_login(alice)
    assert client.get(page_of("post", draft.post)).status_code == 404
    client.force_login(dan)
    assert client.get(page_of("post", draft.post)).url == draft.get_absolute_url()


def test_a_private_note_has_a_page_for_its_author(client, article, alice, bob, carol):
    note = make_annotation(article, author=alice, audience="private", note="Between us.")
    for other in (bob, carol):
        client.force_login(other)
        assert client.get(page_of("post", note)).status_code == 404
    client.force_login(alice)
    answer = client.get(page_of("post", note))
    assert "Between us." in text(answer)
    assert "Only you can see this." in text(answer)
    assert "everyone knows" in text(answer)


def test_a_removed_response_tells_its_author_why(
    client, article, comment, alice, bob, carol, rules
):
    flag = make_flag(comment)
    decide(
        moderator=carol,
        case=flag.case,
        action="remove",
        version=flag.case.version,
        rule=next(iter(rules.values())),
        reason="It insults the ferryman.",
        note="Third time.",
    )
    client.force_login(alice)
    answer = text(client.get(page_of("post", comment)))
    assert "It insults the ferryman." in answer
    assert "matters" in answer
    assert "Third time." not in answer
    assert "Carol" not in answer
    assert reverse("case", args=[flag.case.pk]) not in answer
    # Others are led to the stub that stands in its place.
    client.force_login(bob)
    assert client.get(page_of("post", comment)).url.endswith(f"#comment-{comment.pk}")
    client.force_login(carol)
    assert reverse("case", args=[flag.case.pk]) in text(client.get(page_of("post", comment)))


def test_a_held_response_is_there_for_its_author_alone(client, comment, alice, bob):
    move(comment, "held")
    client.force_login(bob)
    assert client.get(page_of("post", comment)).status_code == 404
    client.force_login(alice)
    assert "Held for review" in text(client.get(page_of("post", comment)))


def test_a_note_on_what_was_removed_still_has_a_page(client, comment, alice, bob):
    note = make_annotation(comment, quote="ferry", author=alice)
    move(comment, "removed")
    client.force_login(alice)
    assert "not public any more" in text(client.get(page_of("post", note)))
    client.force_login(bob)
    assert client.get(page_of("post", note)).status_code == 404


# Editing


def test_edit_ladder(client, comment, alice, bob, carol):
    address = page_of("post-edit", comment)
    assert client.get(address).url.startswith("/accounts/login/")
    for person, status in ((bob, 403), (carol, 403), (alice, 200)):
        client.force_login(person)
        assert client.get(address).status_code == status
    assert client.delete(address).status_code == 405
    assert client.get(reverse("post-edit", args=[10**17])).status_code == 404
    client.force_login(bob)
    assert client.post(address, {"source": "Mine.", "expected": "1"}).status_code == 403
    assert comment.current.number == 1


def test_edit(client, comment, alice):
    client.force_login(alice)
    form = client.get(page_of("post-edit", comment)).context["form"]
    assert form["source"].value() == "The *ferry* matters."
    sent = {"source": "The ferry does.", "expected": form["expected"].value()}
    answer = client.post(page_of("post-edit", comment), sent, follow=True)
    assert comment.current.text == "The ferry does."
    assert answer.redirect_chain[-1][0].endswith(f"#comment-{comment.pk}")


def test_of_two_edits_the_second_comes_back_with_both_texts(client, comment, alice):
    client.force_login(alice)
    address = page_of("post-edit", comment)
    start = comment.current.pk
    revise_post(editor=alice, post=comment, source="From the **telephone**.")
    answer = client.post(address, {"source": "From the desk.", "expected": start})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "From the <strong>telephone</strong>." in html
    form = answer.context["form"]
    assert form["source"].value() == "From the desk."
    # Having seen both, the author may decide.
    client.post(address, {"source": "From the desk.", "expected": form["expected"].value()})
    assert comment.current.text == "From the desk."


def test_words_outlive_a_removal_during_the_edit(client, comment, alice):
    client.force_login(alice)
    start = comment.current.pk
    move(comment, "removed")
    sent = {"source": "Better words.", "expected": start}
    answer = client.post(page_of("post-edit", comment), sent)
    assert answer.status_code == 409
    assert answer.context["form"]["source"].value() == "Better words."
    assert comment.current.number == 1


@pytest.mark.parametrize("expected", ["", "x", "0", "-1", "9" * 40, "1.5"])
def test_an_edit_of_nobody_knows_what_is_a_conflict(client, comment, alice, expected):
    client.force_login(alice)
    sent = {"source": "Better words.", "expected": expected}
    answer = client.post(page_of("post-edit", comment), sent)
    assert answer.status_code == 409
    assert answer.context["form"]["source"].value() == "Better words."


def test_a_note_may_lose_its_words(client, article, alice):
    note = make_annotation(article, author=alice)
    client.force_login(alice)
    sent = {"source": "", "expected": note.current.pk}
    assert client.post(page_of("post-edit", note), sent).status_code == 302
    assert note.current.text == ""


def test_an_article_is_not_edited_here(client, article, dan):
    client.force_login(dan)
    assert client.get(page_of("post-edit", article.post)).status_code == 403


def test_htmx_edits_in_place(client, comment, alice):
    client.force_login(alice)
    html = client.get(page_of("post-edit", comment), **HTMX).content.decode()
    assert html.count("<form") == 1
    assert "<html" not in html
    sent = {"source": "Shorter.", "expected": comment.current.pk}
    done = client.post(page_of("post-edit", comment), sent, **HTMX)
    assert done["HX-Redirect"] == f"/posts/{comment.pk}/"
    move(comment, "removed")
    refused = client.get(page_of("post-edit", comment), **HTMX)
    assert refused.status_code == 409
    assert "<html" not in refused.content.decode()


# History


def test_history_shows_what_changed(client, comment, alice, bob):
    revise_post(editor=alice, post=comment, source="The bridge <b>matters</b>.")
    answer = client.get(page_of("post-history", comment))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<del>ferry" in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    whole = client.get(page_of("post-history", comment), {"revision": 1})
    assert "<em>ferry</em>" in whole.content.decode()


def test_history_ladder(client, comment, alice, bob):
    address = page_of("post-history", comment)
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405
    for number in ("7", "x", "", "0", "²", "9" * 40):
        assert client.get(address, {"revision": number}).status_code == 404
    withdraw_post(author=alice, post=comment)
    client.force_login(bob)
    assert client.get(address).status_code == 404
    client.force_login(alice)
    assert client.get(address).status_code == 200


def test_history_has_pages_and_asks_as_often_for_many(client, comment, alice):
    address = page_of("post-history", comment)
    for number in range(3):
        revise_post(editor=alice, post=comment, source=f"Version {number}.")
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(20):
        revise_post(editor=alice, post=comment, source=f"Another version {number}.")
    with CaptureQueriesContext(connection) as many:
        answer = client.get(address)
    assert len(many) == len(few)
    assert len(answer.context["versions"]) == 10
    assert answer.context["versions"][-1].changes
    last = client.get(address, {"page": 3}).context["versions"]
    assert [v.revision.number for v in last] == [4, 3, 2, 1]
    assert last[-1].changes is None


def test_history_outlives_an_editors_account(client, comment, alice):
    alice.delete()
    answer = client.get(page_of("post-history", comment))
    assert "Alice Liddell" in text(answer)


# Withdrawing and putting back


@pytest.mark.parametrize("name", ["post-withdraw", "post-reinstate"])
def test_withdraw_and_reinstate_ladder(client, comment, alice, bob, carol, name):
    if name == "post-reinstate":
        withdraw_post(author=alice, post=comment)
    address = page_of(name, comment)
    unseen = 404 if name == "post-reinstate" else 403
    state = comment.state
    for person, status in ((bob, unseen), (carol, 403)):
        client.force_login(person)
        assert client.get(address).status_code == status
        assert client.post(address).status_code == status
    comment.refresh_from_db()
    assert comment.state == state
    client.force_login(alice)
    assert client.get(address).status_code == 200
    assert client.put(address).status_code == 405


def test_withdraw_and_undo(client, article, comment, alice, bob):
    client.force_login(alice)
    answer = client.post(page_of("post-withdraw", comment), follow=True)
    assert "You have withdrawn this." in text(answer)
    assert page_of("post-reinstate", comment) in text(answer)
    # Twice is once.
    assert client.post(page_of("post-withdraw", comment)).status_code == 302
    assert client.get(page_of("post-withdraw", comment)).status_code == 409
    comment.refresh_from_db()
    assert comment.state == "withdrawn"
    client.force_login(bob)
    assert client.get(page_of("post", comment)).url.endswith(f"#comment-{comment.pk}")
    client.force_login(alice)
    for _ in range(2):
        answer = client.post(page_of("post-reinstate", comment), follow=True)
        assert answer.redirect_chain[-1][0].endswith(f"#comment-{comment.pk}")
    comment.refresh_from_db()
    assert comment.state == "published"


def test_a_removed_response_is_not_withdrawn(client, comment, alice):
    move(comment, "removed")
    client.force_login(alice)
    assert client.post(page_of("post-withdraw", comment)).status_code == 409
    comment.refresh_from_db()
    assert comment.state == "removed"


def test_a_stranger_to_all_of_it(client, comment):
    for name in ("post-edit", "post-withdraw", "post-reinstate"):
        assert client.get(page_of(name, comment)).url.startswith("/accounts/login/?next=/posts/")
        assert client.post(page_of(name, comment)).status_code == 302
    assert comment.current.number == 1
    noise = make_user()
    client.force_login(noise)
    assert client.get(page_of("post-edit", comment)).status_code == 403


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn"])
def test_a_moderator_looks_at_what_has_no_case(client, article, comment, carol, frances, state):
    note = make_annotation(comment, quote="ferry", note="Does it?")
    move(comment, state)
    for person in (carol, frances):
        client.force_login(person)
        for post in (comment, note):
            answer = client.get(page_of("post", post))
            assert answer.status_code == 200
            assert answer.context["case"] is None


class TestQuotingAPassage:
    def address(self, article, revision, words, parent=None):
        start = revision.text.index(words)
        query = {"passage": f"{revision.pk}-{start}-{start + len(words)}"}
        if parent:
            query["parent"] = parent.pk
        return f"{respond_to(article)}?{urlencode(query)}"

    def test_it_is_in_the_form_and_linked_when_it_is_posted(self, client, article, alice):
        words = "the “temporary” repairs of 1989 still hold"
        client.force_login(alice)
        form = client.get(self.address(article, article.post.current, words)).context["form"]
        assert form["source"].value() == f"> {words}\n\n"
        source = form["source"].value() + "Do they?"
        client.post(respond_to(article), {"source": source, "token": form["token"].value()})
        made = Post.objects.get(author=alice, kind="comment")
        assert made.current.quotations.get().quote == words

    def test_a_stranger_comes_back_to_it_from_logging_in(self, client, article, bob):
        comment = make_comment(article, author=bob)
        address = self.address(article, comment.current, "The ferry", comment)
        answer = client.get(address)
        assert answer.url == f"{reverse('account_login')}?{urlencode({'next': address}, safe='/')}"
        client.force_login(bob)
        shown = client.get(address)
        assert shown.context["form"]["source"].value() == "> The ferry\n\n"
        assert shown.context["parent"] == comment

    def test_what_is_not_there_to_read_is_not_quoted(self, client, article, alice, bob, dan):
        client.force_login(alice)
        mine = make_comment(article, author=bob, source="Words taken back.")
        address = self.address(article, mine.current, "Words taken")
        withdraw_post(author=bob, post=mine)
        assert client.get(address).status_code == 404
        draft = make_article(author=dan, title="A draft", draft=True)
        assert client.get(self.address(article, draft.post.current, "bridge")).status_code == 404
        revision = article.post.current
        for passage in ("", "x", "1-2", f"{revision.pk}-5-5", f"{revision.pk}-0-99999", "9" * 40):
            assert client.get(respond_to(article), {"passage": passage}).status_code == 404

    def test_words_that_wait_stay_above_it(self, client, article, alice):
        client.post(respond_to(article), {"source": "Typed before."})
        client.force_login(alice)
        form = client.get(self.address(article, article.post.current, "two lanes")).context["form"]
        assert form["source"].value() == "Typed before.\n\n> two lanes\n\n"


# Before it is posted


@pytest.mark.parametrize("fragment", [True, False])
def test_what_is_written_can_be_looked_at_first(client, article, alice, fragment):
    client.force_login(alice)
    headers = {"HX-Request": "true"} if fragment else {}
    sent = {"source": "Some **bold** words.\n\n<script>", "token": "x", "act": "preview"}
    answer = client.post(reverse("respond", args=[article.slug]), sent, headers=headers)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>bold</strong>" in html
    assert "<script>" not in html.partition("data-preview")[2].partition("</section>")[0]
    # As it was typed, to be posted or changed.
    assert "Some **bold** words." in html
    assert not Post.objects.filter(kind="comment").exists()
    answer = client.post(reverse("respond", args=[article.slug]), sent | {"act": ""})
    assert answer.status_code == 302
    assert Post.objects.filter(kind="comment").count() == 1


def test_new_words_can_be_looked_at_too(client, article, alice):
    post = make_comment(article, author=alice, source="The first words.")
    client.force_login(alice)
    address = reverse("post-edit", args=[post.pk])
    sent = {"source": "*Other* words.", "expected": post.current.pk, "act": "preview"}
    assert "<em>Other</em> words." in client.post(address, sent).content.decode()
    assert post.current.text == "The first words."


def test_a_preview_refuses_what_posting_would(client, article, alice, bob):
    client.force_login(alice)
    address = reverse("respond", args=[article.slug])
    answer = client.post(address, {"source": "x" * 10_001, "act": "preview"})
    assert answer.status_code == 400
    assert "the limit is 10,000" in answer.content.decode()
    post = make_comment(article, author=bob)
    sent = {"source": "Words.", "expected": post.current.pk, "act": "preview"}
    assert client.post(reverse("post-edit", args=[post.pk]), sent).status_code == 403
