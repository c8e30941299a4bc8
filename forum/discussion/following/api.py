"""Following and muting in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forum.accounts.models import User
from forum.accounts.muting import mute, muted_by, unmute
from forum.discussion.following import actions as following
from forum.discussion.lookup import get_person_for, get_post_for
from forum.discussion.models import Kind
from forum.lib.api import ApiView, answers, permalinks
from forum.lib.errors import NotFound


class PersonSerializer(serializers.Serializer[Any]):
    """Somebody with an account."""

    username = serializers.CharField()
    name = serializers.CharField(source="public_name")


class FollowedPostSerializer(serializers.Serializer[Any]):
    """The post with which a thread begins, or that of an article."""

    id = serializers.IntegerField()
    url = serializers.SerializerMethodField()

    def get_url(self, post: Any) -> str:
        """Its permalink."""
        address: str = self.context["permalink"](post.pk)
        return address


class FollowingSerializer(serializers.Serializer[Any]):
    """What somebody follows, and whom they have muted."""

    articles = FollowedPostSerializer(many=True)
    threads = FollowedPostSerializer(many=True)
    people = PersonSerializer(many=True)
    muted = PersonSerializer(many=True)


class Following(ApiView):
    @extend_schema(responses=answers({200: FollowingSerializer}, 401))
    def get(self, request: Request) -> Response:
        """What one follows and whom one has muted; nobody else is told."""
        found = following.followed_by(self.person)
        told = {
            "articles": [article.post for article in found.articles],
            "threads": found.threads,
            "people": found.people,
            "muted": muted_by(self.person),
        }
        context = {"permalink": permalinks(request)}
        return Response(FollowingSerializer(told, context=context).data)


class PostSubscription(ApiView):
    @extend_schema(request=None, responses=answers({204: None}, 401, 403, 404, 409))
    def put(self, request: Request, pk: int) -> Response:
        """Follow a discussion or a thread: that of an article, a response, a note or a reply.

        The same again changes nothing.
        """
        post = get_post_for(request.user, pk)
        if post.kind == Kind.ARTICLE:
            following.follow(person=self.person, article=post.article)
        else:
            following.follow_thread(person=self.person, post=post)
        return Response(status=204)

    @extend_schema(responses=answers({204: None}, 401, 404))
    def delete(self, request: Request, pk: int) -> Response:
        """Follow it no longer, whether or not it can still be read."""
        if not following.unfollow_thread(person=self.person, post=pk):
            get_post_for(request.user, pk)
        return Response(status=204)


class PersonSubscription(ApiView):
    @extend_schema(request=None, responses=answers({204: None}, 401, 403, 404))
    def put(self, request: Request, username: str) -> Response:
        """Follow a person; the same again changes nothing."""
        following.follow_person(person=self.person, other=get_person_for(self.person, username))
        return Response(status=204)

    @extend_schema(responses=answers({204: None}, 401, 404))
    def delete(self, request: Request, username: str) -> Response:
        """Follow them no longer."""
        if not following.unfollow_person(person=self.person, other=_person(username)):
            get_person_for(self.person, username)
        return Response(status=204)


class PersonMute(ApiView):
    @extend_schema(request=None, responses=answers({204: None}, 401, 403, 404))
    def put(self, request: Request, username: str) -> Response:
        """Mute a person for oneself: nothing that they write is told. They do not learn of it.

        The same again changes nothing.
        """
        mute(person=self.person, other=get_person_for(self.person, username))
        return Response(status=204)

    @extend_schema(responses=answers({204: None}, 401, 404))
    def delete(self, request: Request, username: str) -> Response:
        """Mute them no longer."""
        if not unmute(person=self.person, other=_person(username)):
            get_person_for(self.person, username)
        return Response(status=204)


def _person(username: str) -> User:
    person = User.objects.filter(username=username).first()
    if person is None:
        raise NotFound(_("There is no such person."))
    return person
