"""Quotes in responses: what they are linked to, for whom, and what becomes of the links."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import Annotation, Quotation, QuotationPlacement
from annotations.quotations.quoting import catch_up, mark_quoted
from forum.courses.models import Course
from forum.discussion.actions import reinstate_post, revise_post, withdraw_post
from forum.discussion.models import Post
from forum.discussion.publishing.actions import revise_article
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from tests.factories import ARTICLE_TEXT, make_annotation, make_comment, put
from tests.memory import forget_now

SENTENCE = "the bridge must close at once, and everyone knows what that means"
FERRY = "The ferry has been the only honest way across that river since my childhood"


def quoted(post: Post) -> list[tuple[str, str]]:
    """What the present words of ``post`` quote: its words, and those they are linked to."""
    found = Quotation.objects.filter(comment_revision=post.current).select_related("revision")
    for q in found:
        assert q.revision.text[q.start : q.end] == q.quote
    text = post.current.text
    return [(text[q.comment_start : q.comment_end], q.quote) for q in found]


def target_of(post: Post) -> int:
    (quotation,) = Quotation.objects.filter(comment_revision=post.current)
    return quotation.revision.post_id


def page_of(client, article) -> str:
    # What these tests write to the tables themselves tells nobody.
    forget_now()
    return str(client.get(reverse("article", args=[article.slug])).content.decode())


# What is linked


@pytest.mark.parametrize(
    ("source", "said", "stands"),
    [
        (f'He says "{SENTENCE}".', SENTENCE, SENTENCE),
        (f"He says “{SENTENCE}“.", SENTENCE, SENTENCE),
        (f"> The committee says {SENTENCE}.", None, f"The committee says {SENTENCE}"),
        (f"I read that {SENTENCE} and laughed.", SENTENCE, SENTENCE),
        ("So “everyone knows what that means”, do we?", "everyone knows what that means", None),
        (
            "The “'temporary' repairs of 1989 still hold”, it says.",
            None,
            "temporary” repairs of 1989 still hold",
        ),
        ("“the school on the far bank” is closed", "the school on the far bank", None),
    ],
)
def test_a_quote_is_linked_to_its_passage(article, source, said, stands):
    ((words, quote),) = quoted(make_comment(article, source=source))
    assert said is None or words == said
    assert (stands or said) in quote


def test_a_quote_cut_short_is_linked(article):
    source = "He says “the bridge must close at once, … what that means”, and goes."
    found = quoted(make_comment(article, source=source))
    assert found
    assert found[0][1].startswith("the bridge must close at once")
    assert found[-1][1].endswith("what that means")


@pytest.mark.parametrize(
    "source",
    [
        "He says “nobody ever drove across this thing before the war”.",
        "I think the bridge should stay.",
        "> Something that no text on this page has ever said in any way.",
    ],
)
def test_words_that_are_in_no_text_are_linked_to_nothing(article, source):
    assert quoted(make_comment(article, source=source)) == []


def test_a_quote_of_the_response_above_is_linked_to_it(article):
    first = make_comment(article, source=f"{FERRY}.")
    second = make_comment(article, source="No.", parent=first)
    answer = make_comment(article, source=f"You say “{FERRY}”.", parent=second)
    assert target_of(answer) == first.pk


def test_the_article_comes_before_responses_that_quote_it(article):
    first = make_comment(article, source=f"“{SENTENCE}”, really?")
    answer = make_comment(article, source=f"“{SENTENCE}”, yes.", parent=first)
    assert target_of(answer) == article.pk


def test_a_long_quote_is_looked_for_in_the_whole_discussion(article):
    said_first = make_comment(article, source=f"{FERRY}.")
    make_comment(article, source=f"As somebody has it: {FERRY}!")
    assert target_of(make_comment(article, source=f"I like “{FERRY}”.")) == said_first.pk
    # Without marks, or short, it may be a common phrase.
    assert quoted(make_comment(article, source=f"I like that {FERRY}.")) == []
    assert quoted(make_comment(article, source="I like “the only honest way”.")) == []


def test_what_was_said_later_is_not_quoted(article, alice):
    early = make_comment(article, author=alice, source=f"I wonder about “{FERRY}”.")
    make_comment(article, source=f"{FERRY}.")
    call_command("link_quotes", verbosity=0)
    assert quoted(early) == []


# For whom


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn", "erased"])
def test_what_is_not_published_is_never_linked_to(article, state):
    hidden = make_comment(article, source=f"{FERRY}.")
    answer = make_comment(article, source="No.", parent=hidden)
    Post.objects.filter(pk=hidden.pk).update(state=state)
    # Not even for its author, nor for a moderator who reads it.
    for author in (hidden.author, None):
        make_comment(article, author=author, source=f"“{FERRY}”.", parent=answer)
        make_comment(article, author=author, source=f"“{FERRY}”.")
    assert not Quotation.objects.filter(revision__post=hidden).exists()


def test_what_a_course_says_is_quoted_within_the_course_only(article, dan, sam):
    course = Course.objects.get(slug="reading")
    inner = make_comment(article, author=sam, source=f"{FERRY}.")
    Post.objects.filter(pk=inner.pk).update(audience="course", course=course)
    make_comment(article, author=sam, source=f"“{FERRY}”.")
    make_comment(article, author=sam, source=f"“{FERRY}”.", parent=inner)
    assert not Quotation.objects.filter(revision__post=inner).exists()
    # An answer that stays in the course may quote what the course reads, and the article.
    Post.objects.filter(pk=article.pk).update(audience="course", course=course)
    article.refresh_from_db()
    within = make_comment(article, author=sam, source=f"“{FERRY}” and “{SENTENCE}”.", parent=inner)
    assert [quote for _, quote in quoted(within)] == [FERRY, SENTENCE]


def test_notes_are_never_quoted(article, alice):
    make_annotation(article, author=alice, note=f"{FERRY}.", audience="private")
    make_annotation(article, author=alice, note=f"{FERRY}.")
    assert quoted(make_comment(article, author=alice, source=f"“{FERRY}”.")) == []


@pytest.mark.parametrize("end", ["remove", "withdraw"])
def test_a_link_is_gone_while_what_it_leads_to_is(client, article, alice, bob, end):
    first = make_comment(article, author=alice, source=f"{FERRY}.")
    answer = make_comment(article, author=bob, source=f"“{FERRY}”.", parent=first)
    assert "Quoted in response 2" in page_of(client, article)
    if end == "withdraw":
        withdraw_post(author=alice, post=first)
    else:
        Post.objects.filter(pk=first.pk).update(state="removed")
    html = page_of(client, article)
    assert "quote-go" not in html
    assert "Quoted in" not in html
    assert f'id="comment-{answer.pk}"' in html
    if end == "withdraw":
        reinstate_post(author=alice, post=first)
        assert "Quoted in response 2" in page_of(client, article)


@pytest.mark.parametrize("state", ["held", "removed", "withdrawn"])
def test_a_response_that_is_not_public_quotes_nothing_on_the_page(client, article, alice, state):
    post = make_comment(article, author=alice, source=f"“{SENTENCE}”.")
    plain = page_of(client, article)
    assert "Quoted in" in plain
    Post.objects.filter(pk=post.pk).update(state=state)
    for person in (None, alice):
        if person:
            client.force_login(person)
        html = page_of(client, article)
        assert "Quoted in" not in html
        assert "quoted-go" not in html


# What becomes of links


def test_an_edit_links_anew_and_the_old_words_keep_theirs(client, article, alice):
    post = make_comment(article, author=alice, source=f"“{SENTENCE}”.")
    before = post.current
    revise_post(editor=alice, post=post, source="I take that back.")
    assert quoted(post) == []
    assert before.quotations.count() == 1
    assert "Quoted in" not in page_of(client, article)
    revise_post(editor=alice, post=post, source="“the school on the far bank”")
    assert [quote for _, quote in quoted(post)] == ["the school on the far bank"]


def test_a_link_follows_its_passage(client, article, dan, alice):
    post = make_comment(
        article, author=alice, source=f"“{SENTENCE}” and “who pays when it is gone”."
    )
    source = "A new beginning.\n\n" + ARTICLE_TEXT.replace(
        "and everyone knows", "as everyone knows"
    )
    revise_article(editor=dan, article=article, source=source)
    text = article.post.current.text
    states = {}
    for place in QuotationPlacement.objects.filter(revision=article.post.current):
        states[text[place.start : place.end]] = place.state
    changed = SENTENCE.replace("and everyone", "as everyone")
    assert states == {changed: "changed", "who pays when it is gone": "exact"} or states == {
        changed: "changed",
        "who pays when it is gone": "moved",
    }
    html = page_of(client, article)
    old = reverse("post-revision", args=[article.pk, 1])
    assert "this passage has been changed since it was quoted" in html
    assert html.count(f'href="{old}') == 1
    assert "Quoted in" in html
    assert quoted(post)[0][1] == SENTENCE


def test_a_link_whose_passage_is_gone_leads_to_what_was_quoted(client, article, dan, alice):
    make_comment(article, author=alice, source=f"“{SENTENCE}”.")
    source = ARTICLE_TEXT[ARTICLE_TEXT.index("It has carried") :]
    revise_article(editor=dan, article=article, source=source)
    html = page_of(client, article)
    assert "this passage is no longer in the article" in html
    assert (
        f'class="quote-go is-gone" href="{reverse("post-revision", args=[article.pk, 1])}"' in html
    )
    assert "Quoted in" not in html
    revise_article(editor=dan, article=article, source=ARTICLE_TEXT)
    assert "Quoted in" in page_of(client, article)


def test_a_text_replaced_at_the_same_moment_is_caught_up_with(article, dan, alice):
    post = make_comment(article, author=alice, source=f"“{SENTENCE}”.")
    revise_article(editor=dan, article=article, source="New.\n\n" + ARTICLE_TEXT)
    present = QuotationPlacement.objects.filter(revision=article.post.current)
    present.delete()  # as if whoever wrote the new text had not seen the quotation
    assert catch_up(post.current) == 1
    place = present.get()
    assert article.post.current.text[place.start : place.end] == SENTENCE
    assert catch_up(post.current) == 0


# On the page


def test_quote_and_passage_lead_to_each_other(client, article, alice):
    post = make_comment(article, author=alice, source=f"He says “{SENTENCE}”.")
    html = page_of(client, article)
    (quotation,) = Quotation.objects.all()
    pk = quotation.pk
    text, thread = html[: html.index('id="responses"')], html[html.index('id="responses"') :]
    assert re.search(rf'<span class="quoted" data-quoted="{pk}" id="quoted-{pk}"', text)
    assert f'href="#quote-{pk}" aria-label="Quoted in response 1"' in text
    assert f'<a href="#quote-{pk}"><span class="note-quoted-by">response </span>1</a>' in text
    assert re.search(rf'<span class="quote" data-quote="{pk}" id="quote-{pk}"', thread)
    assert f'href="#quoted-{pk}" aria-label="Go to the quoted passage in the article"' in thread
    assert f'id="comment-{post.pk}"' in thread


def test_responses_that_quote_the_same_are_named_together(client, article):
    for _ in range(3):
        make_comment(article, source=f"“{SENTENCE}”.")
    html = page_of(client, article)
    assert html.count('class="note-quoted"') == 1
    entry = html[html.index('class="note-quoted') :]
    words = re.sub(r"<[^>]+>", "", entry[entry.index("Quoted") : entry.index("</span> <span")])
    assert words == "Quoted in responses response 1, response 2 and response 3"
    for _ in range(3):
        make_comment(article, source=f"“{SENTENCE}”.")
    html = page_of(client, article)
    assert 'aria-label="Quoted in 3 more responses: see them all"' in html
    assert html.count('aria-label="Quoted in response') == 3


def test_a_quote_of_a_response_leads_there(client, article):
    first = make_comment(article, source=f"{FERRY}.")
    make_comment(article, source=f"“{FERRY}”.", parent=first)
    html = page_of(client, article)
    assert 'aria-label="Go to the quoted passage in response 1"' in html
    assert 'aria-label="Quoted in response 2"' in html[html.index(f'id="comment-{first.pk}"') :]


def test_quotes_and_notes_stand_together(client, article, alice):
    note = make_annotation(article, author=alice, quote="everyone knows")
    make_comment(article, author=alice, source=f"“{SENTENCE}”.")
    html = page_of(client, article)
    assert re.search(
        r'data-quoted="\d+"[^>]*>the bridge [^<]*<mark [^>]*>everyone knows</mark>', html
    )
    order = re.findall(r'<li id="(note|quoted-by)-', html)
    assert order == ["quoted-by", "note"]
    assert f'id="mark-{note.pk}"' in html


def test_the_chip_turns_quoted_passages_off(client, article, alice):
    make_annotation(article, author=alice)
    make_comment(article, author=alice, source=f"“{SENTENCE}”.")
    address = reverse("article", args=[article.slug])
    html = page_of(client, article)
    assert 'class="reading"' in html
    assert f'href="{address}?quotes=off"' in html
    html = client.get(address, {"quotes": "off", "tag": "question"}).content.decode()
    assert 'class="reading quotes-off"' in html
    assert f'href="{address}?tag=question"' in html
    assert f'href="{address}?tag=bias-claim&amp;tag=question&amp;quotes=off"' in html


def test_without_quotes_the_page_says_nothing_of_them(client, article):
    make_comment(article)
    html = page_of(client, article)
    assert "Quoted" not in html


def test_the_page_costs_the_same_queries_with_many_quotes(client, article):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(client, article)
        return len(queries)

    make_comment(article, source=f"“{SENTENCE}”.")
    few = cost()
    for _ in range(8):
        make_comment(article, source=f"“{SENTENCE}” and “who pays when it is gone”.")
    assert cost() == few


def test_posting_costs_a_bounded_number_of_queries(article, alice):
    parent = make_comment(article, source=f"{FERRY}.")

    def cost(source: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            make_comment(article, author=alice, source=source, parent=parent)
        return len(queries)

    plain = cost("Nothing is quoted here.")
    one = cost(f"“{SENTENCE}”.")
    # Each begins in its own way: what begins like the one before is looked at as a repeat.
    assert cost(f"“who pays when it is gone”, “{SENTENCE}”, “two lanes since 1962”.") == one
    both = cost(f"“{FERRY}”, “{SENTENCE}”, “nobody has ever said these words here before me”.")
    assert one - plain <= 2
    assert both - plain <= 5


def test_link_quotes_links_older_responses_once(article, alice, capsys):
    post = make_comment(article, author=alice, source=f"“{SENTENCE}”.")
    make_comment(article, author=alice)
    Quotation.objects.all().delete()
    call_command("link_quotes")
    assert "2 responses looked at, 1 quotes linked in 1 of them." in capsys.readouterr().out
    assert len(quoted(post)) == 1
    call_command("link_quotes")
    assert "1 responses looked at, 0 quotes linked" in capsys.readouterr().out
    assert Quotation.objects.count() == 1


# Marking what one quotes


@pytest.fixture
def response(article, alice):
    return make_comment(article, author=alice, source=f"Look: “{SENTENCE}”. It is a claim.")


def mark(post: Post, author, tags=("bias-claim",), **changed):
    place = QuotationPlacement.objects.get(
        quotation__comment_revision=post.current, revision__superseded_at=None
    )
    text = place.revision.text
    passage = {
        "revision": place.revision,
        "start": place.start,
        "end": place.end,
        "quote": text[place.start : place.end],
    }
    return mark_quoted(author=author, comment=post, tags=tags, **passage | changed)


def test_a_quoted_passage_becomes_an_annotation_whose_note_is_the_response(
    article, alice, response
):
    post, new = mark(response, alice)
    assert new
    assert post.note_from == response
    assert post.current.text == ""
    annotation = Annotation.objects.get(post=post)
    assert annotation.quote == SENTENCE
    assert annotation.revision == article.post.current
    again, new = mark(response, alice, tags=("question",))
    assert (again, new) == (post, False)
    assert [tag.slug for tag in annotation.tags.all()] == ["bias-claim"]


def test_it_is_marked_as_it_stands_now(article, dan, alice, response):
    changed = ARTICLE_TEXT.replace("and everyone knows", "as everyone knows")
    revise_article(editor=dan, article=article, source=changed)
    post, _ = mark(response, alice)
    annotation = Annotation.objects.get(post=post)
    assert annotation.revision == article.post.current
    assert annotation.quote == SENTENCE.replace("and everyone", "as everyone")


def test_after_an_edit_it_is_not_marked_again(alice, response):
    post, _ = mark(response, alice)
    revise_post(editor=alice, post=response, source=f"Do look: “{SENTENCE}”.")
    assert mark(response, alice) == (post, False)


def test_only_what_one_quotes_oneself_is_marked(article, alice, bob, response):
    with pytest.raises(Forbidden):
        mark(response, bob)
    with pytest.raises(Refused) as refused:
        mark(response, alice, start=0, end=3, quote="The")
    assert refused.value.field == "comment"
    with pytest.raises(Refused) as refused:
        mark(response, alice, tags=())
    assert refused.value.field == "tags"
    withdraw_post(author=alice, post=response)
    with pytest.raises((Conflict, NotFound)):
        mark(response, alice)
    assert not Annotation.objects.exists()


def test_its_words_are_edited_in_the_response(client, alice, response):
    post, _ = mark(response, alice)
    with pytest.raises(Forbidden, match="response 1"):
        revise_post(editor=alice, post=post, source="Other words.")
    client.force_login(alice)
    answer = client.get(reverse("post-edit", args=[post.pk]))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("post-edit", args=[response.pk])
    assert client.post(reverse("post-edit", args=[post.pk]), {"source": "x"}).status_code == 403


def test_the_note_shows_the_words_as_they_are_now(client, article, alice, response):
    post, _ = mark(response, alice)
    entry = re.search(rf'<li id="note-{post.pk}".*?</li>', page_of(client, article), re.DOTALL)
    assert entry
    assert "Look: “the bridge" in entry.group()
    assert f'Said in <a href="#comment-{response.pk}">response 1</a>' in entry.group()
    revise_post(editor=alice, post=response, source=f"See “{SENTENCE}”. " + "And more. " * 60)
    entry = re.search(rf'<li id="note-{post.pk}".*?</li>', page_of(client, article), re.DOTALL)
    assert entry
    assert "See “the bridge" in entry.group()
    assert "more. …" in entry.group() or "And …" in entry.group()
    assert len(entry.group()) < 2500


@pytest.mark.parametrize("state", ["withdrawn", "removed", "hidden", "held", "erased"])
def test_the_note_vanishes_with_its_response(
    client, api, article, dan, alice, bob, response, state
):
    from annotations.exports.rows import annotation_rows
    from forum.discussion.listing import counts_under

    def seen() -> list[bool]:
        listed = api.get(reverse("api-annotations", args=[article.slug])).json()["results"]
        one = api.get(reverse("api-annotation", args=[post.pk]))
        personal = client.get(reverse("article-personal", args=[article.slug])).content.decode()
        return [
            f'id="note-{post.pk}"' in page_of(client, article),
            f"note-{post.pk}" in personal,
            bool(listed),
            one.status_code == 200,
            bool(list(annotation_rows(article, reader=dan))),
            (article.pk, "annotation") in counts_under([article], bob),
            client.get(reverse("post", args=[post.pk])).status_code != 404,
            client.get(reverse("post-history", args=[post.pk])).status_code == 200,
        ]

    post, _ = mark(response, alice)
    client.force_login(bob)
    api.force_authenticate(bob)
    assert seen() == [True, False, True, True, True, True, True, True]
    put(Post.objects.filter(pk=response.pk), state)
    assert seen() == [False] * 8
    put(Post.objects.filter(pk=response.pk), "published")
    assert seen() == [True, False, True, True, True, True, True, True]


def test_moderators_read_the_words_they_decide_about(client, article, alice, bob, carol, response):
    from tests.factories import make_flag

    post, _ = mark(response, alice)
    case = make_flag(post, flagger=bob).case
    client.force_login(carol)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "It is a claim." in page
    assert "The words of this note are" in page
    assert "It is a claim." in client.get(reverse("moderation")).content.decode()
    assert "It is a claim." in client.get(reverse("post-flag", args=[post.pk])).content.decode()


# The page on which it is done


def test_after_posting_one_is_told_and_led_there(client, article, alice):
    client.force_login(alice)
    client.post(
        reverse("respond", args=[article.slug]),
        {"source": f"“{SENTENCE}” and “who pays when it is gone”.", "token": "t"},
    )
    post = Post.objects.get(kind="comment")
    told = client.get(reverse("article-personal", args=[article.slug])).json()
    assert "Your response quotes 2 passages." in told["messages"]
    address = reverse("post-quotes", args=[post.pk])
    assert f'href="{address}"' in told["messages"]
    (own,) = told["own"]
    assert {"label": "Mark its quotes", "href": address} in own["links"]


def test_without_script_one_is_told_on_ones_own_page(client, article, alice):
    client.force_login(alice)
    sent = {"source": f"“{SENTENCE}”, it says.", "token": "t"}
    page = client.post(reverse("respond", args=[article.slug]), sent, follow=True)
    assert page.redirect_chain[-1][0] == reverse("you")
    html = page.content.decode()
    assert "Your response quotes 1 passage." in html
    address = reverse("post-quotes", args=[Post.objects.get(kind="comment").pk])
    assert html.count(f'href="{address}"') == 2


def test_without_quotes_nothing_is_offered(client, article, alice):
    client.force_login(alice)
    client.post(reverse("respond", args=[article.slug]), {"source": "Plain words.", "token": "t"})
    told = client.get(reverse("article-personal", args=[article.slug])).json()
    assert told["messages"] == ""
    assert [link["label"] for link in told["own"][0]["links"]] == ["Edit", "Withdraw"]


def test_the_page_shows_passages_and_takes_tags(client, article, alice, bob, response):
    address = reverse("post-quotes", args=[response.pk])
    client.force_login(bob)
    assert client.get(address).status_code == 403
    client.force_login(alice)
    html = client.get(address).content.decode()
    assert f">{SENTENCE}</mark>" in html
    assert 'value="bias-claim"' in html
    (quotation,) = Quotation.objects.all()
    wrong = client.post(address, {"quotation": quotation.pk})
    assert wrong.status_code == 400
    assert "Choose at least one tag." in wrong.content.decode()
    sent = {"quotation": quotation.pk, "tags": ["bias-claim", "question"]}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    assert Annotation.objects.count() == 1
    html = client.get(address).content.decode()
    assert "Marked as" in html
    assert "Question</span>" in html
    assert "<form method" not in html[html.index("<main") :]
    fragment = client.post(address, sent, headers={"HX-Request": "true"}).content.decode()
    assert "Marked as" in fragment
    assert "<html" not in fragment
    assert client.post(address, {"quotation": "999"}).status_code == 409


def test_the_page_says_what_became_of_a_passage(client, article, dan, alice, response):
    source = ARTICLE_TEXT[ARTICLE_TEXT.index("It has carried") :]
    revise_article(editor=dan, article=article, source=source)
    client.force_login(alice)
    address = reverse("post-quotes", args=[response.pk])
    html = client.get(address).content.decode()
    assert "This passage is no longer in the text." in html
    (quotation,) = Quotation.objects.all()
    assert client.post(address, {"quotation": quotation.pk, "tags": "question"}).status_code == 409


def test_other_peoples_hidden_words_are_not_on_the_page(client, article, alice, bob):
    first = make_comment(article, author=bob, source=f"{FERRY}.")
    post = make_comment(article, author=alice, source=f"“{FERRY}”.", parent=first)
    Post.objects.filter(pk=first.pk).update(state="removed")
    client.force_login(alice)
    html = client.get(reverse("post-quotes", args=[post.pk])).content.decode()
    assert "ferry" not in html
