"""What comments quote, in the API; and marking what one quotes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from annotations.models import Annotation, Quotation
from forum.discussion.actions import revise_post
from forum.discussion.models import Post, Revision
from forum.discussion.publishing.actions import revise_article
from tests.factories import ARTICLE_TEXT, make_comment, put

SENTENCE = "the bridge must close at once, and everyone knows what that means"
FERRY = "The ferry has been the only honest way across that river since my childhood"


@pytest.fixture
def comment(article, alice):
    return make_comment(article, author=alice, source=f"Look: “{SENTENCE}”.")


def one(client, post: Post) -> dict:
    return dict(client.get(reverse("api-comment", args=[post.pk])).json())


def test_a_comment_says_what_it_quotes(api, article, comment):
    answer = one(api, comment)
    (quote,) = answer["quotes"]
    assert set(quote) == {
        *("post", "revision", "start", "end", "comment_start", "comment_end", "score", "state")
    }
    text = Revision.objects.get(pk=quote["revision"]).text
    assert text[quote["start"] : quote["end"]] == SENTENCE
    assert answer["text"][quote["comment_start"] : quote["comment_end"]] == SENTENCE
    assert (quote["post"], quote["state"], quote["score"]) == (article.pk, "exact", 1.0)
    listed = api.get(reverse("api-comments", args=[article.slug])).json()["results"]
    assert listed == [answer]


def test_posting_and_editing_answer_with_quotes(api, article, alice):
    api.force_authenticate(alice)
    address = reverse("api-comments", args=[article.slug])
    made = api.post(address, {"source": f"> {SENTENCE}"})
    assert made.status_code == 201
    assert len(made.json()["quotes"]) == 1
    edited = api.patch(reverse("api-comment", args=[made.json()["id"]]), {"source": "Nothing."})
    assert edited.json()["quotes"] == []


def test_a_quote_says_where_its_passage_stands_now(api, article, dan, comment):
    revise_article(editor=dan, article=article, source="New.\n\n" + ARTICLE_TEXT)
    (quote,) = one(api, comment)["quotes"]
    current = article.post.current
    assert quote["revision"] == current.pk
    assert current.text[quote["start"] : quote["end"]] == SENTENCE
    gone = ARTICLE_TEXT[ARTICLE_TEXT.index("It has carried") :]
    revise_article(editor=dan, article=article, source=gone)
    (quote,) = one(api, comment)["quotes"]
    assert quote["state"] == "orphaned"
    first = article.post.revisions.get(number=1)
    assert quote["revision"] == first.pk
    assert first.text[quote["start"] : quote["end"]] == SENTENCE


@pytest.mark.parametrize("state", ["held", "removed", "withdrawn"])
def test_quotes_of_what_the_reader_may_not_read_are_left_out(
    api, article, alice, bob, carol, state
):
    first = make_comment(article, author=alice, source=f"{FERRY}.")
    answer = make_comment(article, author=bob, source=f"“{FERRY}”.", parent=first)
    assert len(one(api, answer)["quotes"]) == 1
    put(Post.objects.filter(pk=first.pk), state)
    for person, sees in ((None, 0), (bob, 0), (alice, 1), (carol, 1)):
        api.force_authenticate(person)
        assert len(one(api, answer)["quotes"]) == sees, person


def test_a_stub_quotes_nothing(api, article, comment):
    put(Post.objects.filter(pk=comment.pk), "removed")
    (stub,) = api.get(reverse("api-comments", args=[article.slug])).json()["results"]
    assert (stub["text"], stub["quotes"]) == ("", [])


def test_the_list_makes_a_constant_number_of_queries(api, article, queries):
    address = reverse("api-comments", args=[article.slug])
    make_comment(article, source=f"“{SENTENCE}”.")
    few = queries(api, address)
    for _ in range(6):
        make_comment(article, source=f"“{SENTENCE}” and “who pays when it is gone”.")
    assert queries(api, address) == few


# Marking


def sent_for(comment: Post, **changed) -> dict:
    (quotation,) = Quotation.objects.filter(comment_revision=comment.current)
    return {
        "revision": quotation.revision_id,
        "start": quotation.start,
        "end": quotation.end,
        "quote": quotation.quote,
        "tags": ["bias-claim"],
        "comment": comment.pk,
    } | changed


def test_a_quoted_passage_is_marked_once(api, article, alice, comment):
    api.force_authenticate(alice)
    address = reverse("api-annotations", args=[article.slug])
    made = api.post(address, sent_for(comment))
    assert made.status_code == 201
    assert made.json()["note_from"] == comment.pk
    assert made.json()["note"]["text"] == f"Look: “{SENTENCE}”."
    assert made.json()["edited"] is False
    again = api.post(address, sent_for(comment, tags=["question"]))
    assert (again.status_code, again.json()) == (200, made.json())
    revise_post(editor=alice, post=comment, source=f"Other: “{SENTENCE}”.")
    one_now = api.get(reverse("api-annotation", args=[made.json()["id"]])).json()
    assert one_now["note"]["text"] == f"Other: “{SENTENCE}”."
    assert one_now["edited"] is True
    change = api.patch(reverse("api-annotation", args=[one_now["id"]]), {"note": "Mine."})
    assert change.status_code == 403
    assert "response 1" in change.json()["detail"]


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"note": "And more."}, 400, "note"),
        ({"audience": "private"}, 400, "audience"),
        ({"start": 0, "end": 3, "quote": "The"}, 400, "comment"),
        ({"comment": 10**9}, 400, "comment"),
        ({"tags": []}, 400, "tags"),
        ({"tags": ["nonsense"]}, 400, "tags"),
        ({"quote": "Something else"}, 409, ""),
    ],
)
def test_what_cannot_be_marked_is_refused(api, article, alice, comment, changed, status, field):
    api.force_authenticate(alice)
    answer = api.post(reverse("api-annotations", args=[article.slug]), sent_for(comment) | changed)
    assert answer.status_code == status
    assert set(answer.json().get("errors", {})) == ({field} if field else set())
    assert not Annotation.objects.exists()


def test_nobody_marks_with_the_words_of_others(api, article, bob, comment):
    api.force_authenticate(bob)
    answer = api.post(reverse("api-annotations", args=[article.slug]), sent_for(comment))
    assert answer.status_code == 403


def test_a_passage_quoted_in_an_earlier_text_is_marked_where_it_stands_now(
    api, article, dan, alice, comment
):
    sent = sent_for(comment)
    revise_article(editor=dan, article=article, source="New.\n\n" + ARTICLE_TEXT)
    api.force_authenticate(alice)
    made = api.post(reverse("api-annotations", args=[article.slug]), sent).json()
    assert made["placement"]["revision"] == article.post.current.pk
    text = article.post.current.text
    assert text[made["placement"]["start"] : made["placement"]["end"]] == SENTENCE


def test_moderators_get_the_words_with_the_case(api, article, alice, bob, carol, comment):
    from tests.factories import make_flag

    api.force_authenticate(alice)
    made = api.post(reverse("api-annotations", args=[article.slug]), sent_for(comment)).json()
    case = make_flag(Post.objects.get(pk=made["id"]), flagger=bob).case
    api.force_authenticate(carol)
    answer = api.get(reverse("api-case", args=[case.pk])).json()
    assert answer["post"]["text"] == f"Look: “{SENTENCE}”."
