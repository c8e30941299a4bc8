"""``manage.py import_folder``."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from forum.discussion.models import Article, Post
from tests.discussion.exports_of_others import run, state
from tests.discussion.images import png
from tests.factories import make_article

pytestmark = pytest.mark.usefixtures("frances")


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    made = tmp_path / "posts"
    (made / "2020" / "ferry").mkdir(parents=True)
    (made / "images").mkdir()
    (made / ".git").mkdir()
    (made / "images" / "bridge.png").write_bytes(png())
    (made / ".git" / "x.md").write_text("Hidden")
    (made / "2014-03-01-the-bridge.md").write_text(
        "---\ntitle: The bridge\n---\nText\n\n![A bridge](images/bridge.png)\n"
    )
    (made / "2020" / "ferry" / "index.md").write_text(
        "---\ntitle: Ferries run\nfigure: ../../images/bridge.png\ndraft: true\n---\nText"
    )
    (made / "2020" / "page.HTML").write_text("<title>Page</title><p>Text")
    (made / "2020" / "bad.md").write_text("---\n[x\n---\nText")
    (made / "2020" / "empty.md").write_text("")
    (made / "2020" / "latin.md").write_bytes(b"caf\xe9")
    (made / "2020" / "lost.md").write_text("---\nfigure: none.png\n---\nText")
    (made / "2020" / "out.md").write_text("---\nfigure: ../../../secret.png\n---\nText")
    (tmp_path / "secret.png").write_bytes(png())
    (made / "notes.xls").write_text("no article")
    (made / "round").symlink_to(made)
    (made / "linked.md").symlink_to(tmp_path / "secret.md")
    return made


def imported(folder, *options):
    """The counts, though some files fail."""
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="5 files were not imported"):
        call_command("import_folder", str(folder), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_files_that_fail_keep_no_other_from_it(folder):
    before = state()
    would = imported(folder, "--dry-run")
    assert state() == before
    out, err = imported(folder)
    assert would[0].replace("Nothing was written: this was a dry run.", "").strip() == out.strip()
    assert would[1] == err
    assert [line.split(":")[0] for line in err.splitlines()] == [
        f"2020/{name}.md" for name in ("bad", "empty", "latin", "lost", "out")
    ]
    found = {article.slug: article for article in Article.objects.select_related("post")}
    assert set(found) == {"the-bridge", "ferry", "page"}
    bridge = found["the-bridge"]
    assert (bridge.title, bridge.figure_width, bridge.figure_alt) == ("The bridge", 40, "A bridge")
    assert str(bridge.published_at) == "2014-03-01 00:00:00+00:00"
    assert (bridge.post.source, bridge.post.source_id) == (
        "folder:posts",
        "2014-03-01-the-bridge.md",
    )
    assert (found["ferry"].post.state, found["ferry"].figure_width) == ("draft", 40)


def test_the_second_time_changes_nothing(folder):
    imported(folder)
    before = state()
    imported(folder)
    assert state() == before
    (folder / "more.md").write_text("# More\n\nText")
    imported(folder)
    assert Post.objects.count() == 4


def test_addresses(folder, tmp_path):
    make_article(title="Page", source="Another")
    other = tmp_path / "others"
    other.mkdir()
    for name, slug in (("page.md", ""), ("a.md", "asked"), ("b.md", "asked"), ("c.md", "page")):
        (other / name).write_text(f"---\ntitle: T\nslug: {slug}\n---\nText of {name}")
    would, out = StringIO(), StringIO()
    for stream, options in ((would, ["--dry-run"]), (out, [])):
        with pytest.raises(CommandError, match="2 files were"):
            call_command("import_folder", str(other), *options, stdout=stream, stderr=StringIO())
    assert would.getvalue().startswith(out.getvalue().rstrip())
    assert set(Article.objects.values_list("slug", flat=True)) == {"page", "page-2", "asked"}


def test_counts_as_json(tmp_path):
    (tmp_path / "untitled_text.md").write_text("Text")
    counted = run("import_folder", tmp_path, "--site", "mine")
    assert counted["articles"] == {"imported": 1}
    assert Article.objects.get().title == "Untitled text"
    assert Post.objects.get().source == "folder:mine"


def test_no_folder(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run("import_folder", tmp_path / "none")
    (tmp_path / "a.md").write_text("Text")
    with pytest.raises(CommandError, match="Not a directory"):
        run("import_folder", tmp_path / "a.md")
