"""``manage.py import_disqus``: threads find their articles, and posts their places."""

from __future__ import annotations

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from forum.discussion.models import Article, Post
from tests.discussion.exports_of_others import (
    by_id,
    disqus,
    import_disqus,
    import_wordpress,
    item,
    posted,
    state,
    thread,
    wxr,
)
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.usefixtures("frances")

LINK = "https://daily.example.org/2014/03/who-pays-for-the-bridge/?utm=x#disqus"


def test_posts_come_to_the_article_that_is_here(tmp_path):
    article = make_article()
    here = make_comment(article)
    export = disqus(
        thread(5, LINK), posted(2, 5, 1, createdAt="2014-03-03T09:00:00Z"), posted(1, 5)
    )
    counted = import_disqus(tmp_path, export)
    assert counted["articles"] == {"matched": 1}
    assert counted["comments"] == {"imported": 2}
    first, second = by_id("post/1"), by_id("post/2")
    assert (first.source, first.author_name, first.author) == ("disqus:daily", "Reader 1", None)
    assert (first.root_id, second.parent) == (article.pk, first)
    assert [here.number, first.number, second.number] == [1, 2, 3]
    before = state()
    assert import_disqus(tmp_path, export)["comments"] == {"here": 2}
    assert state() == before


def test_a_thread_whose_identifier_is_empty_keeps_its_posts(tmp_path):
    """A thread's id is an attribute; the element ``id`` in it may well be childless."""
    make_article()
    export = disqus(thread(5, LINK), posted(1, 5))
    assert "<id />" in export
    assert import_disqus(tmp_path, export)["comments"] == {"imported": 1}


def test_threads_of_wordpress_are_known_by_number(tmp_path):
    import_wordpress(tmp_path, wxr(item(12, post_name="something-else")))
    export = disqus(
        thread(5, "https://old.example.org/?p=12", id="12 https://blog.example.org/?p=12"),
        posted(1, 5),
    )
    import_disqus(tmp_path, export)
    assert by_id("post/1").root == by_id("post/12")


def test_by_title_if_it_is_the_only_one(tmp_path):
    article = make_article(title="Ferries")
    make_article(title="Twice", source="One")
    make_article(title="Twice", source="Two")
    export = disqus(
        thread(1, title="FERRIES"),
        posted(1, 1),
        thread(2, title="Twice"),
        posted(2, 2),
        # Of a front page, whatever its title.
        thread(3, "https://daily.example.org/", title="Ferries"),
        posted(3, 3),
        thread(4, "https://daily.example.org/nobody-commented/"),
    )
    counted = import_disqus(tmp_path, export)
    assert by_id("post/1").root_id == article.pk
    assert counted["articles"] == {"matched": 1, "unmatched": 2}
    assert counted["comments"] == {"imported": 1, "no_article": 2}
    assert counted["named"]["unmatched"] == [
        "Twice (1 comments)",
        "https://daily.example.org/ (1 comments)",
    ]


@pytest.mark.parametrize(
    "called", ["5", "ident-5", "http://www.daily.example.org/Odd/", "thread/5"]
)
def test_a_map_has_the_first_word(tmp_path, called):
    make_article(title="Odd")
    article = make_article(title="Meant")
    (tmp_path / "map.csv").write_text(f"{called},/articles/{article.slug}/\n")
    export = disqus(thread(5, "https://daily.example.org/odd", id="ident-5"), posted(1, 5))
    import_disqus(tmp_path, export, "--map", str(tmp_path / "map.csv"))
    assert by_id("post/1").root_id == article.pk


def test_two_threads_about_one_article_are_one_discussion(tmp_path):
    article = make_article()
    export = disqus(
        thread(5, LINK),
        thread(6, LINK + "&page=2"),
        posted(1, 5, createdAt="2014-03-05T09:00:00Z"),
        posted(2, 6, createdAt="2014-03-03T09:00:00Z"),
        posted(3, 6, 1, createdAt="2014-03-06T09:00:00Z"),
    )
    counted = import_disqus(tmp_path, export)
    assert counted["comments"] == {"imported": 3}
    assert counted["notes"] == {}
    assert [by_id(f"post/{n}").number for n in (2, 1, 3)] == [1, 2, 3]
    assert {post.root_id for post in Post.objects.filter(kind="comment")} == {article.pk}


def test_deleted_and_spam_are_left_out_but_hold_their_answers(tmp_path, client):
    article = make_article()
    export = disqus(
        thread(5, LINK),
        posted(1, 5, isSpam="true"),
        posted(2, 5, isDeleted="true"),
        posted(3, 5, 2),
        posted(4, 5, isSpam="true", isDeleted="true"),
        posted(5, 5, isApproved="false"),
    )
    counted = import_disqus(tmp_path, export)
    assert counted["comments"] == {"imported": 2, "spam": 2, "trash": 1}
    assert counted["notes"] == {"place_kept": 1}
    page = client.get(article.get_absolute_url()).text
    assert "Words of 3." in page
    assert "Words of 2." not in page


def test_a_deleted_thread_is_left_out(tmp_path):
    make_article()
    counted = import_disqus(
        tmp_path, disqus(thread(5, LINK, deleted=True), posted(1, 5), posted(2, 77))
    )
    assert counted["articles"] == {"trash": 1}
    assert counted["comments"] == {"no_article": 2}


def test_closed_threads_close_what_has_nothing_of_them_yet(tmp_path):
    article = make_article()
    export = disqus(thread(5, LINK, closed=True), posted(1, 5))
    counted = import_disqus(tmp_path, export)
    article.refresh_from_db()
    assert article.closed_at is not None
    assert counted["notes"] == {"closed": 1}
    Article.objects.update(closed_at=None)
    import_disqus(tmp_path, disqus(thread(5, LINK, closed=True), posted(1, 5), posted(2, 5)))
    article.refresh_from_db()
    assert article.closed_at is None


def test_anonymous_is_nobody_and_an_account_who_it_is_said_to_be(tmp_path, alice, bob):
    make_article()
    for person in (alice, bob):
        EmailAddress.objects.create(user=person, email=person.email, verified=True)
    export = disqus(
        thread(5, LINK),
        posted(1, 5, email=alice.email, name="Alice", username="alice"),
        posted(2, 5, email=alice.email, name="Alice", username="ally", anonymous="false"),
        posted(3, 5, email="", name="", username="bobby", anonymous="false"),
        posted(4, 5, name="", username=""),
    )
    (tmp_path / "people.csv").write_text("bobby,bob\n")
    import_disqus(tmp_path, export, "--match-emails", "--people", str(tmp_path / "people.csv"))
    assert [by_id(f"post/{n}").author for n in (1, 2, 3, 4)] == [None, alice, bob, None]
    assert [by_id(f"post/{n}").author_name for n in (3, 4)] == ["bobby", "Anonymous"]
    assert alice.email not in repr(list(Post.objects.values()))


def test_messages(tmp_path):
    make_article()
    message = (
        "<p>One<br>line\nand words</p><p>Second &amp; <b>bold</b> "
        '<a href="https://disq.us/url?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1:0123456789abcdefghijklmn&amp;cuid=1">there</a></p>'
    )
    import_disqus(tmp_path, disqus(thread(5, LINK), posted(1, 5, message=message)))
    revision = by_id("post/1").current
    assert revision.text == "One\nline and words\nSecond & bold there"
    assert 'href="https://example.org/a?b=1"' in revision.html


def test_what_is_no_export(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text("<disqus/>")
    with pytest.raises(CommandError, match="no export of Disqus"):
        call_command("import_disqus", str(path), stdout=StringIO())
