"""Where ``@name`` names somebody, and where it does not."""

from __future__ import annotations

import pytest

from forum.lib.html import Format, mentioned_in, render
from forum.lib.mentions import NAMES_LIMIT, names_in
from tests.properties import given, settings, st

PEOPLE = {"alice": "/people/alice/", "bob_b": "/people/bob_b/", "x.y": "/people/x.y/"}


def mentioned(source: str) -> tuple[str, ...]:
    rendered = render(source, format=Format.COMMENT, people=PEOPLE)
    plain = render(source, format=Format.COMMENT)
    # What was typed stays what it was, to the letter: anchors count on it.
    assert rendered.text == plain.text
    assert rendered.html.count('<a href="/people/') >= len(rendered.mentioned)
    assert mentioned_in(source, format=Format.COMMENT, people=PEOPLE) == rendered.mentioned
    assert set(rendered.mentioned) <= set(names_in(source))
    return rendered.mentioned


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("@alice", "alice"),
        ("Look, @Alice: @bob_b!", "alice bob_b"),
        ("Thanks, @alice. And @x.y...", "alice x.y"),
        ("@alice's, (@bob_b), “@x.y”", "alice bob_b x.y"),
        ("你好@alice，谢谢@bob_b你", "alice bob_b"),
        ("**@alice** and _@bob_b_", "alice bob_b"),
        ("- @alice\n\n# @bob_b", "alice bob_b"),
        ("@alice\n@bob_b", "alice bob_b"),
        ("@alice, @alice, @ALICE", "alice"),
        ("![see](x) @alice", "alice"),
        ("|a|\n|-|\n|@alice|", "alice"),
    ],
)
def test_a_name_is_found_where_it_names(source, names):
    assert " ".join(mentioned(source)) == names


@pytest.mark.parametrize(
    "source",
    [
        "alice",
        "@nobody",
        "mail bob@alice, alice@example.org, a.@alice, a+@alice",
        "@alice@example.org",
        "@alice/core",
        "https://example.org/@alice",
        "`@alice`",
        "    @alice",
        "```\n@alice\n```",
        "[@alice](https://example.org)",
        "[hello @alice *and @bob_b*](https://example.org)",
        "![@alice](https://example.org)",
        "> @alice said so",
        "> > @alice",
        r"\@alice",
        r"@alice\_b",
        "&#64;alice",
        "*Bob*@alice",
        "@alicee @alice-b @alice_b @alicé é@alice",
        "@@alice",
    ],
)
def test_a_name_is_not_found_where_it_does_not(source):
    assert mentioned(source) == ()


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("@alice", '<p><a href="/people/alice/" rel="nofollow ugc noopener">@alice</a></p>'),
        (
            "<script>@alice</script>",
            '<p>&lt;script&gt;<a href="/people/alice/" rel="nofollow ugc noopener">@alice</a>'
            "&lt;/script&gt;</p>",
        ),
        (
            '@alice" onmouseover="x',
            '<p><a href="/people/alice/" rel="nofollow ugc noopener">@alice</a>'
            '" onmouseover="x</p>',
        ),
        (
            "*@alice*",
            '<p><em><a href="/people/alice/" rel="nofollow ugc noopener">@alice</a></em></p>',
        ),
    ],
)
def test_it_becomes_a_link_and_nothing_else(source, html):
    rendered = render(source, format=Format.COMMENT, people=PEOPLE)
    assert rendered.html == html


def test_an_address_is_sanitised_as_any_other():
    rendered = render("@alice", format=Format.COMMENT, people={"alice": "javascript:alert(1)"})
    assert "javascript" not in rendered.html


def test_html_is_not_looked_through():
    rendered = render("<p>@alice</p>", format=Format.HTML, people=PEOPLE)
    assert (rendered.html, rendered.mentioned) == ("<p>@alice</p>", ())


_PIECES = ["@alice", "@bob_b", "@", "alice", "x.y", "`", "*", "_", "[", "](y)", "> ", "\\", "\n"]
_PIECES += ["\n\n", " ", "    ", "|", "<b>", "é", "你", "http://z.org/", "&#64;", "```", "!", "-"]


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join))
@settings(max_examples=300)
def test_whatever_is_typed_stays_what_it_is(source):
    mentioned(source)


def test_no_more_names_are_looked_for_than_make_sense():
    many = " ".join(f"@person{number}" for number in range(1000))
    assert len(names_in(many)) == NAMES_LIMIT


@pytest.mark.parametrize("hostile", ["@" * 9_000, "@a" * 4_500, "@a." * 3_000, "@" + "a" * 9_000])
def test_no_text_takes_long(hostile):
    import time

    began = time.process_time()
    names_in(hostile)
    mentioned_in(hostile, format=Format.COMMENT, people=PEOPLE)
    assert time.process_time() - began < 1
