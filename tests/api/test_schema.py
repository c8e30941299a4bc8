"""The API's description of itself: complete, valid, and true."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from jsonschema import Draft7Validator

from forum import api_urls
from tests.browser import expect
from tests.factories import make_annotation, make_comment, make_flag

API = "/api/v1"
#: Addresses that describe the others.
_META = {"api-schema", "api-docs", "api-404"}


@pytest.fixture(scope="module")
def schema(tmp_path_factory) -> dict[str, Any]:
    """The schema, made as strictly as can be."""
    file = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command(
        "spectacular",
        validate=True,
        fail_on_warn=True,
        format="openapi-json",
        file=str(file),
    )
    return dict(json.loads(file.read_text()))


def test_every_address_is_described(schema):
    named = {str(pattern.name) for pattern in api_urls.urlpatterns} - _META
    assert len(schema["paths"]) == len(named)


def test_every_operation_says_what_it_takes_and_answers(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            codes = set(operation["responses"])
            assert codes & {"200", "201", "204"}, where
            assert "401" in codes, where
            if "{" in path:
                assert "404" in codes, where
            if method in ("post", "patch"):
                assert list(operation["requestBody"]["content"]) == ["application/json"], where
                assert codes >= {"400", "403", "413", "415"}, where
            for code in codes - {"200", "201", "204"}:
                content = operation["responses"][code]["content"]
                assert list(content) == ["application/problem+json"], where


def test_answers_are_as_described(schema, as_, article, alice, bob, carol, rules):
    comment = make_comment(article, author=alice)
    note = make_annotation(article, author=alice)
    case = make_flag(comment, flagger=bob).case
    here = f"{API}/articles/{article.slug}"
    removal = {"action": "remove", "rule": 1, "reason": "R.", "version": case.version}
    asked = [
        ("get", "/articles/", alice, None),
        ("get", "/articles/{slug}/", None, None),
        ("get", "/articles/{slug}/comments/", alice, None),
        ("post", "/articles/{slug}/comments/", alice, {"source": "One."}),
        ("get", "/articles/{slug}/annotations/", alice, None),
        ("get", "/annotations/{id}/", None, None),
        ("patch", "/annotations/{id}/", alice, {"note": "Two."}),
        ("get", "/revisions/{id}/", None, None),
        ("get", "/codebooks/", None, None),
        ("get", "/rules/", None, None),
        ("get", "/cases/", carol, None),
        ("get", "/cases/{id}/", carol, None),
        ("post", "/cases/{id}/decisions/", carol, removal),
        ("get", "/articles/{slug}/comments/", bob, None),
        ("patch", "/comments/{id}/", bob, {"source": "Not mine."}),
        ("post", "/articles/{slug}/annotations/", alice, {"start": "x"}),
        ("get", "/cases/", None, None),
    ]
    ids = {
        "/annotations/{id}/": note.pk,
        "/comments/{id}/": comment.pk,
        "/revisions/{id}/": article.post.current.pk,
        "/cases/{id}/": case.pk,
        "/cases/{id}/decisions/": case.pk,
    }
    for method, path, person, body in asked:
        address = API + path.replace("/articles/{slug}", here.removeprefix(API))
        address = address.replace("{id}", str(ids.get(path, "")))
        answer = getattr(as_(person), method)(address, body)
        described = schema["paths"][API + path][method]["responses"][str(answer.status_code)]
        ((kind, content),) = described["content"].items()
        assert answer.headers["Content-Type"] == kind
        validator = Draft7Validator(_plain(content["schema"], schema))
        problems = [error.message for error in validator.iter_errors(answer.json())]
        assert problems == [], (method, path)


def _plain(part: Any, schema: dict[str, Any]) -> Any:
    """OpenAPI 3.0 as JSON Schema: references followed, ``nullable`` spelt out."""
    if isinstance(part, list):
        return [_plain(one, schema) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _plain(schema["components"]["schemas"][part["$ref"].split("/")[-1]], schema)
    plain = {name: _plain(value, schema) for name, value in part.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if part.get("nullable") is True else plain


def test_it_is_made_once_for_a_language(client, monkeypatch):
    first = {lang: client.get(f"{API}/schema/?lang={lang}").content for lang in ("en", "de")}
    monkeypatch.delattr("drf_spectacular.generators.SchemaGenerator.parse")
    for lang, content in first.items():
        assert client.get(f"{API}/schema/?lang={lang}").content == content


@pytest.mark.browser
def test_the_documentation_page_works_without_the_network(page, schema):
    elsewhere: list[str] = []
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: elsewhere.append(asked.url))
    page.goto(reverse("api-docs"))
    expect(page.locator(".opblock").first).to_be_visible()
    operations = sum(len(operations) for operations in schema["paths"].values())
    expect(page.locator(".opblock")).to_have_count(operations)
    page.locator(".opblock-summary-control").first.click()
    expect(page.locator(".responses-table").first).to_be_visible()
    origin = page.url.split("/api/")[0]
    assert [url for url in elsewhere if not url.startswith((origin, "data:"))] == []
    assert errors == []
