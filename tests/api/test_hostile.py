"""Bad input, at every door of the API: refused with its field named, or made harmless."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from rest_framework.test import APIClient

from forum.accounts.models import User
from tests.factories import make_annotation, make_comment, make_flag

#: Texts that are trouble: to a browser, to a database, to a parser, to the eye.
TEXTS = {
    "script": "<script>alert(1)</script>",
    "handler": '<img src=x onerror="alert(1)"><b onclick=alert(1)>x</b>',
    "javascript": "[x](javascript:alert(1)) <a href='java\tscript:alert(1)'>y</a>",
    "data": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "broken": "<p><b><i></p></b><table><td></i><svg><style><img src=x onerror=alert(1)>",
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "megabyte": "x" * 1_000_000,
    "quotes": ">" * 10_000,
    "lists": "- " * 10_000,
    "stars": "*" * 10_000 + "x",
    "brackets": "[" * 10_000,
    "override": "\u202eevil\u2066",
    "control": "\x01\x1b[31m\x7f",
    "zalgo": "e" + "\u0301" * 5_000,
    "blank": " \n\t\u00a0 ",
    "empty": "",
    "astral": "\U0001f6a2" * 100,
    "format": "{0.__class__} %s %(x)s ${x}",
    "sql": "'; drop table discussion_post; --",
}
#: Values of the wrong type, whatever the field.
VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "false": False,
    "list": [],
    "nested": [[["x"]], {"a": 1}],
    "object": {"a": {"b": []}},
    "float": 1.5,
    "whole float": 1.0,
    "huge float": 1e308,
    "huge": 10**30,
    "just too huge": 2**63,
    "negative": -1,
    "zero": 0,
}
HOSTILE = TEXTS | VALUES
#: Lines of text that nothing else depends on, and that are read alike.
PARATEXT = ("byline", "standfirst", "about_author", "series")


class Harm(HTMLParser):
    """Collects whatever in a piece of HTML could do something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "img", "svg", "iframe", "form", "base"):
            self.found.append(tag)
        for name, value in attrs:
            safe = name == "href" and str(value).startswith(("http:", "https:", "mailto:"))
            if not safe and name not in ("rel", "start", "title", "colspan", "rowspan"):
                self.found.append(f"{name}={value}")


@dataclass(frozen=True)
class Door:
    """An endpoint that takes a body, somebody who may use it, and a body that is fine."""

    method: str
    path: str
    person: User
    body: dict[str, Any]
    #: Fields that the body leaves out.
    more: tuple[str, ...] = ()
    #: What a refusal may name instead of the field, because the two go together.
    also: dict[str, set[str]] = field(default_factory=dict)

    def send(self, body: Any) -> Any:
        content: Any = body if isinstance(body, bytes) else json.dumps(body).encode()
        client = APIClient()
        client.force_authenticate(self.person)
        return client.generic(self.method, self.path, content, content_type="application/json")


DOORS = [
    "new article",
    "article",
    "new comment",
    "comment",
    "new annotation",
    "annotation",
    "flag",
    "decision",
    "reopening",
]


@pytest.fixture
def doors(article, dan, alice, bob, carol, rules) -> dict[str, Door]:
    comment = make_comment(article, author=alice)
    note = make_annotation(article, author=alice)
    case = make_flag(comment, flagger=bob).case
    revision = article.post.current
    api = "/api/v1"
    start = revision.text.index("everyone")
    return {
        "new article": Door(
            "POST",
            f"{api}/articles/",
            dan,
            {"title": "T", "source": "S.", "format": "html"},
            more=("slug", "draft", "token", *PARATEXT),
        ),
        "article": Door(
            "PATCH",
            f"{api}/articles/{article.slug}/",
            dan,
            {"source": "S.", "title": "T"},
            more=("format", "draft", "revision", *PARATEXT),
        ),
        "new comment": Door(
            "POST",
            f"{api}/articles/{article.slug}/comments/",
            alice,
            {"source": "S."},
            more=("parent", "token"),
        ),
        "comment": Door(
            "PATCH",
            f"{api}/comments/{comment.pk}/",
            alice,
            {"source": "S."},
            more=("revision",),
        ),
        "new annotation": Door(
            "POST",
            f"{api}/articles/{article.slug}/annotations/",
            alice,
            {
                "revision": revision.pk,
                "start": start,
                "end": start + 8,
                "quote": "everyone",
                "tags": ["question"],
                "note": "N.",
                "audience": "public",
            },
            more=("token",),
            also={"start": {"end"}},
        ),
        "annotation": Door("PATCH", f"{api}/annotations/{note.pk}/", alice, {"note": "N."}),
        "flag": Door(
            "POST", f"{api}/posts/{note.pk}/flags/", bob, {"reason": "spam", "note": "N."}
        ),
        "decision": Door(
            "POST",
            f"{api}/cases/{case.pk}/decisions/",
            carol,
            {
                "action": "remove",
                "rule": next(iter(rules)),
                "reason": "R.",
                "note": "N.",
                "version": 1,
            },
        ),
        "reopening": Door(
            "POST", f"{api}/cases/{case.pk}/reopen/", carol, {"version": 9, "reason": "R."}
        ),
    }


def check(answer: Any) -> Any:
    """The answer is one of ours, and harmless; return its body."""
    assert 200 <= answer.status_code < 300 or 400 <= answer.status_code < 500
    body = answer.json()
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
    if answer.status_code == 400:
        assert body["errors"]
        assert all(body["errors"].values())
        assert len(answer.content) < 2_000
    for html in _htmls(body):
        assert Harm(html).found == []
    return body


def _htmls(body: Any) -> list[str]:
    if isinstance(body, list):
        return [html for part in body for html in _htmls(part)]
    if not isinstance(body, dict):
        return []
    found = [value for name, value in body.items() if name == "html"]
    return found + [html for part in body.values() for html in _htmls(part)]


@pytest.mark.parametrize("name", DOORS)
def test_hostile_values(doors, name):
    """Every value in every field, among others that are fine.

    It goes into all fields at once first: what the refusal names has refused it by itself, and
    need not be sent it alone.
    """
    door = doors[name]
    fields = [*door.body, *door.more]
    # What is read together says little about each.
    related = {*door.also, *(other for others in door.also.values() for other in others)}
    assert door.send(door.body).status_code in (200, 201, 409)
    for label, value in HOSTILE.items():
        # More than one megabyte is refused before it is read.
        together = [] if label == "megabyte" else fields
        named = attack(door, together, label, value) - related
        left = [target for target in fields if target not in named]
        alike = [target for target in left if together and target in PARATEXT]
        for target in left:
            if target not in alike:
                attack(door, [target], label, value)
        while alike:
            named = attack(door, alike, label, value)
            alike = [target for target in alike if target not in named] if named else []


def attack(door: Door, targets: list[str], label: str, value: Any) -> set[str]:
    """Send ``value`` in all of ``targets``; what the answer blames, which is none but them."""
    answer = door.send(door.body | dict.fromkeys(targets, value))
    body = check(answer)
    if answer.status_code != 400:
        assert answer.status_code in (200, 201, 409), (targets, label, body)
        return set()
    named = set(body["errors"])
    assert named <= set(targets).union(*(door.also.get(t, ()) for t in targets)), (label, body)
    return named


@pytest.mark.parametrize("name", DOORS)
def test_hostile_bodies(doors, name):
    door = doors[name]
    fine = json.dumps(door.body).encode()
    for body in (
        b"null",
        b"[]",
        b"[{}]",
        b'"text"',
        b"1",
        b"true",
        b"{",
        b"not json",
        b"\x00",
        fine[:-1],
        fine + fine,
        fine.replace(b'{"', b'{"x": NaN, "', 1),
        fine.replace(b'{"', b'{"x": -Infinity, "', 1),
        fine.replace(b'{"', b'{"x": ' + b"9" * 5_000 + b', "', 1),
        fine.replace(b'{"', b'{"x": "\xff\xfe", "', 1),
        fine.replace(b'{"', b'{"x": "\xed\xa0\x80", "', 1),
        b"[" * 100_000,
        b'{"x":' * 100_000,
        b'{"source":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ):
        answer = door.send(body)
        assert answer.status_code == 400, body[:80]
        assert list(check(answer)["errors"]) == ["body"]
    assert door.send(b"{" + b" " * 3_000_000 + b"}").status_code == 413
    empty = door.send(b"")
    assert empty.status_code in (200, 400)
    if empty.status_code == 400:
        assert set(check(empty)["errors"]) <= set(door.body)
    for form in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        client = APIClient()
        client.force_authenticate(door.person)
        answer = client.generic(door.method, door.path, "source=x", content_type=form)
        assert answer.status_code == 415


@pytest.mark.parametrize("name", DOORS)
def test_made_up_bodies(doors, name):
    door = doors[name]
    names = [*door.body, *door.more]
    dice = random.Random(name)
    values = [*HOSTILE.values(), *door.body.values()]
    for _ in range(60):
        chosen = dice.sample(names, dice.randint(0, len(names)))
        body = {one: _invented(dice, values) for one in chosen}
        check(door.send(dice.choice([{}, door.body]) | body))


def _invented(dice: random.Random, values: list[Any], depth: int = 0) -> Any:
    kind = dice.random()
    if depth > 3 or kind < 0.7:
        return dice.choice(values)
    if kind < 0.85:
        return [_invented(dice, values, depth + 1) for _ in range(dice.randint(0, 4))]
    return {str(n): _invented(dice, values, depth + 1) for n in range(dice.randint(0, 4))}


QUERIES = [
    "",
    "x",
    "0",
    "-1",
    "1.5",
    "%00",
    "%FF%FE",
    "%ED%A0%80",
    "%F0%9F%9A%A2",
    "٣",
    "²",
    "9" * 18,
    "9" * 19,
    "9" * 5_000,
    "PjE=",
    "PjE",
    "PjE5OTk5OTk5OTk5OTk5OTk5OTk5OTk",
    "PDA",
    "Pg",
    "Pi0x",
    "=" * 50,
    "%0A",
    "' or 1=1 --",
    "{}",
    "../../etc/passwd",
    "a" * 10_000,
    "%E2%80%AEevil",
]


def test_hostile_queries(article, carol, frances, rules, alice):
    make_annotation(article, author=alice)
    make_flag(make_comment(article))
    lists = {
        "/api/v1/articles/": ("state",),
        f"/api/v1/articles/{article.slug}/": ("format",),
        f"/api/v1/articles/{article.slug}/comments/": (),
        f"/api/v1/articles/{article.slug}/annotations/": ("tag", "author", "state", "target"),
        "/api/v1/codebooks/": (),
        "/api/v1/rules/": (),
        "/api/v1/cases/": ("state",),
        "/api/v1/exports/annotations/": ("article", "format", "names"),
    }
    # A stranger is stopped earlier, by the same code on every path: a part of the values will do.
    for person, values in ((None, QUERIES[::6]), (frances, QUERIES)):
        client = APIClient()
        client.force_authenticate(person)
        for path, parameters in lists.items():
            for value in values:
                ask(client, path, ["cursor", "page_size", *parameters], value)


def ask(client: APIClient, path: str, names: list[str], value: str) -> None:
    """Send ``value`` as all of ``names``, and again without those that are refused by name."""
    answer = client.get(path + "?" + "&".join(f"{name}={value}" for name in names))
    assert answer.status_code in (200, 400, 401, 404), (path, names, value)
    if answer.status_code == 200:
        return
    refused = set()
    if answer.status_code == 400 and "errors" in answer.json():
        refused = set(answer.json()["errors"])
        assert refused <= {*names, "article"}
    left = [name for name in names if name not in refused]
    if len(left) < len(names):
        if left:
            ask(client, path, left, value)
    elif len(names) > 1:
        for name in names:
            ask(client, path, [name], value)


@pytest.mark.parametrize("query", ["version=%0A", "lang=%0A", "version=9&lang=xx", "format=x"])
def test_hostile_queries_to_the_schema(client, db, query):
    assert client.get(f"/api/v1/schema/?{query}").status_code == 200


def test_a_hostile_host_or_cookie(client, article):
    path = "/api/v1/articles/"
    assert client.get(path, headers={"Host": "evil.example"}).status_code == 400
    client.cookies["sessionid"] = '"\\000\\000\\000\\000\\000\\000\\000\\000\\000"'
    assert client.get(path, headers={"Cookie": 'sessionid="a\\000aaaaaaaa"'}).status_code == 400
    assert client.get("/", headers={"Cookie": 'sessionid="a\\000aaaaaaaa"'}).status_code == 400


def test_a_million_wrong_values_are_one_mistake(doors):
    door = doors["new annotation"]
    for wrong in (1, "", None):
        answer = door.send(door.body | {"tags": [wrong] * 300_000})
        assert answer.status_code == 400
        assert answer.json()["errors"] == {
            "tags": ["Ensure this field has no more than 50 elements."]
        }
