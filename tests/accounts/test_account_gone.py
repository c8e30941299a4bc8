"""An account that is deleted while its last request is under way."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from forum.accounts.models import ApiToken, User
from forum.discussion.models import Endorsement, Post
from forum.notifications.models import Notification
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def deleted_meanwhile(monkeypatch, alice):
    """Alice's account goes when what she sent is about to be written."""
    rest = transaction.atomic

    def atomic(*args, **kwargs):
        # As another process would: committed before the transaction begins.
        monkeypatch.setattr(transaction, "atomic", rest)
        User.objects.filter(pk=alice.pk).delete()
        return rest(*args, **kwargs)

    def begin():
        monkeypatch.setattr(transaction, "atomic", atomic)

    return begin


@pytest.fixture
def key(alice) -> str:
    return ApiToken.issue(alice, name="script")[1]


class TestApi:
    def send(self, client, key, address, **fields):
        return client.post(
            address,
            fields,
            content_type="application/json",
            headers={"Authorization": f"Token {key}"},
        )

    def test_a_response(self, client, key, article, deleted_meanwhile):
        address = reverse("api-comments", args=[article.slug])
        assert self.send(client, key, address, source="The first.").status_code == 201
        deleted_meanwhile()
        answer = self.send(client, key, address, source="The second.")
        assert answer.status_code == 401
        assert answer.json()["detail"] == "This account is closed."
        assert answer["WWW-Authenticate"] == "Token"
        assert Post.objects.filter(kind="comment").count() == 1

    def test_an_annotation(self, client, key, article, deleted_meanwhile):
        revision = article.post.current
        fields = {"revision": revision.pk, "start": 0, "end": 13, "quote": "The committee"}
        address = reverse("api-annotations", args=[article.slug])
        deleted_meanwhile()
        answer = self.send(client, key, address, tags=["bias-claim"], **fields)
        assert answer.status_code == 401
        assert not Post.objects.filter(kind="annotation").exists()

    def test_a_flag(self, client, alice, key, article, deleted_meanwhile):
        comment = factories.make_comment(article)
        deleted_meanwhile()
        address = reverse("api-flags", args=[comment.pk])
        assert self.send(client, key, address, reason="spam").status_code == 401
        assert not comment.cases.exists()

    def test_any_other_refusal_is_our_mistake(self, client, key, article, monkeypatch):
        def refuse(*args, **kwargs):
            raise IntegrityError

        monkeypatch.setattr("forum.discussion.actions.insert", refuse)
        client.raise_request_exception = False
        address = reverse("api-comments", args=[article.slug])
        assert self.send(client, key, address, source="The first.").status_code == 500


class TestPages:
    def test_a_response_waits_at_the_log_in(self, client, alice, article, deleted_meanwhile):
        client.force_login(alice)
        address = reverse("respond", args=[article.slug])
        deleted_meanwhile()
        answer = client.post(address, {"source": "Long words.", "token": ""})
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))
        assert not Post.objects.filter(kind="comment").exists()
        assert client.session["unsent"]["fields"] == {"source": "Long words."}

    def test_an_endorsement(self, client, alice, article, deleted_meanwhile):
        comment = factories.make_comment(article)
        client.force_login(alice)
        deleted_meanwhile()
        answer = client.post(reverse("post-endorse", args=[comment.pk]))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))
        assert not Endorsement.objects.exists()


def test_whoever_answers_somebody_who_leaves_posts_all_the_same(
    client, alice, bob, article, deleted_meanwhile
):
    hers = factories.make_comment(article, author=alice)
    client.force_login(bob)
    deleted_meanwhile()
    form = {"source": "An answer.", "parent": hers.pk, "token": ""}
    answer = client.post(reverse("respond", args=[article.slug]), form)
    assert answer.status_code == 302
    assert Post.objects.get(parent=hers).author == bob
    assert not Notification.objects.exists()
