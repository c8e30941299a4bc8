"""Bad input, through the forms: refused with words or made harmless, and never lost."""

from __future__ import annotations

from html import unescape
from urllib.parse import quote_from_bytes

import pytest
from django.db import transaction
from django.urls import reverse

from forum.discussion.models import Article, Post
from tests.factories import make_comment

SCRIPT = "<script>alert(1)</script>"
#: What is taken, and what must not be in the page that comes of it.
HARMLESS = {
    "script": (f"Hello {SCRIPT}", "<script>alert"),
    "event handler": ("Hello <img src=x onerror=alert(1)>", "<img"),
    "javascript link": ("[Hello](javascript:alert(1))", 'href="javascript:'),
    "data link": ("[Hello](data:text/html,x)", 'href="data:'),
    "raw HTML": ("Hello <form action=x><input name=y>", "<input name=y"),
    "broken nesting": ("Hello **one *two** three* </div></main>", "</div></main>"),
    "right-to-left override": ("Hello \u202edlrow", "\u202e"),
    "half of an entity": ("Hello &lt;b&gt; &#0; &#xD800;", "\x00"),
    "template language": ("Hello {{ request }} {% csrf_token %}", "csrfmiddlewaretoken"),
    "combining marks": ("Hello Z" + "\u0301" * 500, "\x00"),
}
#: What is refused, and what the refusal says.
REFUSED = {
    "NUL": ("Hello \x00 world", "ull character"),
    "a megabyte": ("Hello world. " * 80_000, "the limit is 10,000"),
    "a megabyte of signs": ("橋" * 350_000, "the limit is 10,000"),
    "quotes without end": (">" * 9_990 + "Hello", "levels deep"),
    "lists without end": ("- " * 4_900 + "Hello", "levels deep"),
    "more quotes than fit": (">" * 10_000 + "Hello", "the limit is 10,000"),
    "nothing to read": ("\u202e\u202d", "can be read"),
    "white space": (" \n\t\u3000", "write something"),
    "nothing": ("", "write something"),
}


def text(response):
    return unescape(response.content.decode())


@pytest.fixture
def address(client, article, alice):
    client.force_login(alice)
    return reverse("respond", args=[article.slug])


@pytest.mark.parametrize("case", HARMLESS)
def test_what_is_made_harmless(client, article, address, case):
    source, forbidden = HARMLESS[case]
    assert client.post(address, {"source": source}).status_code == 302
    post = Post.objects.get(kind="comment")
    assert forbidden not in post.current.html
    for page in (article.get_absolute_url(), f"/posts/{post.pk}/history/?revision=1"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert "Hello" in text(answer)
        assert post.current.html in answer.content.decode()
    # What was typed is kept, and comes back into the form of its author alone.
    form = client.get(f"/posts/{post.pk}/edit/").context["form"]
    assert form["source"].value() == source


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(client, address, case):
    source, why = REFUSED[case]
    answer = client.post(address, {"source": source})
    assert answer.status_code == 400
    assert not Post.objects.filter(kind="comment").exists()
    form = answer.context["form"]
    assert any(why in error for error in form.errors["source"])
    assert form["source"].value() == source


@pytest.mark.parametrize("case", REFUSED)
def test_what_an_edit_refuses(client, article, alice, case):
    source, why = REFUSED[case]
    post = make_comment(article, author=alice)
    client.force_login(alice)
    sent = {"source": source, "expected": post.current.pk}
    answer = client.post(f"/posts/{post.pk}/edit/", sent)
    assert answer.status_code == 400
    assert any(why in error for error in answer.context["form"].errors["source"])
    assert answer.context["form"]["source"].value() == source
    assert post.current.number == 1


@pytest.mark.parametrize(
    "token", ["x" * 65, "x" * 5_000, "a b", "\x00", "<script>", "日本", "'; DROP TABLE"]
)
def test_a_token_that_cannot_be_ours_counts_as_none(client, address, token):
    assert client.post(address, {"source": "Hello.", "token": token}).status_code == 302
    assert Post.objects.get(kind="comment").token == ""


def sent_raw(client, address, body, content_type="application/x-www-form-urlencoded"):
    return client.generic("POST", address, body, content_type=content_type)


@pytest.mark.parametrize(
    "raw",
    [b"caf\xe9", b"\xff\xfe\x00h", b"\xed\xa0\x80 half", b"\xc3", b"\xf8\x88\x80\x80\x80"],
)
def test_a_body_that_is_not_utf_8(client, address, raw):
    for body in (b"source=Hello+" + raw, f"source=Hello+{quote_from_bytes(raw)}".encode()):
        answer = sent_raw(client, address, body)
        assert answer.status_code in (302, 400)
    assert not any(
        "\ud800" <= c <= "\udfff"
        for p in Post.objects.filter(kind="comment")
        for c in p.current.source
    )


def test_lone_surrogates_in_an_address(client, address):
    answer = client.get(f"{address}?quote=%ED%A0%80half&parent=%ED%A0%80")
    assert answer.status_code == 404
    answer = client.get(f"{address}?quote=%ED%A0%80half")
    assert answer.status_code == 200
    assert answer.context["form"]["source"].value().startswith("> ")


def test_a_multipart_body_in_pieces(client, address):
    kind = "multipart/form-data; boundary=edge"
    for body in (b"", b"--edge", b"--edge\r\nContent-Disposition: form-data\r\n\r\nx\r\n--edge--"):
        assert sent_raw(client, address, body, kind).status_code in (302, 400)
    assert sent_raw(client, address, b"x", "multipart/form-data").status_code == 400


def test_more_than_a_body_may_hold(client, address):
    answer = sent_raw(client, address, b"source=" + b"x" * 3_000_000)
    assert answer.status_code == 413


def test_more_fields_than_any_form_has(client, address):
    body = "&".join(f"f{number}=x" for number in range(500)).encode()
    assert sent_raw(client, address, body).status_code == 400


@pytest.mark.parametrize("name", ["post-edit", "post-history", "post-withdraw", "post"])
def test_ids_beyond_any_row(client, db, name):
    for pk in ("0", "9" * 18, "9" * 19, "9" * 400, "00"):
        path = {"post": "", "post-edit": "edit/", "post-history": "history/"}.get(name, "withdraw/")
        assert client.get(f"/posts/{pk}/{path}").status_code == 404


# The form for articles


@pytest.fixture
def staff_address(client, dan, codebook):
    client.force_login(dan)
    return reverse("article-new")


@pytest.mark.parametrize("field", ["title", "byline", "standfirst", "series", "source", "format"])
@pytest.mark.parametrize("value", ["Hello \x00", SCRIPT, "\u202e" * 50, "x" * 500_000, "\r\n"])
def test_articles_take_no_harm(client, staff_address, field, value):
    for act in ("preview", "draft", "publish", "", "nonsense"):
        sent = {"title": "T", "source": "Some text.", "format": "html", "act": act}
        with transaction.atomic():
            answer = client.post(staff_address, sent | {field: value})
            assert answer.status_code in (200, 302, 400), act
            if answer.status_code == 302:
                page = client.get(Article.objects.get().get_absolute_url())
                assert SCRIPT not in page.content.decode(), act
            else:
                assert SCRIPT not in answer.content.decode(), act
                assert answer.context["form"][field].value() == value, act
            if answer.status_code == 400:
                assert field in answer.context["form"].errors, act
            transaction.set_rollback(True)


def test_a_megabyte_of_article(client, staff_address):
    sent = {"title": "T", "source": "Some text. " * 95_000, "format": "markdown", "act": "publish"}
    answer = client.post(staff_address, sent)
    assert answer.status_code == 400
    assert "the limit is 400,000" in str(answer.context["form"].errors["source"])
    assert answer.context["form"]["source"].value() == sent["source"]
