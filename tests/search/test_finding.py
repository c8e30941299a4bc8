"""What the database finds, on either: exactly what the query means, and nothing unreadable."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict

from annotations.search.asked import Asked
from annotations.search.rebuilding import rebuild
from annotations.search.results import search
from forum.discussion.actions import revise_post
from forum.discussion.models import Post, SearchEntry
from forum.discussion.publishing.actions import Paratext, revise_article
from forum.discussion.search.finding import matching
from forum.discussion.search.index import Entry, write_entries
from forum.discussion.search.query import Query
from forum.lib.searchwords import folded_words
from tests.factories import make_annotation, make_article, make_comment
from tests.properties import given, settings, st


def ids(written: str) -> set[int]:
    """The posts found, whoever may read them."""
    return set(matching(Post.objects.all(), Query.parse(written)).values_list("pk", flat=True))


def means(query: Query, heading: str, text: str) -> bool:
    """The same, worked out the long way."""
    parts = [folded_words(heading), folded_words(text)]

    def stands(term):
        return any(term.matches_at(part, at) for part in parts for at in range(len(part)))

    return all(map(stands, query.terms)) and not any(map(stands, query.without))


TEXTS = [
    ("The Carbon Tax", "A tax on carbon, or a carbon-tax; the taxes are naïve."),
    ("", "carbon. Tax!"),
    ("气候变化", "我们谈气候。CO₂ and climate change"),
    ("a b c", "d e f a"),
    ("NEAR AND OR NOT", 'heading:x col-umn "quo\'ted" back\\slash %_ 100 %'),
    ("", "Straße STRASSE strasse हिन्दी की भाषा"),
]
WORDS = "carbon tax taxes 气候 气 a b near not strasse हिन्दी clim col co2".split()


@pytest.fixture
def posts(article, alice) -> list[int]:
    """Posts whose entries say what ``TEXTS`` does."""
    made = [make_comment(article, author=alice).pk for _ in TEXTS]
    write_entries(Entry(pk, *texts) for pk, texts in zip(made, TEXTS, strict=True))
    SearchEntry.objects.filter(post=article.pk).delete()
    return made


def agrees(posts: list[int], written: str) -> None:
    query = Query.parse(written)
    if query:
        expected = {pk for pk, texts in zip(posts, TEXTS, strict=True) if means(query, *texts)}
        assert ids(written) == expected, written


@pytest.mark.parametrize(
    "written",
    [
        "carbon tax",
        '"carbon tax"',
        "carbon-tax",
        "tax -taxes",
        '"tax"',
        "气候",
        '"气 变"',
        "b c d",
        '"b c d"',
        "near and or not",
        "heading:x",
        'quo\'ted back\\slash "%_ 100"',
        "strasse",
        "हिन्",
        '"की भाषा" -carbon',
        'a -"d e"',
        "'); DROP TABLE discussion_post; --",
    ],
)
def test_a_query_finds_what_it_means(posts, written):
    agrees(posts, written)


@pytest.mark.django_db
def test_any_query_finds_what_it_means(posts):
    bits = st.sampled_from([*WORDS, '"', "-", " ", "*", "(", ":", "'", "\\", "^", "\x00"])

    @settings(max_examples=150)
    @given(st.one_of(st.text(max_size=20), st.lists(bits, max_size=12).map(" ".join)))
    def check(written):
        agrees(posts, written)

    check()


def results(reader, **sent: str) -> list[int]:
    query = QueryDict(urlencode(sent))
    return [result.post.pk for result in search(Asked.of(query), reader).results]


def test_what_is_written_is_found_at_once(article, alice, bob):
    response = make_comment(article, author=alice, source="The *zeppelin* was quicker.")
    note = make_annotation(article, author=bob, quote="everyone knows", note="A hyperbole.")
    assert results(bob, q="zeppelin") == [response.pk]
    assert results(bob, q="hyperbole") == [note.pk]
    assert set(results(bob, q='"everyone knows"')) == {article.pk, note.pk}


def test_an_edit_is_found_and_what_it_replaced_is_not(article, alice):
    response = make_comment(article, author=alice, source="A zeppelin.")
    revise_post(editor=alice, post=response, source="A balloon.")
    assert results(alice, q="zeppelin") == []
    assert results(alice, q="balloon") == [response.pk]


def test_an_article_is_found_by_its_title_before_its_text(article, dan, alice):
    inside = make_article(
        author=dan, title="On cheese", source="Also a word on ferries, then cheese."
    )
    about = make_article(author=dan, title="Ferries", source="They run on time.")
    assert results(alice, q="ferries") == [about.pk, inside.pk]
    revise_article(editor=dan, article=about, paratext=Paratext(title="Zeppelins"))
    assert results(alice, q="ferries") == [inside.pk]
    assert results(alice, q="zeppelins time") == [about.pk]


def test_who_may_not_read_does_not_find(article, alice, bob, carol):
    private = make_annotation(article, author=alice, note="my zeppelin", audience="private")
    response = make_comment(article, author=alice, source="A public zeppelin.")
    assert set(results(alice, q="zeppelin")) == {private.pk, response.pk}
    assert results(bob, q="zeppelin") == [response.pk]
    assert results(carol, q="zeppelin") == [response.pk]
    Post.objects.filter(pk=response.pk).update(state="removed")
    assert results(bob, q="zeppelin") == []
    assert results(carol, q="zeppelin") == [response.pk]


def test_what_is_deleted_is_found_no_more(article, alice):
    response = make_comment(article, author=alice, source="A zeppelin.")
    response.delete()
    assert ids("zeppelin") == set()


def test_rebuilding_finds_what_was_found_before(article, alice, bob):
    make_comment(article, author=alice, source="A zeppelin.")
    make_annotation(article, author=bob, note="A hyperbole.")
    before = list(SearchEntry.objects.order_by("pk").values_list("pk", "heading", "body"))
    SearchEntry.objects.all().delete()
    assert ids("zeppelin") == set()
    assert rebuild() == 3
    assert list(SearchEntry.objects.order_by("pk").values_list("pk", "heading", "body")) == before
    assert len(ids("zeppelin")) == 1


def test_a_text_made_of_too_many_words_is_taken(posts):
    """PostgreSQL refuses more than a megabyte of different words."""
    glyphs = [chr(code) for code in range(0x13000, 0x13400)]
    words = [glyphs[n % 1_000] + glyphs[n // 1_000] + glyphs[n % 7] for n in range(100_000)]
    write_entries([Entry(posts[0], "", " ".join(words))])
    assert ids(words[1]) == {posts[0]}


def test_a_word_longer_than_a_database_takes_is_found(article, alice):
    word = "ж" * 3_000
    response = make_comment(article, author=alice, source=word)
    assert ids(word[:250]) == {response.pk}


def test_the_index_is_used(posts):
    query = matching(Post.objects.all(), Query.parse('"carbon tax" strasse'))
    plan = query.explain()
    wanted = "VIRTUAL TABLE INDEX" if connection.vendor == "sqlite" else "searchentry"
    assert wanted in plan
