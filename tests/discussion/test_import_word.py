"""Word documents, good and bad."""

from __future__ import annotations

import builtins
import tracemalloc
import zipfile
from collections.abc import Sequence
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command

from forum.discussion.importers.files import read_article
from forum.discussion.models import Article
from forum.lib.errors import Refused
from tests.discussion.images import png

Parts = Sequence[tuple[str, bytes]]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def needs_mammoth():
    return pytest.importorskip("mammoth")


def paragraph(words: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{words}</w:t></w:r></w:p>"


def image(relation: str, how: str = "embed") -> str:
    return (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        'wordprocessingDrawing"><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/'
        'main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/'
        f'picture"><pic:blipFill><a:blip r:{how}="{relation}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def docx(body: str, *, document: str = "", picture: bytes = b"", parts: Parts = ()) -> bytes:
    """A document, as small as they come."""
    document = (
        document or f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'
    )
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="png" ContentType="image/png"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}">'
        f'<Relationship Id="a" Type="{R}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": document,
        "word/styles.xml": f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="Title">'
        '<w:name w:val="Title"/></w:style></w:styles>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELS}">'
        f'<Relationship Id="p" Type="{R}/image" Target="media/1.png"/>'
        f'<Relationship Id="far" Type="{R}/image" TargetMode="External" '
        'Target="http://127.0.0.1:9/x.png"/>'
        f'<Relationship Id="file" Type="{R}/image" TargetMode="External" Target="file:///etc/passwd"/>'
        f'<Relationship Id="s" Type="{R}/styles" Target="styles.xml"/></Relationships>',
    }
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr("word/media/1.png", picture)
        for name, data in parts:
            archive.writestr(name, data)
    return made.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        read_article(data, "a.docx")
    assert "\n" not in refusal.value.message
    return refusal.value.message


def test_a_document_with_a_title_and_a_picture(tmp_path, frances, settings):
    needs_mammoth()
    settings.MEDIA_ROOT = tmp_path / "media"
    path = tmp_path / "a.docx"
    body = paragraph("The bridge", "Title") + paragraph("First.") + image("p") + image("p")
    path.write_bytes(docx(body, picture=png()))
    told = StringIO()
    call_command("import_article", str(path), stdout=StringIO(), stderr=told)
    article = Article.objects.get()
    assert (article.title, article.post.current.text) == ("The bridge", "First.")
    assert article.figure_width == 40
    assert "1 picture was left out." in told.getvalue()


@pytest.mark.parametrize("relation", ["far", "file", "none"])
def test_pictures_elsewhere_are_not_fetched(relation, monkeypatch):
    needs_mammoth()
    import mammoth.docx.files

    def fetched(*_):
        raise AssertionError("fetched")

    monkeypatch.setattr(mammoth.docx.files, "urlopen", fetched)
    monkeypatch.setattr(mammoth.docx.files, "open", fetched, raising=False)
    try:
        file = read_article(docx(paragraph("Words") + image(relation, "link")), "a.docx")
    except Refused:
        assert relation == "none"
    else:
        assert (file.picture, file.source) == (b"", "<p>Words</p>")


def test_bombs():
    needs_mammoth()
    tracemalloc.start()
    assert "larger inside" in refused(docx("", parts=[("word/big.xml", b" " * 50_000_000)]))
    assert "larger inside" in refused(docx("", parts=[("word/media/big.png", b"\0" * 150_000_000)]))
    assert tracemalloc.get_traced_memory()[1] < 400_000_000
    tracemalloc.stop()
    many = [(f"word/{n}.bin", b"") for n in range(2_100)]
    assert "larger inside" in refused(docx("", parts=many))
    assert "larger than" in refused(b"PK" + b"\0" * 20_000_001)
    bomb = '<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><a>&b;</a>'
    assert "document type or entities" in refused(docx("", document=bomb))
    assert "nested more than" in refused(docx("<w:p>" * 150 + "</w:p>" * 150))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        docx("", document="<a/>"),
        docx(paragraph("x"))[:-300],
        docx(paragraph("x")).replace(b"document", b"documenx"),
    ],
)
def test_what_is_no_document(data):
    needs_mammoth()
    assert refused(data)


def test_without_mammoth_it_is_said_what_is_missing(tmp_path, frances, monkeypatch):
    load = builtins.__import__

    def fail(name, *rest, **options):
        if name == "mammoth":
            raise ImportError(name)
        return load(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", fail)
    path = tmp_path / "a.docx"
    path.write_bytes(docx(paragraph("x")))
    with pytest.raises(CommandError, match=r"requirements-docx\.txt"):
        call_command("import_article", str(path), stdout=StringIO())
