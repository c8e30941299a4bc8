"""The export page, the download, and the command: who gets what."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.exports import responses
from annotations.exports.responses import export_bytes, export_response
from annotations.exports.rows import COLUMNS, Names
from forum.lib.errors import Forbidden, NotFound, Refused, SignInFirst
from tests import factories


@pytest.fixture
def note(article, alice):
    return factories.make_annotation(article, author=alice)


def page_of(article):
    return reverse("export", args=[article.slug])


def file_of(article, **query):
    address = reverse("export-download", args=[article.slug])
    return address + "?" + "&".join(f"{key}={value}" for key, value in query.items())


def table(content):
    return list(csv.DictReader(io.StringIO(content, newline="")))


# The ladder


@pytest.mark.parametrize("address", [page_of, lambda a: file_of(a, format="csv")])
def test_staff_editors_and_admins_get_it_others_do_not(
    client, article, note, address, dan, erin, frances, sam, alice, carol
):
    assert client.get(address(article)).status_code == 302
    for person in (dan, erin, frances):
        client.force_login(person)
        assert client.get(address(article)).status_code == 200
    for person in (sam, alice, carol):
        client.force_login(person)
        assert client.get(address(article)).status_code == 403


def test_a_draft_is_not_there_for_readers(client, dan, erin, alice):
    draft = factories.make_article(author=dan, title="Not yet", draft=True)
    client.force_login(alice)
    assert client.get(page_of(draft)).status_code == 404
    client.force_login(erin)
    assert client.get(page_of(draft)).status_code == 200


def test_there_has_to_be_such_an_article(client, dan):
    client.force_login(dan)
    assert client.get("/staff/articles/nowhere/export/").status_code == 404
    assert client.get("/staff/articles/nowhere/export/download/?format=csv").status_code == 404


def test_nothing_is_posted_here(client, article, dan):
    client.force_login(dan)
    assert client.post(page_of(article)).status_code == 405
    assert client.post(file_of(article, format="csv")).status_code == 405


def test_the_call_asks_the_same_before_it_answers(article, dan, alice, rf):
    from django.contrib.auth.models import AnonymousUser

    draft = factories.make_article(author=dan, title="Not yet", draft=True)
    for reader, on, refusal in (
        (AnonymousUser(), article, SignInFirst),
        (alice, article, Forbidden),
        (alice, draft, Forbidden),
    ):
        with pytest.raises(refusal):
            export_response(reader=reader, article=on, format="csv")
    with pytest.raises(Refused) as wrong:
        export_response(reader=dan, article=article, format="xml")
    assert wrong.value.field == "format"
    with pytest.raises(Refused) as wrong:
        export_response(reader=dan, article=article, format="csv", names="nicknames")
    assert wrong.value.field == "names"


# The page


def test_the_page_says_what_the_file_holds(client, article, dan, alice):
    factories.make_annotation(article, author=alice, tags=("bias-claim", "question"))
    factories.make_annotation(article, author=alice, tags=("question",))
    factories.make_annotation(article, author=alice, audience="private")
    client.force_login(dan)
    response = client.get(page_of(article))
    assert response.context["total"] == 2
    assert response.context["tags"] == [("Bias claim", 1), ("Question", 2)]
    assert response.context["states"] == [("Published", 2)]
    assert response.context["places"] == [("Same words, same place", 2)]
    content = response.content.decode()
    for column in COLUMNS:
        assert f"<code>{column}</code>" in content


def test_the_page_of_an_article_without_notes_says_so(client, article, dan):
    client.force_login(dan)
    assert "nothing to export yet" in client.get(page_of(article)).content.decode()


def test_the_page_asks_no_more_for_more_notes(client, article, dan, alice):
    client.force_login(dan)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page_of(article)).status_code == 200
        return len(captured)

    factories.make_annotation(article, author=alice)
    few = queries()
    for quote in ("the ferry", "the school", "two lanes"):
        comment = factories.make_comment(article, source=f"About {quote}.")
        factories.make_annotation(article, quote=quote, tags=("question",))
        factories.make_annotation(comment, quote=quote, tags=("missing-factor",))
    assert queries() == few


@pytest.mark.parametrize("query", [{}, {"format": "xml"}, {"format": "csv", "names": "real"}])
def test_a_choice_that_is_none_brings_the_page_back(client, article, note, dan, query):
    client.force_login(dan)
    response = client.get(file_of(article, **query))
    assert response.status_code == 400
    assert response.context["form"].errors


# The file


def test_a_download_streams_under_a_telling_name(client, article, note, dan, alice):
    client.force_login(dan)
    response = client.get(file_of(article, format="csv"))
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["X-Accel-Buffering"] == "no"
    assert response["Cache-Control"] == "private, no-store"
    assert re.fullmatch(
        rf'attachment; filename="annotations_{article.slug}_\d{{8}}T\d{{6}}Z\.csv"',
        response["Content-Disposition"],
    )
    (row,) = table(response.getvalue().decode())
    assert row["annotation_id"] == str(note.pk)
    assert row["quote"] == "everyone knows"
    assert row["author"] == alice.public_name


def test_a_spreadsheet_gets_its_mark_and_json_none(client, article, note, dan):
    client.force_login(dan)
    plain = client.get(file_of(article, format="csv")).getvalue()
    marked = client.get(file_of(article, format="csv-bom")).getvalue()
    assert marked == b"\xef\xbb\xbf" + plain
    lines = b"".join(export_bytes(reader=dan, article=article, format="jsonl", bom=True))
    assert lines.startswith(b"{")


def test_json_lines_download(client, article, note, dan):
    client.force_login(dan)
    response = client.get(file_of(article, format="jsonl", names="pseudonym"))
    assert response["Content-Type"] == "application/x-ndjson; charset=utf-8"
    (row,) = [json.loads(line) for line in response.getvalue().splitlines()]
    assert row["tags"] == ["bias-claim"]
    assert row["author"].startswith("P-")


def test_pieces_come_one_after_another(article, dan, monkeypatch):
    monkeypatch.setattr(responses, "_PIECE", 600)
    for _ in range(5):
        factories.make_annotation(article)
    pieces = list(export_bytes(reader=dan, article=article, format="jsonl"))
    assert len(pieces) == 5
    assert all(json.loads(piece) for piece in pieces)


# The command


def command(*arguments):
    out = io.StringIO()
    call_command("export_annotations", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_exports_as_the_first_admin(article, note, dan, frances, alice):
    factories.make_annotation(article, author=alice, audience="private")
    rows = table(command("--article", article.slug, "--format", "csv"))
    assert [row["annotation_id"] for row in rows] == [str(note.pk)]


def test_the_command_exports_as_somebody_named(article, note, dan):
    lines = command(
        *("--article", article.slug, "--format", "jsonl"),
        *("--names", Names.PSEUDONYM, "--as", "dan"),
    )
    assert json.loads(lines)["author"].startswith("P-")


def test_the_command_writes_a_file_whole_or_not_at_all(article, note, dan, tmp_path, frances):
    from annotations.models import Annotation

    file = tmp_path / "notes.csv"
    arguments = ("--article", article.slug, "--format", "csv", "--output", str(file))
    assert command(*arguments) == ""
    written = file.read_bytes()
    assert len(table(written.decode())) == 1
    Annotation.objects.update(quote="everyone thinks")
    with pytest.raises(RuntimeError):
        command(*arguments)
    assert file.read_bytes() == written
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--article", "nowhere", "--as", "dan"], "no article"),
        (["--as", "nobody"], "nobody called"),
        (["--as", "alice"], "Only course staff"),
        ([], "no admin yet"),
        (["--as", "dan", "--output", "/nowhere/notes.csv"], "cannot be written"),
    ],
)
def test_the_command_says_in_one_line_why_not(article, note, dan, arguments, says):
    with pytest.raises(CommandError, match=says) as refused:
        command("--article", article.slug, "--format", "csv", *arguments)
    assert "\n" not in str(refused.value)


def test_not_found_is_for_those_who_may_publish_but_not_see(article, dan, erin):
    from forum.courses.models import Course
    from forum.discussion.models import Post

    course = Course.objects.get(slug="reading")
    Post.objects.filter(pk=article.pk).update(audience="course", course=course)
    article.post.refresh_from_db()
    with pytest.raises(NotFound):
        export_response(reader=erin, article=article, format="csv")
    assert export_response(reader=dan, article=article, format="csv").streaming
