"""Roles of moderation in the API: for admins alone."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forum.accounts.models import User
from forum.accounts.serializers import NameField
from forum.courses.models import Course
from forum.discussion.models import Article
from forum.lib.api import ApiView, answers
from forum.lib.errors import NotFound, Refused
from forum.lib.fields import Choice, Input, Text
from forum.moderation.models import ModerationRole, RoleAssignment
from forum.moderation.roles.actions import give_role, take_role
from forum.permissions import require


class NewRole(Input):
    person = Text(help_text="A username.")
    role = Choice(ModerationRole.choices)
    article = Text(
        required=False, allow_null=True, allow_blank=True, help_text="Only in this one: its slug."
    )
    course = Text(
        required=False, allow_null=True, allow_blank=True, help_text="Only in this one: its slug."
    )


class RoleHolderSerializer(serializers.Serializer[RoleAssignment]):
    name = NameField(source="person_name")
    username = serializers.CharField(source="person.username")


class RoleSerializer(serializers.ModelSerializer[RoleAssignment]):
    """A role that somebody has: for an article, for a course or, with neither, for the site."""

    role = serializers.ChoiceField(choices=ModerationRole.choices)
    person = RoleHolderSerializer(source="*")
    article = serializers.SlugRelatedField[Article](
        slug_field="slug", read_only=True, allow_null=True
    )
    course = serializers.SlugRelatedField[Course](
        slug_field="slug", read_only=True, allow_null=True
    )

    given_by_name = NameField()

    class Meta:
        model = RoleAssignment
        fields = ["id", "role", "person", "article", "course", "given_by_name", "given_at"]


_HELD = RoleAssignment.objects.filter(taken_at=None, person__isnull=False)


class RoleList(ApiView):
    @extend_schema(responses=answers({200: RoleSerializer(many=True)}, 400, 401, 403))
    def get(self, request: Request) -> Response:
        """The roles of moderation that people have (admins)."""
        require(request.user, "role.list")
        return self.page(_HELD.select_related("person", "article", "course"), RoleSerializer)

    @extend_schema(
        request=NewRole,
        responses=answers(
            {201: RoleSerializer, 200: RoleSerializer}, *(400, 401, 403, 404, 413, 415)
        ),
    )
    def post(self, request: Request) -> Response:
        """Give somebody a role (admins); one that they have already answers 200.

        Another role for the same article, course or site is taken from them.
        """
        require(request.user, "role.list")
        sent = self.read(NewRole)
        person = User.objects.filter(username=sent["person"]).first()
        if person is None:
            raise Refused("person", _("Nobody here has this username."))
        article = course = None
        if sent.get("article"):
            article = Article.objects.filter(slug=sent["article"]).first()
            if article is None:
                raise Refused("article", _("There is no article at this address."))
        if sent.get("course"):
            course = Course.objects.filter(slug=sent["course"]).first()
            if course is None:
                raise Refused("course", _("There is no such course."))
        given, new = give_role(
            giver=self.person, person=person, role=sent["role"], article=article, course=course
        )
        return self.one(given, RoleSerializer, status=201 if new else 200)


class RoleDetail(ApiView):
    @extend_schema(responses=answers({204: None}, 401, 403, 404, 409))
    def delete(self, request: Request, pk: int) -> Response:
        """Take a role from whoever has it (admins)."""
        require(request.user, "role.list")
        given = RoleAssignment.objects.select_related("person").filter(pk=pk).first()
        if given is None:
            raise NotFound(_("There is no such role."))
        take_role(taker=self.person, given=given)
        return Response(status=204)
