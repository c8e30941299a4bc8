"""The search page and the search in the API: facets, order, pages, and whatever is sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.accounts.muting import mute
from forum.discussion.models import Post
from tests.factories import make_annotation, make_article, make_comment, make_user, put
from tests.properties import given, settings, st


@pytest.fixture
def talk(article, dan, alice, bob):
    """An article with two responses and a note, and another with one, all on zeppelins."""
    other = make_article(author=dan, title="On zeppelins", source="They were quick.")
    made = {
        "article": other.post,
        "alice": make_comment(article, author=alice, source="A zeppelin <b>is</b> no bridge."),
        "bob": make_comment(article, author=bob, source="No zeppelin, no bridge & no ferry."),
        "note": make_annotation(
            article, author=alice, note="Zeppelins again?", tags=("missing-factor",)
        ),
        "other": make_comment(other, author=bob, source="The zeppelin burned."),
    }
    Post.objects.filter(pk=made["bob"].pk).update(created_at=datetime(2024, 5, 1, tzinfo=UTC))
    return made


@pytest.fixture
def search(api, talk):
    """What the API answers a search, and the names in ``talk`` of what it found."""
    names = {post.pk: name for name, post in talk.items()}

    def ask(**sent: str):
        answer = api.get(reverse("api-search"), sent)
        assert answer.status_code == 200, answer.content
        return answer.json(), [names[result["id"]] for result in answer.json()["results"]]

    return ask


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"kind": "comment"}, {"alice", "bob", "other"}),
        ({"kind": "annotation"}, {"note"}),
        ({"kind": "article"}, {"article"}),
        ({"tag": "missing-factor"}, {"note"}),
        ({"tag": "bias-claim"}, set()),
        ({"author": "Bob Cratchit"}, {"bob", "other"}),
        ({"author": "bob", "kind": "comment"}, {"bob", "other"}),
        ({"article": "on-zeppelins"}, {"article", "other"}),
        ({"since": "2024-05-01", "until": "2024-05-01"}, {"bob"}),
        ({"until": "2024-04-30"}, set()),
        ({"since": "2024-05-02"}, {"article", "alice", "note", "other"}),
        ({"until": "9999-12-31"}, {"article", "alice", "bob", "note", "other"}),
    ],
)
def test_facets_narrow_what_is_found(search, sent, found):
    assert set(search(q="zeppelin", **sent)[1]) == found


def test_facets_count_what_was_found(search):
    answer, _ = search(q="zeppelin")
    counted = {
        facet["name"]: {choice["value"]: choice["count"] for choice in facet["choices"]}
        for facet in answer["facets"]
    }
    assert counted["kind"] == {"article": 1, "comment": 3, "annotation": 1}
    assert counted["tag"] == {"missing-factor": 1}
    assert counted["author"]["Bob Cratchit"] == 2
    assert counted["article"] == {"who-pays-for-the-bridge": 3, "on-zeppelins": 2}
    assert counted["year"]["2024"] == 1


def test_facets_count_only_what_whoever_asks_may_read(search, talk, article, alice, bob):
    """No number tells that there is something, nor whose, nor with which tag."""
    before = search(q="zeppelin")[0]["facets"]
    hidden = make_user("hugo")
    make_annotation(article, author=hidden, note="Zeppelin.", audience="private")
    gone = make_comment(article, author=hidden, source="A held zeppelin.")
    make_annotation(gone, author=bob, quote="zeppelin", note="Zeppelin!", tags=("bias-claim",))
    put(Post.objects.filter(pk=gone.pk), "held")
    assert search(q="zeppelin")[0]["facets"] == before
    assert search(author="hugo", q="zeppelin")[0]["count"] == 0


def test_what_was_looked_for_is_marked(search):
    answer, _ = search(q="zeppelin", author="alice", kind="comment")
    (result,) = answer["results"]
    assert (
        "".join(piece["text"] for piece in result["excerpt"]) == "A zeppelin <b>is</b> no bridge."
    )
    assert [piece["text"] for piece in result["excerpt"] if piece["found"]] == ["zeppelin"]
    assert result["article"]["title"] == "Who pays for the bridge"


def test_the_order_can_be_chosen(search):
    assert search(q="zeppelin")[1][0] == "article"
    assert search(q="zeppelin", sort="oldest")[1][0] == "bob"
    assert search(q="zeppelin", sort="newest")[1][0] == "other"


def test_without_words_a_facet_lists_what_it_holds(search):
    assert search(article="on-zeppelins")[1] == ["other", "article"]
    assert search(tag="missing-factor")[1] == ["note"]
    assert search()[0]["count"] == 0
    assert search(kind="comment", author="bob")[0]["count"] == 0


def test_pages_follow_one_another(article, alice, api, monkeypatch):
    monkeypatch.setattr("annotations.search.results.PAGE", 2)
    made = {make_comment(article, author=alice, source=f"Zeppelin {n}.").pk for n in range(5)}
    address, seen = f"{reverse('api-search')}?q=zeppelin&sort=oldest", []
    while address:
        answer = api.get(address).json()
        seen += [result["id"] for result in answer["results"]]
        address = answer["next"]
    assert seen == sorted(made)
    before = api.get(answer["previous"]).json()
    assert [result["id"] for result in before["results"]] == sorted(made)[2:4]


def test_more_than_is_looked_through_is_said(article, alice, client, monkeypatch):
    monkeypatch.setattr("annotations.search.results.MOST", 3)
    for n in range(5):
        make_comment(article, author=alice, source=f"Zeppelin {n}.")
    page = client.get(reverse("search"), {"q": "zeppelin"}).content.decode()
    assert "More than 3 found" in page


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"q": "x" * 301}, "q"),
        ({"q": "a", "kind": "nothing"}, "kind"),
        ({"q": "a", "since": "yesterday"}, "since"),
        ({"q": "a", "since": "2026-13-01"}, "since"),
        ({"q": "a", "since": "2026-02-01", "until": "2026-01-01"}, "until"),
        ({"q": "a", "sort": "best-ever"}, "sort"),
        ({"q": "a", "page": "0"}, "page"),
        ({"q": "a", "page": "two"}, "page"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(talk, client, api, sent, field):
    answer = api.get(reverse("api-search"), sent)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    page = client.get(reverse("search"), sent)
    assert page.status_code == 400
    # What was typed is not lost.
    assert f'value="{sent["q"]}"' in page.content.decode()


def test_the_page_escapes_what_it_marks(client, talk):
    page = client.get(reverse("search"), {"q": "zeppelin is"}).content.decode()
    assert "A <mark>zeppelin</mark> &lt;b&gt;<mark>is</mark>&lt;/b&gt; no bridge." in page


def test_narrowing_leads_back(client, talk):
    address = f"{reverse('search')}?q=zeppelin&author=Bob+Cratchit"
    page = client.get(address).content.decode()
    chosen = re.search(r'class="search-chosen".*?href="([^"]+)"', page, re.S)
    assert chosen
    wider = client.get(reverse("search") + chosen[1].replace("&amp;", "&")).content.decode()
    assert page.count('class="list-item search-result"') == 2
    assert wider.count('class="list-item search-result"') == 5


def test_a_page_takes_as_many_queries_whatever_it_shows(
    client, article, talk, django_assert_num_queries
):

    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("search"), {"q": "zeppelin"})
    for n in range(12):
        person = make_user()
        make_comment(article, author=person, source=f"Zeppelin {n}.")
        make_annotation(article, author=person, note=f"Zeppelin {n}?")
    with django_assert_num_queries(len(few)):
        client.get(reverse("search"), {"q": "zeppelin"})


def test_anything_may_be_sent(client, talk):
    @settings(max_examples=60)
    @given(
        st.dictionaries(
            st.sampled_from(["q", "kind", "tag", "author", "article", "since", "sort", "page"]),
            st.text(max_size=20),
        )
    )
    def check(sent):
        answer = client.get(reverse("search"), sent)
        assert answer.status_code in (200, 400)

    check()


def test_what_a_muted_person_wrote_is_folded(client, talk, alice, bob):
    mute(person=alice, other=bob)
    client.force_login(alice)
    page = client.get(reverse("search"), {"q": "zeppelin"}).content.decode()
    assert page.count("<summary>Muted: show</summary>") == 2
    client.force_login(bob)
    page = client.get(reverse("search"), {"q": "zeppelin"}).content.decode()
    assert "Muted" not in page
