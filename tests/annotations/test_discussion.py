"""The discussion on the reading page: in which order, in which parts, and what is news."""

from __future__ import annotations

import gzip
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from annotations.page.page_parts import _PARTS
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Post
from forum.discussion.templatetags.language import spoken_in
from tests.factories import make_annotation, make_comment, put

IDS = re.compile(r'<li class="response[^"]*" id="comment-(\d+)"')
ASIDE = re.compile(r'<li class="response is-aside" id="comment-(\d+)"')


@pytest.fixture
def here(article) -> str:
    return reverse("article", args=[article.slug])


@pytest.fixture
def short(monkeypatch):
    """Pages of four responses."""
    monkeypatch.setattr("annotations.page.thread.FIRST", 4)
    monkeypatch.setattr("annotations.page.thread.PAGE", 4)
    monkeypatch.setattr("forum.discussion.lookup.FIRST", 4)


def shown(html: str) -> list[int]:
    """The responses on a page, as they come."""
    aside = set(ASIDE.findall(html))
    return [int(pk) for pk in IDS.findall(html) if pk not in aside]


def page(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def more(html: str, which: str) -> str:
    """Where the link leads that shows ``earlier`` or ``more`` responses; "" without one."""
    link = rf'<a class="button" href="([^"]*)" data-more="[a-z]+">Show {which} responses'
    found = re.search(link, html)
    return found[1].replace("&amp;", "&") if found else ""


# Order


@pytest.fixture
def threads(article, alice, bob) -> list[Post]:
    """1[ 4[ 5]] 2 3[ 6], by number."""
    first = make_comment(article, author=alice)
    second = make_comment(article, author=bob)
    third = make_comment(article, author=alice)
    fourth = make_comment(article, author=bob, parent=first)
    fifth = make_comment(article, author=alice, parent=fourth)
    return [first, second, third, fourth, fifth, make_comment(article, author=bob, parent=third)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 4, 5, 2, 3, 6]),
        ("?sort=oldest", [1, 4, 5, 2, 3, 6]),
        ("?sort=newest", [3, 6, 2, 1, 4, 5]),
        ("?sort=discussed", [1, 4, 5, 3, 6, 2]),
        ("?sort=sideways", [1, 4, 5, 2, 3, 6]),
    ],
)
def test_responses_come_in_the_order_that_the_address_asks_for(
    client, here, threads, query, numbers
):
    html = page(client, here + query)
    assert shown(html) == [threads[number - 1].pk for number in numbers]
    # Whatever the order, each keeps its number.
    assert "Response </span>6</a>" in html


def test_the_orders_are_offered_where_there_is_more_than_one_response(client, here, article):
    make_comment(article)
    assert "sort=newest" not in page(client, here)
    make_comment(article)
    html = page(client, f"{here}?sort=newest&tag=bias-claim")
    assert f'<a href="{here}?tag=bias-claim&amp;sort=newest#responses" aria-current="true">' in html
    assert f'<a href="{here}?tag=bias-claim#responses">Oldest first</a>' in html


def test_what_stands_deep_says_what_it_answers(client, here, article, alice):
    last = None
    for _ in range(8):
        last = make_comment(article, author=alice, parent=last)
    html = page(client, here)
    assert re.findall(r'class="response-to[^>]*>to (\d)<', html) == ["3", "4", "5", "6", "7"]
    assert html.count('<ol class="responses') == 6


# Parts


def test_a_long_discussion_comes_in_parts_that_lead_to_one_another(client, here, article, short):
    posts = [make_comment(article).pk for _ in range(13)]
    html = page(client, here)
    found = shown(html)
    assert found == posts[:4]
    assert "13 responses" in html
    while address := more(html, "more"):
        html = page(client, address)
        found += shown(html)
    assert found == posts
    back = shown(html)
    while address := more(html, "earlier"):
        html = page(client, address)
        back = shown(html) + back
    assert back == posts


def test_a_part_says_what_its_answers_answer(client, here, article, alice, short):
    first = make_comment(article, author=alice, source="Asked on the part before.")
    answers = [make_comment(article, parent=first).pk for _ in range(9)]
    html = page(client, more(page(client, here), "more"))
    assert shown(html) == answers[3:]
    assert ASIDE.findall(html) == [str(first.pk)]
    assert "Asked on the part before." not in html
    assert "Alice Liddell" in html


@pytest.mark.parametrize("sort", ["newest", "discussed"])
def test_nothing_is_lost_or_comes_twice_while_others_post(client, here, article, short, sort):
    tops = [make_comment(article) for _ in range(12)]
    for top in tops[:3]:
        make_comment(article, parent=top)
    posts = {post.pk for post in Post.objects.filter(root=article.pk)}
    html = page(client, f"{here}?sort={sort}")
    found = shown(html)
    while address := more(html, "more"):
        # What comes in between makes the last the most discussed and the newest another.
        make_comment(article, parent=tops[-1])
        make_comment(article, parent=tops[-1])
        make_comment(article)
        html = page(client, address)
        found += shown(html)
    assert len(found) == len(posts)
    assert set(found) == posts


def test_notes_come_with_the_part_that_has_what_they_are_on(client, here, article, bob, short):
    posts = [make_comment(article, source="Words to be marked.") for _ in range(9)]
    on_text = make_annotation(article, author=bob)
    early = make_annotation(posts[0], author=bob, quote="Words")
    late = make_annotation(posts[-1], author=bob, quote="Words")
    first = page(client, here)
    assert "3 notes" in first
    notes = re.compile(r'<li id="note-(\d+)"')
    assert {int(pk) for pk in notes.findall(first)} == {on_text.pk, early.pk}
    last = page(client, f"{here}?at={posts[-1].pk}")
    assert {int(pk) for pk in notes.findall(last)} == {on_text.pk, late.pk}
    assert f'id="mark-{late.pk}"' in last


def test_permalinks_lead_to_the_right_part(client, here, article, alice, bob, short):
    posts = [make_comment(article, author=alice, source="Words.") for _ in range(12)]
    note = make_annotation(posts[9], author=bob, quote="Words")
    reply = make_comment(article, author=alice, parent=note)
    on_text = make_annotation(article, author=bob)
    leads = {
        posts[9]: f"{here}?at={posts[9].pk}#comment-{posts[9].pk}",
        note: f"{here}?at={posts[9].pk}#note-{note.pk}",
        reply: f"{here}?at={posts[9].pk}#reply-{reply.pk}",
        on_text: f"{here}#note-{on_text.pk}",
    }
    for post, address in leads.items():
        assert client.get(reverse("post", args=[post.pk]))["Location"] == address
        assert f'id="{address.partition("#")[2]}"' in page(client, address)


def test_a_short_discussion_has_plain_addresses(client, here, article):
    post = make_comment(article)
    address = f"{here}#comment-{post.pk}"
    assert client.get(reverse("post", args=[post.pk]))["Location"] == address


@pytest.mark.parametrize(
    "query", ["at=99999999", "after=99999999", "before=99999999", "at=x", "after=-1"]
)
def test_a_part_that_there_is_not_is_the_first(client, here, article, short, query):
    posts = [make_comment(article).pk for _ in range(9)]
    assert shown(page(client, f"{here}?{query}")) == posts[:4]


# A part by itself


def by_itself(client, address: str, **headers: str):
    """What is asked for in place of the page at ``address``."""
    path, _, query = address.partition("#")[0].partition("?")
    return client.get(f"{path}part/?{query}", headers=headers)


def test_a_part_comes_by_itself_as_it_stands_on_its_page(client, here, article, bob, short):
    posts = [make_comment(article, source="Words to be marked.") for _ in range(13)]
    on_text = make_annotation(article, author=bob)
    late = make_annotation(posts[5], author=bob, quote="Words")
    address = more(page(client, here), "more")
    whole, part = page(client, address), by_itself(client, address).content.decode()
    assert shown(part) == shown(whole) == [post.pk for post in posts[4:8]]
    for which in ("earlier", "more"):
        assert more(part, which) == more(whole, which) != ""
    assert f'id="note-{late.pk}"' in part
    assert f'id="mark-{late.pk}"' in part
    # The page has the text already, and what is on it.
    assert f'id="note-{on_text.pk}"' not in part
    assert "data-reading" not in part


def test_a_part_is_compressed_and_not_sent_twice(client, here, article, short):
    for _ in range(9):
        make_comment(article)
    address = more(page(client, here), "more")
    sent = by_itself(client, address, **{"Accept-Encoding": "gzip"})
    plain = by_itself(client, address)
    assert gzip.decompress(sent.content) == plain.content
    again = {"Accept-Encoding": "gzip", "If-None-Match": sent["ETag"]}
    assert by_itself(client, address, **again).status_code == 304
    make_comment(article)
    assert by_itself(client, address, **again).status_code == 200


def test_only_parts_that_a_page_leads_on_to_are_remembered(client, here, article, short):
    posts = [make_comment(article) for _ in range(13)]
    address = more(page(client, here), "more")
    before = len(_PARTS)
    for made_up in (f"?after={posts[4].pk}", f"?at={posts[9].pk}", "?tag=bias-claim", "?after=x"):
        by_itself(client, here + made_up)
        assert len(_PARTS) == before
    by_itself(client, address)
    assert len(_PARTS) > before


def test_a_part_costs_as_many_queries_however_much_it_shows(
    client, here, article, bob, short, django_assert_num_queries
):
    posts = [make_comment(article, source="Words to be marked.") for _ in range(9)]
    address = more(page(client, here), "more")
    with CaptureQueriesContext(connection) as few:
        by_itself(client, address)
    asked = len(few)
    for post in posts:
        make_annotation(post, author=bob, quote="Words")
        make_comment(article)
    by_itself(client, here)
    with django_assert_num_queries(asked):
        by_itself(client, address)


@pytest.mark.parametrize("state", ["removed", "draft", "held"])
def test_there_are_no_parts_of_an_article_that_is_not_public(client, here, article, short, state):
    posts = [make_comment(article) for _ in range(9)]
    put(Post.objects.filter(pk=article.pk), state)
    assert by_itself(client, f"{here}?after={posts[3].pk}").status_code == 404


def test_a_part_shows_what_everybody_reads(client, here, article, alice, short):
    posts = [make_comment(article, author=alice, source="Said to nobody.") for _ in range(9)]
    put(Post.objects.filter(pk__in=[post.pk for post in posts]), "held")
    client.force_login(alice)
    assert b"Said to nobody" not in by_itself(client, f"{here}?after={posts[3].pk}").content


# News


@pytest.fixture
def news(client, article):
    """Ask for the news, as a page does that was made now."""
    html = client.get(reverse("article", args=[article.slug])).content.decode()
    known = re.search(r'data-newest="(\d+)" data-newest-words="(\d+)"', html)
    assert known
    newest, words = known.groups()
    address = reverse("article-news", args=[article.slug])

    def ask(etag: str = "", **more: str):
        asked = {"newest": newest, "words": words} | more
        return client.get(address, asked, headers={"If-None-Match": etag} if etag else {})

    return ask


@pytest.fixture
def comment(article, alice) -> Post:
    return make_comment(article, author=alice, source="The first words.")


def test_new_responses_and_new_words_are_news(comment, news, article, alice, bob):
    assert news().json() == {"new": 0, "edited": 0}
    make_comment(article, author=bob)
    make_comment(article, author=bob, parent=comment)
    revise_post(editor=alice, post=comment, source="Other words.")
    assert news().json() == {"new": 2, "edited": 1}


def test_who_has_the_news_is_told_so_by_one_query(
    comment, news, article, django_assert_num_queries
):
    etag = news()["ETag"]
    with django_assert_num_queries(1):
        assert news(etag).status_code == 304
    make_comment(article)
    assert news(etag).json() == {"new": 1, "edited": 0}


def test_they_come_with_what_says_where_they_belong(comment, news, article, alice, bob):
    sibling = make_comment(article, author=bob, parent=comment)
    first = news(show="1").content.decode()
    assert shown(first) == [sibling.pk]
    assert ASIDE.findall(first) == [str(comment.pk)]
    revise_post(editor=alice, post=comment, source="Other words.")
    note = make_annotation(comment, author=bob, quote="Other")
    both = news(show="1").content.decode()
    assert shown(both) == [comment.pk, sibling.pk]
    assert f'id="mark-{note.pk}"' in both
    assert f'<li id="note-{note.pk}"' in both


@pytest.mark.parametrize("state", ["held", "removed", "withdrawn"])
def test_what_is_not_public_is_no_news(comment, news, article, bob, state):
    post = make_comment(article, author=bob, source="Nobody reads this.")
    put(Post.objects.filter(pk=post.pk), state)
    assert news().json() == {"new": 0, "edited": 0}
    assert b"Nobody reads this." not in news(show="1").content


def test_what_only_some_read_is_no_news(comment, news, article, bob):
    make_annotation(article, author=bob, quote="ferry", audience="private")
    assert news().json() == {"new": 0, "edited": 0}


def test_there_are_no_news_of_an_article_that_is_not_public(comment, news, article):
    put(Post.objects.filter(pk=article.pk), "removed")
    assert news().status_code == 404


def test_a_withdrawn_response_is_no_news(comment, news, alice):
    withdraw_post(author=alice, post=comment)
    assert news().json() == {"new": 0, "edited": 0}
    assert not shown(news(show="1").content.decode())


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40])
def test_whatever_is_asked_is_answered(client, article, comment, value):
    address = reverse("article-news", args=[article.slug])
    assert client.get(address, {"newest": value, "words": value}).json()["new"] >= 0


# Who wrote it, and in which language


def test_names_lead_to_those_who_have_an_account(client, here, article, alice, bob):
    post = make_comment(article, author=alice, source="Words to be marked.")
    note = make_annotation(post, author=bob, quote="Words")
    reply = make_comment(article, author=alice, parent=note)
    guest = make_comment(article, author=bob)
    Post.objects.filter(pk=guest.pk).update(author=None)
    html = page(client, here)
    for one in (post, note, reply):
        address = reverse("post-author", args=[one.pk])
        assert f'<a class="person" href="{address}">{one.author_name}</a>' in html
        assert one.author
        profile = reverse("person", args=[one.author.username])
        assert client.get(address)["Location"] == profile
    assert reverse("post-author", args=[guest.pk]) not in html
    assert f'<span class="person">{guest.author_name}</span>' in html


@pytest.mark.parametrize(
    ("language", "spoken", "words", "expected"),
    [
        ("", "en", "The bridge.", None),
        ("", "de", "The bridge.", "en"),
        ("es", "en", "El puente.", "es"),
        ("de", "de", "Die Brücke.", None),
        ("en", "en", "The bridge.", None),
        ("ar", "en", "الجسر هنا", "ar"),
        # The letters of another language than the article's.
        ("ar", "en", "The bridge.", ""),
        ("es", "en", "הגשר", ""),
        ("", "en", "הגשר", ""),
    ],
)
def test_words_say_their_language_where_the_page_has_another(language, spoken, words, expected):
    with override(spoken):
        assert spoken_in(language, f"<p>{words}</p>") == expected


def test_what_is_written_under_an_article_is_in_its_language(client, here, article, alice, bob):
    type(article).objects.filter(pk=article.pk).update(language="es")
    post = make_comment(article, author=alice, source="Palabras.")
    note = make_annotation(post, author=bob, quote="Palabras", note="¿Qué?")
    make_comment(article, author=alice, parent=note, source="Nada.")
    html = page(client, here)
    assert html.count(' lang="es" dir="auto"') == 4
    assert html.count('<div class="prose prose-response" lang="es" dir="auto"') == 1
    assert html.count('<blockquote class="note-quote" lang="es" dir="auto"') == 1
    assert html.count('<div class="note-body" lang="es" dir="auto"') == 2
    type(article).objects.filter(pk=article.pk).update(language="")
    make_comment(article, author=alice)
    assert ' lang="es"' not in page(client, here)
