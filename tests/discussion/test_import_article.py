"""``manage.py import_article``."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from forum.discussion.models import Article
from tests.discussion.images import png
from tests.factories import make_user

FILE = """\
---
title: The bridge
byline: Ada Byron
standfirst: It is old.
published: 2026-02-09
slug: the-bridge
figure: bridge.png
figure_alt: A bridge
---
The *committee* says. <script>alert(1)</script>
"""


@pytest.fixture
def file(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "bridge.png").write_bytes(png())
    path = tmp_path / "article.md"
    path.write_text(FILE, encoding="utf-8")
    return path


def run(*arguments):
    out = StringIO()
    call_command("import_article", *map(str, arguments), stdout=out)
    return out.getvalue()


def refused(*arguments):
    with pytest.raises(CommandError) as error:
        run(*arguments)
    message = str(error.value)
    assert "\n" not in message
    assert not Article.objects.exists()
    return message


def test_import(file, frances, alice):
    assert "/articles/the-bridge/" in run(file)
    article = Article.objects.get()
    assert (article.title, article.byline) == ("The bridge", "Ada Byron")
    assert article.standfirst == "It is old."
    assert article.published_at == datetime(2026, 2, 9, tzinfo=UTC)
    assert (article.figure_width, article.figure_height) == (40, 30)
    assert article.figure_alt == "A bridge"
    assert article.post.author == frances
    assert article.post.state == "published"
    revision = article.post.current
    assert revision.number == 1
    assert "<em>committee</em>" in revision.html
    assert "<script" not in revision.html


def test_the_command_line_has_the_last_word(file, frances, erin):
    run(file, "--author", "erin", "--slug", "Other One", "--title", "Another", "--byline", "Bob")
    article = Article.objects.get()
    assert (article.slug, article.title, article.byline) == ("other-one", "Another", "Bob")
    assert article.post.author == erin


def test_a_draft(file, frances, client):
    assert "draft" in run(file, "--draft")
    article = Article.objects.get()
    assert article.post.state == "draft"
    assert article.published_at is None
    assert client.get(article.get_absolute_url()).status_code == 404


def test_html(tmp_path, frances):
    path = tmp_path / "a.html"
    path.write_text("<title>T</title><h1>T</h1><p>Text <b>bold</b></p>", encoding="utf-8")
    run(path)
    article = Article.objects.get()
    assert article.title == "T"
    assert article.slug == "t"
    assert article.post.current.html == "<p>Text <b>bold</b></p>"


def test_twice_is_once(file, frances):
    """Also from the folder that the file is in, and when its words or its address are others."""
    run(file)
    before = list(Article.objects.values())
    file.write_text(FILE.replace("committee", "council").replace("the-bridge", "bridge-2"))
    assert "Here already, and left as it is: /articles/the-bridge/ (The bridge)" in run(file)
    assert "Here already" in run(file, "--dry-run")
    tally = StringIO()
    call_command("import_folder", str(file.parent), stdout=tally)
    assert "already here" in tally.getvalue()
    assert list(Article.objects.values()) == before
    # Of another folder it is another one.
    run(file, "--site", "elsewhere")
    assert Article.objects.count() == 2


def test_the_same_address_is_not_given_twice(file, frances):
    run(file)
    for more in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match="/articles/the-bridge/ already"):
            run(file, "--site", "elsewhere", *more)
    run(file, "--site", "elsewhere", "--slug", "again")
    assert Article.objects.count() == 2


def test_who_publishes(file, db):
    assert "--author" in refused(file)
    make_user("gone", is_superuser=True, is_active=False)
    assert "--author" in refused(file)
    assert "“gone”" in refused(file, "--author", "gone")
    assert "“nobody”" in refused(file, "--author", "nobody")
    make_user("reader")
    assert "staff and editors" in refused(file, "--author", "reader")


def test_files_that_cannot_be_taken(file, tmp_path, frances):
    assert "No such file" in refused(tmp_path / "none.md")
    assert "directory" in refused(tmp_path)
    (tmp_path / "a.pdf").write_bytes(b"PDF")
    assert "ends in" in refused(tmp_path / "a.pdf")
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    assert "UTF-8" in refused(tmp_path / "latin.md")
    (tmp_path / "empty.md").write_bytes(b"---\ntitle: T\n---\n")
    assert "source" in refused(tmp_path / "empty.md")
    (tmp_path / "untitled.md").write_bytes(b"Text")
    assert "title" in refused(tmp_path / "untitled.md")
    (tmp_path / "nul.md").write_bytes(b"# T\n\nText \x00")
    assert "NUL" in refused(tmp_path / "nul.md")


@pytest.mark.parametrize("name", ["../secret.png", "/etc/hostname", "none.png", "article.md"])
def test_figures_that_cannot_be_taken(file, tmp_path, frances, name):
    (tmp_path.parent / "secret.png").write_bytes(png())
    file.write_text(FILE.replace("bridge.png", name), encoding="utf-8")
    refused(file)


def test_what_the_text_could_not_keep_is_told(tmp_path, frances):
    path = tmp_path / "page.html"
    path.write_text("<h1>The bridge</h1><p>Old. <img src='x.png'></p><p>Closed.</p>")
    errors = StringIO()
    call_command("import_article", str(path), stdout=StringIO(), stderr=errors)
    assert "1 image was left out." in errors.getvalue()


def test_a_dry_run_writes_nothing_and_refuses_the_same(file, frances):
    assert "Would be published: The bridge" in run(file, "--dry-run")
    assert not Article.objects.exists()


def test_a_whole_page(tmp_path, frances, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "bridge.png").write_bytes(png())
    page = tmp_path / "page.html"
    page.write_text(
        """<html lang="de"><head><title>The bridge | The Daily</title>
        <meta property="article:published_time" content="2026-02-09T10:00:00+01:00"></head><body>
        <nav><a href="/">Home</a><time datetime="1999-01-01">x</time></nav>
        <main><aside>Read also</aside><article><header><h1>The bridge</h1>
        <p class="byline">By <b>Ada Byron</b></p></header>
        <figure><img src="./bridge.png" alt="A bridge"><figcaption>Our bridge</figcaption></figure>
        <p>The text.</p><aside>A note.</aside><footer>Share this</footer></article></main>
        <footer>Imprint</footer></body></html>"""
    )
    run(page)
    article = Article.objects.get()
    assert (article.title, article.byline, article.language) == ("The bridge", "Ada Byron", "de")
    assert article.published_at == datetime(2026, 2, 9, 9, tzinfo=UTC)
    assert article.post.current.text == "By Ada Byron\nThe text.\nA note."
    assert (article.figure_width, article.figure_alt) == (40, "A bridge")
    assert article.figure_caption == "Our bridge"


@pytest.mark.parametrize("broken", ["missing", "no picture"])
def test_a_picture_that_nobody_called_the_figure_may_be_anything(tmp_path, frances, broken):
    page = tmp_path / "page.html"
    page.write_text("<h1>T</h1><p>Text</p><img src=x.png>")
    if broken == "no picture":
        (tmp_path / "x.png").write_bytes(b"nothing")
    run(page)
    assert not Article.objects.get().figure
