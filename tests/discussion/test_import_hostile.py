"""XML from anybody: refused in one line, in bounded memory, however large it is."""

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Iterator
from io import StringIO
from typing import BinaryIO, cast

import pytest
from django.core.management import CommandError, call_command

from forum.discussion.importers.wordpress import read_wordpress
from forum.discussion.importers.xml_records import ELEMENT_LIMIT, NESTING_LIMIT
from forum.discussion.models import Post
from forum.lib.errors import Refused
from tests.discussion.exports_of_others import WXR_HEAD, item, said, wxr

#: What reading may take, whatever is read.
MEMORY = 40_000_000
HUGE = 500_000_000


class Endless(io.RawIOBase):
    """A file of ``start`` and then ``size`` bytes of ``middle``, made as it is read."""

    def __init__(self, start: str, middle: str, size: int = HUGE) -> None:
        self._start, self._left = start.encode(), size
        self._middle = middle.encode() * (65_536 // len(middle.encode()))
        self.given = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._start:
            chunk, self._start = self._start[:size], self._start[size:]
        else:
            chunk = self._middle[: min(size, self._left)]
            self._left -= len(chunk)
        self.given += len(chunk)
        return chunk


def refusal(stream) -> tuple[str, int]:
    """Why ``stream`` is refused, and the bytes that took at most."""
    tracemalloc.start()
    try:
        message = refused_by(stream)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "\n" not in message
    return message, peak


def refused_by(stream) -> str:
    """Why ``stream`` is refused."""
    with pytest.raises(Refused) as refused:
        for _ in read_wordpress(stream, file="0"):
            pass
    return refused.value.message


ITEM = WXR_HEAD + "<item><title>t</title>"


@pytest.mark.parametrize(
    ("start", "middle", "why"),
    [
        (ITEM + "<content:encoded>", "x" * 64, "element in it is longer"),
        (ITEM + "<content:encoded><![CDATA[", "x" * 64, "element in it is longer"),
        (ITEM + "<wp:postmeta><wp:meta_value>", "nobody wants it ", "element in it is longer"),
        (ITEM + "<content:encoded>", "&lt;&amp;", "element in it is longer"),
        (ITEM + '<a b="', "x" * 64, "a tag or a comment in it is longer"),
        (ITEM + "<a ", 'b1="c" d2="e" ', "a tag or a comment in it is longer"),
        (ITEM + "<a", "x" * 64, "a tag or a comment in it is longer"),
        (ITEM + "<!--", "x" * 64, "a tag or a comment in it is longer"),
        (ITEM + "<?x ", "x" * 64, "a tag or a comment in it is longer"),
        (ITEM, "<a>", f"nested more than {NESTING_LIMIT} deep"),
        (ITEM, "<item>", f"nested more than {NESTING_LIMIT} deep"),
        ("", "x" * 64, "a tag or a comment in it is longer"),
    ],
)
def test_500_megabytes_of_one_thing(start, middle, why):
    stream = Endless(start, middle)
    message, peak = refusal(stream)
    assert why in message
    assert peak < MEMORY
    # It is given up long before its end.
    assert stream.given < 10 * ELEMENT_LIMIT


def test_nothing_but_space():
    message, peak = refusal(Endless("", " ", 50_000_000))
    assert "no whole XML" in message
    assert peak < MEMORY


def test_the_whole_process_stays_small():
    """Measured by the system, which sees what the parser takes for itself as well."""
    code = """
import resource, sys
import django
sys.path.insert(0, "")
django.setup()
from tests.discussion.test_import_hostile import Endless, ITEM, refused_by
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for middle in ("x" * 64, "&lt;"):
    for start in ("<content:encoded>", "<a b='", "<!--"):
        assert "refused" in refused_by(Endless(ITEM + start, middle))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "forum.settings_test"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert int(done.stdout) < MEMORY // 1_000_000


def test_gzipped_nothing_is_read_no_further_than_it_has_to_be(tmp_path, frances):
    packer = zlib.compressobj(wbits=31)
    path = tmp_path / "bomb.xml.gz"
    with path.open("wb") as bomb:
        bomb.write(packer.compress((ITEM + "<content:encoded>").encode()))
        for _ in range(100):
            bomb.write(packer.compress(b"x" * 1_000_000))
        bomb.write(packer.flush())
    assert path.stat().st_size < 200_000
    tracemalloc.start()
    with pytest.raises(CommandError, match="element in it is longer"):
        call_command("import_wordpress", str(path), stdout=StringIO())
    assert tracemalloc.get_traced_memory()[1] < MEMORY
    tracemalloc.stop()


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><rss>&a9;</rss>"
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]><rss>{"&a;" * 100_000}</rss>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd"><rss/>',
        '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><rss/>',
        "<!DOCTYPE html><rss/>",
    ],
)
def test_entities_and_document_types(text):
    message, peak = refusal(io.BytesIO(text.encode()))
    assert "document type or entities" in message
    assert peak < MEMORY


@pytest.mark.parametrize(
    "text", ["<rss>&nbsp;</rss>", "<rss><a></b></rss>", "<a:b/>", "<rss/><rss/>", "\x00"]
)
def test_what_is_no_xml_says_where(text):
    assert "(line " in refusal(io.BytesIO(text.encode()))[0]


def test_nothing_of_a_damaged_file_is_imported(tmp_path, frances):
    (tmp_path / "a.xml").write_text(wxr(item(1, said(1))))
    (tmp_path / "b.xml").write_text(wxr(item(2, said(2))).replace("</rss>", ""))
    with pytest.raises(CommandError, match=r"b\.xml"):
        call_command(
            "import_wordpress", *(str(tmp_path / f"{n}.xml") for n in "ab"), stdout=StringIO()
        )
    assert not Post.objects.exists()


def comments(count: int) -> Iterator[str]:
    for number in range(1, count + 1):
        yield said(number, number // 3, content="many words " * 80)


class Made(io.RawIOBase):
    """An export of one article with 20,000 comments."""

    def __init__(self) -> None:
        self._parts = itertools.chain([ITEM], comments(20_000), ["</item></channel></rss>"])
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (part := next(self._parts, "")):
            self._rest += part.encode()
        chunk, self._rest = self._rest[:size], self._rest[size:]
        return chunk


def test_a_long_thread_takes_little_memory():
    """Comments come one by one, though all are in one element."""

    tracemalloc.start()
    assert len([1 for _ in read_wordpress(cast(BinaryIO, Made()), file="0")]) == 20_001
    assert tracemalloc.get_traced_memory()[1] < MEMORY
    tracemalloc.stop()
