"""``manage.py import_wordpress``: what others get wrong."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command

from forum.discussion.actions import revise_post
from forum.discussion.models import Article, Post, Revision
from forum.moderation.actions import decide
from forum.moderation.models import Case
from forum.notifications.models import Notification
from tests.discussion.exports_of_others import by_id, import_wordpress, item, said, state, wxr
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.usefixtures("frances")


def test_an_article_with_its_comments(tmp_path):
    content = "Hello\nbridge &amp; <b>ferry</b>\n\nSecond <i>one</i>."
    export = wxr(
        item(
            7,
            said(1, content="First\nline\n\n<b>bold</b> &amp; *not emphasis*"),
            said(2, 1),
            title="Tom &amp; the bridge&#8217;s end",
            content=content,
            excerpt="It is <em>old</em>.",
        )
    )
    counted = import_wordpress(tmp_path, export)
    assert counted["articles"] == {"imported": 1}
    assert counted["comments"] == {"imported": 2}
    article = Article.objects.select_related("post").get()
    assert (article.title, article.byline, article.slug) == (
        "Tom & the bridge’s end",
        "Ada Byron",
        "post-7",
    )
    assert article.standfirst == "It is old."
    assert article.published_at == datetime(2014, 3, 1, 9, tzinfo=UTC)
    assert (article.post.source, article.post.source_id) == ("wordpress:blog.example.org", "post/7")
    assert (article.post.author, article.post.author_name) == (None, "Ada Byron")
    html = article.post.current.html
    assert html == "<p>Hello<br>bridge &amp; <b>ferry</b></p><p>Second <i>one</i>.</p>"
    first, second = by_id("comment/1"), by_id("comment/2")
    assert (first.number, second.number, article.last_number) == (1, 2, 2)
    assert (first.parent, second.parent) == (article.post, first)
    assert (first.author, first.author_name) == (None, "Reader 1")
    assert first.created_at == datetime(2014, 3, 2, 9, tzinfo=UTC)
    revision = first.current
    assert revision.format == "comment"
    assert revision.html == "<p>First<br>line</p><p><strong>bold</strong> &amp; *not emphasis*</p>"
    assert revision.text == "First\nline\nbold & *not emphasis*"
    assert revision.text_sha256 == Revision.digest(revision.text)
    assert revision.created_at == first.created_at


def test_the_second_time_changes_nothing(tmp_path):
    export = wxr(
        item(1, said(1), said(2, 1), said(3, approved="spam"), said(4, 3), said(5, approved="0"))
    )
    first = import_wordpress(tmp_path, export)
    before = state()
    second = import_wordpress(tmp_path, export)
    assert state() == before
    assert first["comments"] == {"imported": 3, "held": 1, "spam": 1}
    assert second["articles"] == {"here": 1}
    # The spam that was answered has a place here; it is not spam any more, but nothing.
    assert second["comments"] == {"here": 5}


def test_nobody_hears_of_it_and_pages_are_made_anew(tmp_path, alice):
    article = make_article()
    parent = make_comment(article, author=alice)
    before = article.activity
    (tmp_path / "map.csv").write_text(f"1,{article.slug}\n")
    told = Notification.objects.count()
    import_wordpress(
        tmp_path, wxr(item(1, said(1), said(2, 1))), options=("--map", str(tmp_path / "map.csv"))
    )
    article.refresh_from_db()
    assert article.activity >= before + 2
    assert Notification.objects.count() == told
    assert mail.outbox == []
    assert (parent.number, by_id("comment/1").number) == (1, 2)


def test_pending_comments_are_held_and_wait_in_the_queue(tmp_path, client, carol):
    counted = import_wordpress(
        tmp_path, wxr(item(1, said(1, approved="0", content="Wait."), said(2, approved="hold")))
    )
    assert counted["comments"] == {"held": 2}
    assert Post.objects.filter(state="held").count() == 2
    assert "Wait." not in client.get("/articles/post-1/").text
    client.force_login(carol)
    case = Case.objects.get(post=by_id("comment/1"))
    assert "Wait." in client.get("/moderation/?tab=held").text
    page = client.get(case.get_absolute_url())
    assert page.status_code == 200
    assert "Wait." in page.text
    decide(moderator=carol, case=case, action="keep", version=case.version)
    client.logout()
    assert "Wait." in client.get("/articles/post-1/").text
    assert mail.outbox == []


def test_an_answer_to_what_is_held_is_read_by_everybody(tmp_path, client):
    import_wordpress(tmp_path, wxr(item(1, said(1, approved="0"), said(2, 1), said(3, 2))))
    page = client.get("/articles/post-1/").text
    assert "Words of 1." not in page
    assert "Words of 2." in page
    assert "Words of 3." in page


def test_two_imports_at_once_are_one(tmp_path, monkeypatch):
    from forum.discussion.importers import writing

    export = wxr(item(1, said(1)))
    import_wordpress(tmp_path, export)
    before = state()
    # What the other has written is not seen when this one looks.
    monkeypatch.setattr(writing, "_comments_here", lambda *_: {})
    with pytest.raises(CommandError, match="at this moment"):
        call_command("import_wordpress", str(tmp_path / "export-0.xml"), stdout=StringIO())
    monkeypatch.setattr(writing, "_imported", lambda *_: None)
    with pytest.raises(CommandError, match="at this moment"):
        call_command("import_wordpress", str(tmp_path / "export-0.xml"), stdout=StringIO())
    assert state() == before


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    import sqlite3

    from forum.discussion.importers.spool import Spool

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Spool, "add", full)
    (tmp_path / "a.xml").write_text(wxr(item(1)))
    with pytest.raises(CommandError, match="disk is full"):
        call_command("import_wordpress", str(tmp_path / "a.xml"), stdout=StringIO())


@pytest.mark.parametrize("approved", ["spam", "trash", "post-trashed"])
def test_what_was_thrown_away_is_left_out(tmp_path, approved):
    counted = import_wordpress(tmp_path, wxr(item(1, said(1, approved=approved))))
    assert counted["comments"] == {"spam" if approved == "spam" else "trash": 1}
    assert not Post.objects.filter(kind="comment").exists()


def test_what_answered_spam_keeps_its_place(tmp_path, client, carol):
    counted = import_wordpress(
        tmp_path,
        wxr(
            item(
                1,
                said(1, approved="spam", content="Buy pills", author="Pills"),
                said(2, 1),
                said(3, 2),
            )
        ),
    )
    assert counted["comments"] == {"spam": 1, "imported": 2}
    assert counted["notes"] == {"place_kept": 1}
    place = by_id("comment/1")
    assert (place.state, place.author_name, place.current.source) == ("erased", "", "")
    assert by_id("comment/2").parent == place
    for person in (None, carol):
        if person:
            client.force_login(person)
        page = client.get("/articles/post-1/").text
        assert "Words of 2." in page
        assert "pills" not in page.lower()
        assert "No longer here." in page


def test_pings_are_left_out_unless_asked_for(tmp_path):
    export = wxr(
        item(
            1,
            said(1, type="pingback"),
            said(2, type="trackback"),
            said(3, type="pingback", approved="spam"),
            said(4, type="comment"),
            said(5, type="order_note"),
        )
    )
    counted = import_wordpress(tmp_path, export)
    assert counted["comments"] == {"imported": 1, "pingback": 2, "spam": 1, "other": 1}
    counted = import_wordpress(tmp_path, export, options=("--pingbacks",))
    assert counted["comments"] == {"here": 1, "imported": 2, "spam": 1, "other": 1}


def test_children_before_parents(tmp_path):
    dates = {n: {"date_gmt": f"2014-03-0{n} 09:00:00"} for n in (2, 3, 4)}
    export = wxr(item(1, said(4, 3, **dates[4]), said(3, 2, **dates[3]), said(2, **dates[2])))
    assert import_wordpress(tmp_path, export)["comments"] == {"imported": 3}
    assert [by_id(f"comment/{n}").number for n in (2, 3, 4)] == [1, 2, 3]
    assert [by_id(f"comment/{n}").depth for n in (2, 3, 4)] == [0, 1, 2]


def test_circles_are_cut_where_they_are_oldest(tmp_path):
    export = wxr(
        item(
            1,
            said(1, 3, date_gmt="2014-03-05 09:00:00"),
            said(2, 1),
            said(3, 2),
            said(4, 4),
            said(5, 1),
        )
    )
    counted = import_wordpress(tmp_path, export)
    assert counted["comments"] == {"imported": 5}
    assert counted["notes"] == {"cycle": 2}
    article = Article.objects.get().post
    assert by_id("comment/2").parent == article
    assert by_id("comment/3").parent == by_id("comment/2")
    assert by_id("comment/1").parent == by_id("comment/3")
    assert by_id("comment/4").parent == article
    assert by_id("comment/5").parent == by_id("comment/1")


def test_an_answer_to_nothing_answers_the_article(tmp_path):
    # 20 is under another post: no thread crosses over.
    export = wxr(item(1, said(1, 99), said(2, 20)), item(2, said(20)))
    counted = import_wordpress(tmp_path, export)
    assert counted["notes"] == {"rerooted": 2}
    article = by_id("post/1")
    assert by_id("comment/1").parent == by_id("comment/2").parent == article


ZERO = "0000-00-00 00:00:00"


@pytest.mark.parametrize(
    ("local", "universal", "moment"),
    [
        ("2014-03-02 10:00:00", ZERO, datetime(2014, 3, 2, 9, tzinfo=UTC)),
        ("2014-03-02 10:00:00", "", datetime(2014, 3, 2, 9, tzinfo=UTC)),
        ("2014-03-02 10:00:00", "2014-03-02 08:30:00", datetime(2014, 3, 2, 8, 30, tzinfo=UTC)),
        (ZERO, ZERO, datetime(2014, 3, 1, 9, tzinfo=UTC)),
        ("soon", "", datetime(2014, 3, 1, 9, tzinfo=UTC)),
        ("0001-01-01 00:00:00", "", datetime(2014, 3, 1, 9, tzinfo=UTC)),
        ("9999-12-31 23:59:59", "2999-01-01 00:00:00", datetime(2014, 3, 1, 9, tzinfo=UTC)),
    ],
)
def test_dates(tmp_path, local, universal, moment):
    export = wxr(item(1, said(1, date=local, date_gmt=universal)))
    counted = import_wordpress(tmp_path, export, options=("--time-zone", "Europe/Berlin"))
    assert by_id("comment/1").created_at == moment
    undated = moment == datetime(2014, 3, 1, 9, tzinfo=UTC)
    assert counted["notes"] == ({"no_date": 1} if undated else {})


def test_an_article_without_a_date_is_not_lost(tmp_path):
    counted = import_wordpress(tmp_path, wxr(item(1, said(1), post_date=ZERO, post_date_gmt=ZERO)))
    assert counted["articles"] == {"imported": 1}
    assert counted["comments"] == {"imported": 1}
    assert counted["notes"] == {"no_date": 1}


def test_numbers_follow_the_dates_and_stay(tmp_path):
    late, early = {"date_gmt": "2014-03-09 09:00:00"}, {"date_gmt": "2014-03-03 09:00:00"}
    import_wordpress(tmp_path, wxr(item(1, said(5, **late), said(9, **early))))
    assert [by_id("comment/9").number, by_id("comment/5").number] == [1, 2]
    more = said(2, date_gmt="2014-03-01 09:00:00"), said(3, 9, date_gmt="2014-02-01 09:00:00")
    counted = import_wordpress(tmp_path, wxr(item(1, said(5, **late), *more, said(9, **early))))
    assert counted["comments"] == {"here": 2, "imported": 2}
    assert [by_id(f"comment/{n}").number for n in (9, 5, 3, 2)] == [1, 2, 3, 4]
    assert Article.objects.get().last_number == 4


def test_an_answer_older_than_what_it_answers_comes_after_it(tmp_path):
    import_wordpress(
        tmp_path,
        wxr(
            item(
                1,
                said(1, 2, date_gmt="2014-03-01 09:00:00"),
                said(2, date_gmt="2014-03-08 09:00:00"),
                said(3, date_gmt="2014-03-05 09:00:00"),
            )
        ),
    )
    assert [by_id(f"comment/{n}").number for n in (3, 2, 1)] == [1, 2, 3]


@pytest.mark.parametrize("author", [None, "", "  ", "\u200b\u202e"])
def test_missing_authors(tmp_path, author):
    counted = import_wordpress(
        tmp_path, wxr(item(1, said(1, author=author, author_email=None), creator=""))
    )
    assert counted["comments"] == {"imported": 1}
    assert by_id("comment/1").author_name == "Anonymous"
    assert Article.objects.get().byline == ""


def test_two_people_of_one_name_stay_two_and_nobody_is_made(tmp_path, alice):
    from forum.accounts.models import User

    people = User.objects.count()
    import_wordpress(
        tmp_path,
        wxr(item(1, said(1, author="alice"), said(2, author="alice", author_email=alice.email))),
    )
    assert User.objects.count() == people
    assert [by_id(f"comment/{n}").author for n in (1, 2)] == [None, None]


def test_names_are_lines_and_cut(tmp_path):
    export = wxr(item(1, said(1, author="Tom &amp; Ann\nX"), said(2, author="n" * 500)))
    counted = import_wordpress(tmp_path, export)
    assert by_id("comment/1").author_name == "Tom & Ann X"
    assert by_id("comment/2").author_name == "n" * 79 + "…"
    assert counted["notes"]["name_cut"] == 1


def test_no_address_is_kept(tmp_path):
    options = ("--match-emails",)
    import_wordpress(tmp_path, wxr(item(1, said(1), said(2, user_id="1"))), options=options)
    everything = repr(state())
    assert "reader1@" not in everything
    assert "ada@" not in everything
    assert "192.0.2" not in everything


def test_posts_go_to_accounts_that_are_asked_for(tmp_path, alice, bob):
    EmailAddress.objects.create(user=alice, email="ada@example.org", verified=True)
    EmailAddress.objects.create(user=bob, email="reader3@example.org", verified=True)
    export = wxr(
        item(
            1,
            said(1, user_id="1", author="Ada Byron", author_email="ada@example.org"),
            said(2, author="Ada Byron", author_email="ada@example.org"),
            said(3, user_id="8", author_email="reader3@example.org"),
        )
    )
    counted = import_wordpress(tmp_path, export, options=("--match-emails",))
    assert by_id("comment/1").author == alice
    assert by_id("comment/1").current.editor == alice
    assert by_id("post/1").author == alice
    # A guest can type anybody's address.
    assert by_id("comment/2").author is None
    assert by_id("comment/3").author == bob
    assert counted["notes"]["mine"] == 3


def test_an_address_nobody_has_verified_proves_nothing(tmp_path, alice):
    EmailAddress.objects.create(user=alice, email="ada@example.org", verified=False)
    import_wordpress(tmp_path, wxr(item(1, said(1, user_id="1"))), options=("--match-emails",))
    assert by_id("comment/1").author is None


def test_posts_go_to_people_by_account(tmp_path, alice, bob, client):
    (tmp_path / "people.csv").write_text("# there,here\nAda,alice\n8,bob\n")
    export = wxr(
        item(
            1,
            said(1, user_id="1", content="Mine *own*"),
            said(2, user_id="8"),
            said(3, author="ada"),
        )
    )
    import_wordpress(tmp_path, export, options=("--people", str(tmp_path / "people.csv")))
    assert by_id("comment/1").author == alice
    assert by_id("comment/2").author == bob
    assert by_id("comment/3").author is None
    revision = revise_post(editor=alice, post=by_id("comment/1"), source="Mine, *really*")
    assert revision.html == "<p>Mine, <em>really</em></p>"


def test_articles_that_are_not_for_everybody(tmp_path, client):
    items = [
        item(1, status="draft"),
        item(2, said(1), status="private"),
        item(3, said(2), post_password="pssst"),
        item(4, status="future", post_date_gmt="2999-01-01 09:00:00"),
        item(5, status="pending"),
        item(6, status="trash"),
        item(7, status="inherit", post_type="attachment"),
        item(8, status="publish", post_type="nav_menu_item"),
        item(9, said(3), status="publish", post_type="page"),
        item(10, status="auto-draft"),
    ]
    counted = import_wordpress(tmp_path, wxr(*items))
    assert counted["articles"] == {"left_draft": 3, "left_private": 2, "trash": 1, "other": 4}
    assert counted["comments"] == {"no_article": 3}
    assert not Post.objects.exists()
    counted = import_wordpress(tmp_path, wxr(*items), options=("--drafts", "--pages"))
    assert counted["articles"] == {"draft": 5, "imported": 1, "trash": 1, "other": 3}
    assert counted["comments"] == {"imported": 3}
    for number in (1, 2, 3, 4, 5):
        assert client.get(by_id(f"post/{number}").article.get_absolute_url()).status_code == 404
        assert by_id(f"post/{number}").article.published_at is None
    assert client.get(by_id("comment/1").get_absolute_url()).status_code == 404
    assert client.get(by_id("post/9").article.get_absolute_url()).status_code == 200


def test_closed_discussions_are_closed(tmp_path, alice, client):
    counted = import_wordpress(tmp_path, wxr(item(1, said(1), comment_status="closed"), item(2)))
    assert by_id("post/1").article.closed_at is not None
    assert by_id("post/2").article.closed_at is None
    assert counted["notes"]["closed"] == 1
    # Opened again, it stays open, and more can be imported either way.
    Article.objects.update(closed_at=None)
    import_wordpress(tmp_path, wxr(item(1, said(1), said(2), comment_status="closed")))
    assert by_id("post/1").article.closed_at is None


def test_several_files_of_one_export(tmp_path):
    counted = import_wordpress(
        tmp_path, wxr(item(1, said(2, 1))), wxr(item(2)), wxr(item(1, said(1), said(2, 1)))
    )
    assert counted["articles"] == {"imported": 2, "repeated": 1}
    assert counted["comments"] == {"imported": 2, "repeated": 1}
    assert by_id("comment/2").parent == by_id("comment/1")


def test_control_characters_and_halves_of_characters(tmp_path):
    export = wxr(item(1, said(1, content="a\x08b&#8;c"), content="x\x0by"))
    path = tmp_path / "raw.xml"
    path.write_bytes(
        export.encode()
        .replace(b"b&#8;c", b"b\xff\xed\xa0\x80c")
        .replace(b"]]></title>", b"&#x1F;]]></title>")
    )
    call_command("import_wordpress", str(path), stdout=StringIO())
    assert by_id("comment/1").current.text.startswith("ab")
    assert by_id("post/1").current.text == "xy"


def test_references_to_control_characters_outside_cdata(tmp_path):
    export = wxr(item(1, said(1))).replace(
        "<![CDATA[Words of 1.]]>", "Words&#8; &#x0B;of &amp; 1&#10;2 &#128;"
    )
    import_wordpress(tmp_path, export)
    assert by_id("comment/1").current.text.startswith("Words of & 1\n2")


def test_other_encodings_and_gzip(tmp_path):
    text = wxr(item(1, said(1, content="Brücke"), title="Über die Brücke"))
    latin = tmp_path / "latin.xml"
    latin.write_bytes(text.replace("UTF-8", "ISO-8859-1").encode("latin-1"))
    wide = tmp_path / "wide.xml.gz"
    wide.write_bytes(
        gzip.compress(
            text.replace("<wp:post_id>1<", "<wp:post_id>2<").replace("[1]", "[2]").encode("utf-16")
        )
    )
    call_command("import_wordpress", str(latin), str(wide), stdout=StringIO())
    assert [article.title for article in Article.objects.all()] == ["Über die Brücke"] * 2
    assert by_id("comment/1").current.text == "Brücke"


def test_what_wordpress_writes_into_texts(tmp_path):
    content = (
        "<!-- wp:paragraph -->\n<p>One\nline</p>\n<!-- /wp:paragraph -->\n"
        '<!-- wp:image --><figure><img src="https://e.org/a.jpg" alt="A bridge"/></figure>'
        "<!-- /wp:image --><!-- wp:embed --><figure><div>\nhttps://video.example.org/1\n"
        "</div></figure><!-- /wp:embed -->"
    )
    classic = (
        "First\nline<!--more-->\n\n"
        "[caption id='a']<img src='https://e.org/b.jpg' /> Below[/caption]\n\n"
        "[gallery ids='1,2']Words [sic] [[gallery]]<pre>a\n\nb</pre>"
    )
    counted = import_wordpress(tmp_path, wxr(item(1, content=content), item(2, content=classic)))
    assert by_id("post/1").current.text == "One line\nA bridge\nhttps://video.example.org/1"
    assert 'href="https://e.org/a.jpg"' in by_id("post/1").current.html
    assert by_id("post/2").current.text == "First\nline\nb.jpg Below\nWords [sic] [gallery]\na\n\nb"
    assert counted["notes"]["gallery or recording left out"] == 1
    assert counted["notes"]["image became a link"] == 2


def test_html_in_comments_is_sanitised_and_can_be_edited(tmp_path):
    content = (
        "<script>alert(1)</script><a href='javascript:x'>click</a> <b onclick=x>bold</b>\n"
        "<blockquote>quoted\nwords</blockquote>after https://example.org/a_b_c "
        "<img src=x onerror=alert(1)>"
    )
    import_wordpress(
        tmp_path,
        wxr(item(1, said(1, content=content), said(2, content="<table><tr><td>1</table>"))),
    )
    revision = by_id("comment/1").current
    assert "script" not in revision.html
    assert "onclick" not in revision.html
    assert "javascript" not in revision.html
    assert "<blockquote>" in revision.html
    assert revision.format == "comment"
    assert "**bold**" in revision.source
    assert by_id("comment/2").current.format == "html"


def test_what_is_too_long_or_empty_is_counted_and_named(tmp_path):
    export = wxr(
        item(
            1,
            said(1, content="x" * 60_000),
            said(2, content="<script>x</script>"),
            said(3, content=""),
            said(4, 1),
            said(5, content="many words " * 3_000),
        ),
        item(2, said(6), content=""),
        item(3, content="<script>x</script>"),
        item(4, content="x " * 250_000),
        item(5, content="y" * 30_000),
    )
    counted = import_wordpress(tmp_path, export)
    assert counted["comments"] == {
        "too_long": 1,
        "empty": 2,
        "imported": 1,
        "unreadable": 1,
        "no_article": 1,
    }
    assert counted["articles"] == {"imported": 1, "empty": 2, "too_long": 1, "unreadable": 1}
    assert counted["named"]["too_long"] == ["comment/1", "https://blog.example.org/4/"]
    assert by_id("comment/4").parent == by_id("comment/1")
    assert by_id("comment/1").state == "erased"


def test_a_thread_deeper_than_is_counted(tmp_path):
    comments = [
        said(n, n - 1, date_gmt=f"2014-03-02 09:{n // 60:02}:{n % 60:02}") for n in range(1, 101)
    ]
    counted = import_wordpress(tmp_path, wxr(item(1, *reversed(comments))))
    assert counted["comments"] == {"imported": 100}
    assert by_id("comment/100").depth == 40
    assert by_id("comment/100").parent == by_id("comment/99")
    assert by_id("comment/100").number == 100


def test_comments_without_ids_come_once(tmp_path):
    export = wxr(item(1, said(1, id=""), said(2, id=None)))
    assert import_wordpress(tmp_path, export)["comments"] == {"imported": 2}
    assert import_wordpress(tmp_path, export)["comments"] == {"here": 2}


def test_an_import_that_is_broken_off_goes_on_where_it_was(tmp_path, monkeypatch):
    from forum.discussion.importers import writing
    from forum.discussion.writing import revisions

    comments = [
        said(n, n % 7, date_gmt=f"2014-03-02 09:{n // 60:02}:{n % 60:02}") for n in range(1, 31)
    ]
    export = wxr(item(1, *comments), item(2, said(50)))
    monkeypatch.setattr(writing, "BATCH", 4)
    write, left = revisions.write_first_revisions, iter(range(5))

    def breaks(words, **above):
        if next(left, None) is None:
            raise KeyboardInterrupt
        write(words, **above)

    (tmp_path / "x.xml").write_text(export)
    monkeypatch.setattr(writing, "write_first_revisions", breaks)
    with pytest.raises(KeyboardInterrupt):
        call_command("import_wordpress", str(tmp_path / "x.xml"), stdout=StringIO())
    assert 0 < Post.objects.count() < 32
    assert Post.objects.count() == Revision.objects.count()
    monkeypatch.setattr(writing, "write_first_revisions", write)
    import_wordpress(tmp_path, export)
    assert [by_id(f"comment/{n}").number for n in range(1, 31)] == list(range(1, 31))
    assert Post.objects.count() == 33


def test_an_address_that_is_taken(tmp_path):
    make_article(title="Post 1", source="Other")
    import_wordpress(tmp_path, wxr(item(1)))
    assert by_id("post/1").article.slug == f"post-1-{by_id('post/1').pk}"


def test_titles(tmp_path):
    import_wordpress(
        tmp_path,
        wxr(
            item(1, title="", content="What it says\n\nmore"),
            item(2, title="t" * 300),
            item(3, title="<b>Bold</b> &lt;i&gt;"),
        ),
    )
    titles = [by_id(f"post/{n}").article.title for n in (1, 2, 3)]
    assert titles == ["What it says", "t" * 199 + "…", "Bold <i>"]


def test_refusals_are_one_line(tmp_path, alice):
    def refused(*arguments):
        with pytest.raises(CommandError) as error:
            call_command("import_wordpress", *map(str, arguments), stdout=StringIO())
        assert "\n" not in str(error.value)
        assert not Post.objects.exists()
        return str(error.value)

    path = tmp_path / "a.xml"
    path.write_text(wxr(item(1)))
    assert "No such file" in refused(tmp_path / "none.xml")
    assert "directory" in refused(tmp_path)
    assert "“nobody”" in refused(path, "--author", "nobody")
    assert "staff and editors" in refused(path, "--author", "alice")
    assert "time zone" in refused(path, "--time-zone", "Nowhere/Else")
    (tmp_path / "map.csv").write_text("1,none\n")
    assert "/articles/none/" in refused(path, "--map", tmp_path / "map.csv")
    (tmp_path / "map.csv").write_text("1\n")
    assert "line 1" in refused(path, "--map", tmp_path / "map.csv")
    assert "No such file" in refused(path, "--map", tmp_path / "none.csv")
    (tmp_path / "people.csv").write_text("ada,none\n")
    assert "“none”" in refused(path, "--people", tmp_path / "people.csv")
    path.write_text(wxr(item(1))[:-20])
    assert "no whole XML" in refused(path)
    path.write_text("")
    assert "no whole XML" in refused(path)
    path.write_text("<rss><channel/></rss>")
    assert "no export of WordPress" in refused(path)
    path.write_bytes(b"PK\x03\x04")
    assert "unpack" in refused(path)
    path.write_bytes(gzip.compress(wxr(item(1)).encode())[:-30])
    assert "cut off" in refused(path)
    path.write_text('<?xml version="1.0" encoding="klingon"?><rss/>')
    assert "klingon" in refused(path)


def test_the_table_says_it_all(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(wxr(item(1, said(1), said(2, approved="spam")), item(2, content="")))
    out = StringIO()
    call_command("import_wordpress", str(path), "--dry-run", stdout=out)
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert "2 Articles" in lines
    assert "1 left out: spam there" in lines
    assert "https://blog.example.org/2/" in lines
    assert lines[-1] == "Nothing was written: this was a dry run."


def test_a_strangers_post_is_nobodys(tmp_path, client):
    import_wordpress(tmp_path, wxr(item(1, said(1))))
    page = client.get(f"/posts/{by_id('comment/1').pk}/", follow=True)
    assert page.status_code == 200
    assert "Your response" not in page.text
