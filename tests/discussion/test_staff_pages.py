"""The pages of those who publish: lists, the article form, previews, figures, files."""

from __future__ import annotations

import zlib
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.discussion.models import Article
from forum.discussion.publishing.actions import (
    Paratext,
    paratext_digest,
    publish_draft,
    revise_article,
)
from tests.discussion.images import image, png
from tests.factories import ARTICLE_TEXT, make_annotation, make_article, make_comment

NEW = "/staff/articles/new/"
FIELDS = {"title": "A new one", "source": "Some *text*.", "format": "markdown", "token": "t1"}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def edit_address(article):
    return reverse("article-edit", args=[article.slug])


def text(response):
    return unescape(response.content.decode())


def content(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def started_from(article):
    """What the form of ``article`` holds, to be told from what somebody else saves."""
    article = Article.objects.get(pk=article.pk)
    return {
        "expected": article.post.current.pk,
        "expected_paratext": paratext_digest(article),
    }


def upload(data, name="figure.png"):
    return SimpleUploadedFile(name, data)


@pytest.fixture
def draft(dan, codebook):
    return make_article(author=dan, title="Not yet", draft=True)


# The list


def test_list_ladder(client, article, draft, dan, erin, alice, carol, sam):
    address = reverse("staff-articles")
    assert client.get(address).url == f"/accounts/login/?next={address}"
    for person, status in ((alice, 403), (sam, 403), (carol, 403), (dan, 200), (erin, 200)):
        client.force_login(person)
        assert client.get(address).status_code == status
    assert client.post(address).status_code == 405


def test_the_list_leads_everywhere(client, article, draft, erin):
    make_comment(article)
    make_annotation(article)
    client.force_login(erin)
    page = text(client.get(reverse("staff-articles")))
    for name in ("article-edit", "article-publish", "article"):
        assert reverse(name, args=[draft.slug]) in page
    for name in ("article-edit", "export", "article"):
        assert reverse(name, args=[article.slug]) in page


def test_the_list_asks_as_often_for_many(client, article, draft, dan):
    client.force_login(dan)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("staff-articles"))
        return len(captured)

    few = queries()
    for number in range(8):
        make_article(author=dan, title=f"Draft {number}", draft=bool(number % 2))
    assert queries() == few


def test_an_empty_list_says_what_to_do(client, dan):
    client.force_login(dan)
    assert "Nothing is published yet" in text(client.get(reverse("staff-articles")))


# Making an article


def test_new_article_ladder(client, alice, carol, dan, codebook):
    assert client.get(NEW).url == f"/accounts/login/?next={NEW}"
    assert client.post(NEW, FIELDS | {"act": "publish"}).status_code == 302
    for person in (alice, carol):
        client.force_login(person)
        assert client.get(NEW).status_code == 403
        assert client.post(NEW, FIELDS | {"act": "publish"}).status_code == 403
    assert not Article.objects.exists()
    client.force_login(dan)
    assert client.get(NEW).status_code == 200
    assert client.put(NEW).status_code == 405


def test_publish(client, dan, codebook):
    client.force_login(dan)
    sent = FIELDS | {
        "act": "publish",
        "byline": "Ada Byron",
        "standfirst": "In short.",
        "about_author": "She writes.",
        "series": "One of two.",
        "figure_caption": "Nothing.",
        "language": "pt_br",
    }
    answer = client.post(NEW, sent)
    article = Article.objects.get()
    assert answer.url == "/articles/a-new-one/"
    assert article.post.state == "published"
    assert article.post.author == dan
    assert article.post.current.html == "<p>Some <em>text</em>.</p>"
    for field in ("byline", "standfirst", "about_author", "series", "figure_caption"):
        assert getattr(article, field) == sent[field]
    assert article.language == "pt-BR"
    # Sent twice, it is published once.
    assert client.post(NEW, sent).url == answer.url
    assert Article.objects.count() == 1


def test_save_a_draft_and_publish_it(client, dan, erin, alice, codebook):
    client.force_login(dan)
    answer = client.post(NEW, FIELDS | {"act": "draft"}, follow=True)
    article = Article.objects.get()
    assert "The draft is saved." in text(answer)
    assert article.post.state == "draft"
    client.force_login(erin)
    sent = FIELDS | started_from(article) | {"source": "Better."}
    assert client.post(edit_address(article), sent | {"act": "draft"}).status_code == 302
    assert article.post.current.text == "Better."
    sent = sent | started_from(article) | {"source": "Best.", "act": "publish"}
    assert client.post(edit_address(article), sent).url == article.get_absolute_url()
    article.refresh_from_db()
    assert article.post.state == "published"
    assert article.published_at
    assert article.post.current.text == "Best."
    client.force_login(alice)
    assert "Best." in text(client.get(article.get_absolute_url()))


@pytest.mark.parametrize("act", ["preview", None, "nonsense"])
def test_preview_saves_nothing(client, dan, codebook, act):
    client.force_login(dan)
    sent = FIELDS | {"series": "One of two.", "format": "html"} | ({"act": act} if act else {})
    sent["source"] = "<h2>Head</h2><p>Text <img src=x><img src=y onerror=x></p>"
    answer = client.post(NEW, sent)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<h2>Head</h2><p>Text</p>" in html
    assert "2 images were left out." in html
    assert html.count("One of two.") == 2
    for name, value in sent.items():
        if name != "act":
            assert answer.context["form"][name].value() == value
    assert not Article.objects.exists()


@pytest.mark.parametrize("act", ["preview", "draft", "publish"])
@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("title", "", "needs a title"),
        ("title", "\u202e", "cannot be empty"),
        ("title", "x" * 201, "the limit is 200"),
        ("source", " ", "write something"),
        ("source", "<!-- -->", "Nothing is left"),
        ("format", "word", "valid choice"),
        ("standfirst", "x" * 2_001, "the limit is 2,000"),
        ("language", "Portuguese", "as a code"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(client, dan, codebook, act, field, value, why):
    client.force_login(dan)
    sent = FIELDS | {"format": "html", "act": act} | {field: value}
    answer = client.post(NEW, sent)
    assert answer.status_code == 400
    assert any(why in error for error in answer.context["form"].errors[field])
    assert answer.context["form"][field].value() == value
    assert not Article.objects.exists()


# Revising


def test_edit_ladder(client, article, draft, dan, erin, alice, carol):
    assert client.get(edit_address(article)).url.startswith("/accounts/login/")
    assert client.get(edit_address(draft)).status_code == 404
    for person, published, unpublished in ((alice, 403, 404), (carol, 403, 404), (erin, 200, 200)):
        client.force_login(person)
        assert client.get(edit_address(article)).status_code == published
        assert client.get(edit_address(draft)).status_code == unpublished
        sent = FIELDS | {"act": "publish", "expected": "1"}
        if published == 403:
            assert client.post(edit_address(article), sent).status_code == 403
    assert client.put(edit_address(article)).status_code == 405
    assert article.post.current.number == 1


def test_edit(client, article, erin):
    note = make_annotation(article)
    client.force_login(erin)
    form = client.get(edit_address(article)).context["form"]
    assert form["source"].value() == ARTICLE_TEXT
    assert form["byline"].value() == "Ada Byron"
    sent = {
        name: form[name].value() or "" for name in form.fields if name not in ("file", "figure")
    }
    sent |= {"source": "New. " + ARTICLE_TEXT, "byline": "A. Byron", "act": "publish"}
    assert client.post(edit_address(article), sent).url == article.get_absolute_url()
    article.refresh_from_db()
    assert article.byline == "A. Byron"
    revision = article.post.current
    assert (revision.number, revision.editor) == (2, erin)
    placement = note.annotation.placements.get(revision=revision)
    assert revision.text[placement.start : placement.end] == note.annotation.quote


def test_of_two_editors_the_second_sees_both_texts(client, article, dan, erin):
    start = started_from(article)
    revise_article(editor=dan, article=article, source="Dan was **here**.")
    client.force_login(erin)
    sent = FIELDS | start | {"source": "Erin was here.", "act": "publish"}
    answer = client.post(edit_address(article), sent)
    assert answer.status_code == 409
    assert "Dan was <strong>here</strong>." in answer.content.decode()
    form = answer.context["form"]
    assert form["source"].value() == "Erin was here."
    sent["expected"] = form["expected"].value()
    assert client.post(edit_address(article), sent).status_code == 302
    assert article.post.current.text == "Erin was here."


def filled(client, article):
    """What a browser sends of the form as it was shown."""
    form = client.get(edit_address(article)).context["form"]
    names = [name for name in form.fields if name not in ("file", "figure")]
    return {name: form[name].value() or "" for name in names} | {"act": "publish"}


@pytest.mark.parametrize("source", [ARTICLE_TEXT, ARTICLE_TEXT + "\nMore.\n"])
def test_of_two_editors_the_second_overwrites_no_title_unseen(client, article, dan, erin, source):
    client.force_login(erin)
    sent = filled(client, article) | {"byline": "Erin's byline", "source": source}
    theirs = Paratext(title="Dan's title", language="ar", byline="Ada Byron")
    revise_article(editor=dan, article=article, source=ARTICLE_TEXT, paratext=theirs)
    answer = client.post(edit_address(article), sent)
    assert answer.status_code == 409
    page = text(answer)
    assert "Somebody changed the title" in page
    assert "Dan's title" in page
    assert "<dd>ar</dd>" in page
    form = answer.context["form"]
    assert form["byline"].value() == "Erin's byline"
    assert form["source"].value() == source
    article.refresh_from_db()
    assert Paratext.of(article) == theirs
    assert article.post.current.number == 1
    # They have seen it now.
    sent = {name: form[name].value() or "" for name in sent if name != "act"}
    assert client.post(edit_address(article), sent | {"act": "publish"}).status_code == 302
    article.refresh_from_db()
    assert (article.byline, article.language) == ("Erin's byline", "")


def test_of_two_editors_the_second_replaces_no_figure_unseen(client, article, dan, erin):
    client.force_login(erin)
    sent = filled(client, article)
    client.force_login(dan)
    dans = filled(client, article) | {"figure": upload(png(40))}
    assert client.post(edit_address(article), dans).status_code == 302
    client.force_login(erin)
    sent |= {"figure": upload(png(50))}
    assert client.post(edit_address(article), sent).status_code == 409
    article.refresh_from_db()
    assert article.figure_width == 40


def test_a_draft_that_somebody_published_meanwhile_is_not_called_one(
    client, draft, dan, erin, monkeypatch
):
    client.force_login(dan)
    sent = FIELDS | started_from(draft) | {"source": "Later words.", "act": "draft"}

    def publish_first(**given):
        publish_draft(editor=erin, article=Article.objects.select_related("post").get())
        return revise_article(**given)

    monkeypatch.setattr("forum.discussion.publishing.views.revise_article", publish_first)
    answer = client.post(edit_address(draft), sent)
    assert answer.url == draft.get_absolute_url()
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["Revision 2 is published."]


def test_publish_a_draft_from_the_list(client, draft, alice, dan):
    address = reverse("article-publish", args=[draft.slug])
    assert client.post(address).status_code == 404
    client.force_login(alice)
    assert client.post(address).status_code == 404
    client.force_login(dan)
    assert client.get(address).status_code == 405
    # Twice is once.
    for _ in range(2):
        assert client.post(address).url == draft.get_absolute_url()
    draft.refresh_from_db()
    assert draft.post.state == "published"
    client.force_login(alice)
    assert client.post(address).status_code == 403


# Figures


@pytest.mark.parametrize(
    ("format", "end"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp"), ("GIF", ".gif")]
)
def test_a_figure_is_kept_under_a_name_of_ours(client, dan, codebook, format, end):
    client.force_login(dan)
    sent = FIELDS | {"act": "publish", "figure": upload(image(format), "../../x y.exe")}
    client.post(NEW, sent)
    article = Article.objects.get()
    assert str(article.figure.name).startswith("figures/")
    assert str(article.figure.name).endswith(end)
    assert "x y" not in str(article.figure.name)
    assert (article.figure_width, article.figure_height) == (40, 30)
    served = client.get(article.figure.url)
    assert served["Content-Type"] == f"image/{format.lower()}"
    assert content(served) == image(format)


def test_a_figure_outlives_the_preview(client, dan, codebook):
    client.force_login(dan)
    preview = client.post(NEW, FIELDS | {"act": "preview", "figure": upload(png())})
    url = preview.context["preview"].figure_url
    assert url in text(preview)
    assert content(client.get(url)) == png()
    assert "no description" in text(preview)
    waiting = preview.context["form"]["waiting"].value()
    client.post(NEW, FIELDS | {"act": "publish", "waiting": waiting})
    article = Article.objects.get()
    assert str(article.figure.name).startswith("figures/")
    with article.figure.open() as file:
        assert file.read() == png()


def test_a_figure_outlives_an_error_elsewhere(client, dan, codebook):
    client.force_login(dan)
    sent = FIELDS | {"title": "", "act": "publish", "figure": upload(png())}
    answer = client.post(NEW, sent)
    assert answer.status_code == 400
    waiting = answer.context["form"]["waiting"].value()
    client.post(NEW, FIELDS | {"act": "publish", "waiting": waiting})
    assert Article.objects.get().figure


def test_a_new_figure_replaces_the_old_one(client, article, dan):
    client.force_login(dan)
    for width in (40, 50):
        sent = FIELDS | started_from(article) | {"act": "publish", "figure": upload(png(width))}
        assert client.post(edit_address(article), sent).status_code == 302
        article.refresh_from_db()
        assert article.figure_width == width
    sent = FIELDS | started_from(article) | {"act": "publish"}
    client.post(edit_address(article), sent)
    article.refresh_from_db()
    assert article.figure_width == 50


def bomb():
    """A small PNG that claims to unpack to 900 million pixels."""

    def chunk(kind, data):
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    size = (30_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a<script>alert(1)</script>",
        png()[:60],
        image("BMP"),
        png() + b"x" * 5_000_000,
        png(10_001, 1),
        bomb(),
    ],
    ids=["empty", "svg", "no gif", "cut off", "bmp", "too heavy", "too wide", "bomb"],
)
@pytest.mark.parametrize("act", ["preview", "publish"])
def test_figures_that_are_refused(client, dan, codebook, data, act):
    client.force_login(dan)
    answer = client.post(NEW, FIELDS | {"act": act, "figure": upload(data)})
    assert answer.status_code == 400
    assert answer.context["form"].errors["figure"]
    assert answer.context["form"]["source"].value() == FIELDS["source"]
    assert not Article.objects.exists()
    assert not default_storage.exists("waiting")


@pytest.mark.parametrize("ticket", ["", "x", "figures/x.png", "../secret_key", "a:b:c", "\x00"])
def test_a_ticket_that_is_not_ours_fetches_nothing(client, dan, codebook, ticket):
    client.force_login(dan)
    answer = client.post(NEW, FIELDS | {"act": "preview", "waiting": ticket})
    assert answer.status_code in (200, 400)
    assert answer.context["figure_url"] == ""


# Files


def test_a_file_fills_the_form_and_is_not_published(client, dan, codebook):
    client.force_login(dan)
    data = b"---\ntitle: From a file\nfigure: x.png\nlayout: y\n---\nIts *text*.\n"
    sent = FIELDS | {"byline": "Typed", "act": "publish", "file": upload(data, "a.md")}
    answer = client.post(NEW, sent)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert form["title"].value() == "From a file"
    assert form["source"].value() == "Its *text*.\n"
    assert form["byline"].value() == "Typed"
    assert "Its <em>text</em>." in answer.content.decode()
    assert "“x.png”" in text(answer)
    assert "“layout”" in text(answer)
    assert not Article.objects.exists()


def test_an_html_file_brings_its_format(client, dan, codebook):
    client.force_login(dan)
    data = b"<title>T</title><h1>T</h1><p>Text<script>x</script></p>"
    answer = client.post(NEW, {"act": "preview", "file": upload(data, "a.html")})
    assert answer.status_code == 200
    assert answer.context["form"]["format"].value() == "html"
    assert "1 script was left out." in text(answer)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"caf\xe9", "a.md"),
        (b"x", "a.docx"),
        (b"---\na: &x 1\nb: *x\n---\n", "a.md"),
        (b"---\ndate: never\n---\nText", "a.md"),
        (b'---\ntitle: "\\ud800"\n---\nText', "a.md"),
        (b"x" * 1_700_000, "a.md"),
        (b"", "a.md"),
    ],
)
def test_files_that_are_refused(client, dan, codebook, data, name):
    client.force_login(dan)
    answer = client.post(NEW, FIELDS | {"act": "preview", "file": upload(data, name)})
    assert answer.status_code == 400
    form = answer.context["form"]
    assert form.errors
    assert form["title"].value() == FIELDS["title"]
