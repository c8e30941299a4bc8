"""What every endpoint has in common: who speaks, how errors look, how lists are paged."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from forum.accounts import authentication
from forum.accounts.models import ApiToken, User
from forum.discussion import lookup
from forum.discussion.models import Post, State
from tests.factories import PASSWORD, make_annotation, make_article, make_comment, put

LIST = "/api/v1/articles/"


@pytest.fixture
def path(article):
    return f"{LIST}{article.slug}/comments/"


def is_problem(answer, status):
    body = answer.json()
    return (
        answer.status_code == status
        and answer.headers["Content-Type"] == "application/problem+json"
        and set(body) >= {"type", "title", "status", "detail"}
        and body["status"] == status
        and body["detail"]
    )


# In which language


@pytest.mark.parametrize(
    ("accepted", "chosen", "language"),
    [
        ("", "", "en"),
        ("de", "", "de"),
        ("de-AT,en;q=0.5", "", "de"),
        ("tlh, de;q=0.2", "", "de"),
        ("tlh", "", "en"),
        ("de", "en", "en"),
        ("en", "de", "de"),
        ("x" * 10_000, "", "en"),
        (";q=,,*;\u00ff", "", "en"),
    ],
)
def test_what_a_person_reads_is_in_their_language(path, accepted, chosen, language):
    client = APIClient(headers={"Accept-Language": accepted})
    if chosen:
        client.cookies["language"] = chosen
    answer = client.post(path, {"source": "No."})
    assert is_problem(answer, 401)
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]
    english = "Log in first, or send a token."
    assert (answer.json()["detail"] == english) == (language == "en")


def test_lists_are_the_same_in_every_language(path, article, alice):
    comment = make_comment(article, author=alice)
    make_annotation(article, author=alice)
    make_comment(article, parent=comment)
    put(Post.objects.filter(pk=comment.pk), State.REMOVED)
    for address in (path, path.replace("comments", "annotations"), LIST):
        said = {
            APIClient(headers={"Accept-Language": language}).get(address).content
            for language in ("en", "de")
        }
        assert len(said) == 1, address


# Who speaks


def test_a_token_speaks_for_its_owner(path, alice, capsys):
    call_command("create_token", "alice", "--name", "notebook")
    key = capsys.readouterr().out.strip()
    token = ApiToken.objects.get()
    assert (token.user, token.name) == (alice, "notebook")
    assert key not in str(token.__dict__.values())
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    made = client.post(path, {"source": "By token."})
    assert made.status_code == 201
    assert made.json()["author"] == {"name": "Alice Liddell"}
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    refused = client.get(path)
    assert is_problem(refused, 401)
    assert refused["WWW-Authenticate"] == "Token"


def deleted_after(monkeypatch, query, posts_or_person):
    """Have something deleted right after ``query`` has found it."""
    ask = query.instances

    def ask_and_delete(*args, **values):
        found = ask(*args, **values)
        posts_or_person.delete()
        return found

    monkeypatch.setattr(query, "instances", ask_and_delete)


def test_an_account_that_is_deleted_meanwhile_speaks_no_more(path, alice, capsys, monkeypatch):
    call_command("create_token", "alice")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {capsys.readouterr().out.strip()}")
    assert client.get(path).status_code == 200
    deleted_after(monkeypatch, authentication._TOKEN, User.objects.filter(pk=alice.pk))
    # Whose key it is was known by then: what this asks for is what it would have been before.
    assert client.get(path).status_code == 200
    refused = client.get(path)
    assert is_problem(refused, 401)
    assert refused["WWW-Authenticate"] == "Token"


def test_an_article_that_is_deleted_meanwhile_is_not_there(as_, path, article, alice, monkeypatch):
    posts = Post.objects.filter(pk=article.pk)
    deleted_after(monkeypatch, lookup._POST_OF_ARTICLE, posts)
    assert is_problem(as_(alice).post(path, {"source": "Words."}), 404)


def test_whose_author_is_deleted_meanwhile_can_be_answered(
    as_, path, article, alice, bob, monkeypatch
):
    parent = make_comment(article, author=bob)
    deleted_after(monkeypatch, lookup._POST, User.objects.filter(pk=bob.pk))
    made = as_(alice).post(path, {"source": "Words.", "parent": parent.pk})
    assert made.status_code == 201
    assert made.json()["parent"] == parent.pk


@pytest.mark.parametrize("header", ["Token", "Token wrong", "Token a b", "token \xe9\xff"])
def test_a_token_that_is_none(path, header):
    for answer in (
        APIClient().get(path, headers={"Authorization": header}),
        APIClient().post(path, {"source": "x"}, headers={"Authorization": header}),
    ):
        assert is_problem(answer, 401)
        assert answer["WWW-Authenticate"] == "Token"


@pytest.mark.django_db
def test_create_token_says_what_is_wrong(alice):
    with pytest.raises(CommandError, match="no user “nobody”"):
        call_command("create_token", "nobody")
    with pytest.raises(CommandError, match="--name"):
        call_command("create_token", "alice", name="x" * 100)
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    with pytest.raises(CommandError, match="closed"):
        call_command("create_token", "alice")
    assert not ApiToken.objects.exists()


def test_a_session_needs_its_csrf_token(path, alice):
    client = Client(enforce_csrf_checks=True)
    assert client.login(username="alice", password=PASSWORD)
    assert client.get(path).status_code == 200
    refused = client.post(path, {"source": "Forged."}, content_type="application/json")
    assert is_problem(refused, 403)
    client.get("/accounts/login/")
    client.cookies["csrftoken"] = "a" * 32
    made = client.post(
        path,
        {"source": "Meant."},
        content_type="application/json",
        headers={"X-CSRFToken": "a" * 32},
    )
    assert made.status_code == 201
    form = client.post(path, {"source": "Form."}, headers={"X-CSRFToken": "a" * 32})
    assert is_problem(form, 415)


# How errors look


def test_nothing_there(as_, db):
    for path in (
        "/api/v1/",
        "/api/v1/nothing/",
        "/api/v1/articles",
        "/api/v1/articles/none/",
        "/api/v1/articles/n%00ne/",
        "/api/v1/comments/1/",
        "/api/v1/comments/abc/",
        f"/api/v1/comments/{'9' * 18}/",
        f"/api/v1/comments/{'9' * 40}/",
        "/api/v1/revisions/0/",
        "/api/v1/annotations/-1/",
        "/api/nothing",
    ):
        assert is_problem(as_().get(path), 404), path


def test_methods_that_are_not_there(as_, path, article, alice):
    for client in (as_(), as_(alice)):
        assert is_problem(client.put(LIST, {}), 405)
        assert is_problem(client.delete(path), 405)
        assert is_problem(client.post("/api/v1/rules/", {}), 405)
        assert client.delete(path)["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_formats_that_are_not_there(as_, path, alice):
    assert is_problem(as_().get(path, headers={"Accept": "text/html"}), 406)
    for sent in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = as_(alice).generic("POST", path, b'{"source": "x"}', content_type=sent)
        assert is_problem(answer, 415), sent
    fine = as_(alice).generic(
        "POST", path, b'{"source": "x"}', content_type="application/json; charset=UTF-8"
    )
    assert fine.status_code == 201
    odd = as_(alice).generic(
        "POST", path, b'{"source": "x"}', content_type="application/json; charset=hex"
    )
    assert is_problem(odd, 415)


def test_a_body_that_is_too_large(as_, path, alice):
    answer = as_(alice).post(path, {"source": "x" * 3_000_000})
    assert is_problem(answer, 413)


def test_unknown_fields_are_left_aside(as_, path, alice, bob):
    sent = b'{"source": "Mine.", "author": "bob", "state": "removed", "": 1, "\\ud800": 2}'
    made = as_(alice).generic("POST", path, sent, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["author"] == {"name": "Alice Liddell"}
    assert made.json()["state"] == "published"


# How lists are paged


def walk(client, path, way="next"):
    """Every page from ``path`` on, until there is none."""
    pages = []
    while path:
        body = client.get(path).json()
        assert set(body) == {"next", "previous", "results"}
        pages.append([row["number"] for row in body["results"]])
        path = body[way]
        assert len(pages) < 50
    return pages


def test_paging_there_and_back(as_, path, article, alice):
    for _ in range(7):
        make_comment(article, author=alice)
    client = as_()
    assert walk(client, f"{path}?page_size=3") == [[1, 2, 3], [4, 5, 6], [7]]
    assert walk(client, f"{path}?page_size=7") == [[1, 2, 3, 4, 5, 6, 7]]
    second = client.get(client.get(f"{path}?page_size=3").json()["next"]).json()
    last = client.get(second["next"]).json()
    assert last["next"] is None
    back = client.get(last["previous"]).json()
    assert back == second
    first = client.get(back["previous"]).json()
    assert [row["number"] for row in first["results"]] == [1, 2, 3]
    assert first["previous"] is None
    assert first["next"] == client.get(f"{path}?page_size=3").json()["next"]


def test_pages_stay_put_while_rows_come_and_go(as_, path, article, alice):
    posts = [make_comment(article, author=alice) for _ in range(4)]
    client = as_()
    first = client.get(f"{path}?page_size=2").json()
    put(Post.objects.filter(pk=posts[0].pk), State.HELD)
    make_comment(article, author=alice)
    assert walk(client, first["next"]) == [[3, 4], [5]]
    put(Post.objects.filter(pk__in=[post.pk for post in posts]), State.HELD)
    put(Post.objects.filter(number=5), State.HELD)
    nothing = client.get(first["next"]).json()
    assert nothing["results"] == []
    put(Post.objects.all(), State.PUBLISHED)
    before = client.get(nothing["previous"]).json()
    assert [row["number"] for row in before["results"]] == [1, 2]


def test_newest_first_pages_both_ways(as_, dan):
    titles = [make_article(author=dan, title=f"N{n}").title for n in range(5)]

    def shown(body):
        return [row["title"] for row in body["results"]]

    client = as_()
    one = client.get(f"{LIST}?page_size=2").json()
    two = client.get(one["next"]).json()
    three = client.get(two["next"]).json()
    assert shown(one) + shown(two) + shown(three) == titles[::-1]
    assert three["next"] is None
    assert client.get(three["previous"]).json() == two
    assert client.get(two["previous"]).json() == one


def test_filters_survive_paging(as_, article, alice, bob):
    for person in (alice, bob, alice, bob, alice):
        make_annotation(article, author=person)
    path = f"{LIST}{article.slug}/annotations/?author=alice&page_size=2"
    first = as_().get(path).json()
    rest = as_().get(first["next"]).json()
    names = [row["author"]["name"] for row in first["results"] + rest["results"]]
    assert names == ["Alice Liddell"] * 3
    assert rest["next"] is None


def test_page_sizes(as_, path, article, alice):
    make_comment(article, author=alice)
    assert as_().get(f"{path}?page_size=100000").status_code == 200
    for size in ("0", "-1", "x", "1.5", "٣", "9" * 5000):
        refused = as_().get(path, {"page_size": size})
        assert is_problem(refused, 400)
        assert list(refused.json()["errors"]) == ["page_size"]


def test_what_one_sends_is_not_what_the_next_is_told(as_, path, alice, bob):
    wrong = {"source": 1, "parent": "2", "token": "x" * 65}
    first = as_(alice).post(path, wrong)
    assert as_(bob).post(path, {"source": "Words.", "token": None}).status_code == 201
    second = as_(bob).post(path, {"token": False})
    third = as_(alice).post(path, wrong)
    assert is_problem(first, 400)
    assert set(first.json()["errors"]) == {"source", "parent", "token"}
    assert first.json() == third.json()
    assert set(second.json()["errors"]) == {"source", "token"}
