"""What every view of the API has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from forum.lib.addresses import address_of
from forum.lib.errors import SignInFirst
from forum.lib.paging import CursorPaging
from forum.lib.problems import CONTENT_TYPE
from forum.lib.text import check_choice

if TYPE_CHECKING:
    from forum.accounts.models import User

_PROBLEMS = {
    400: "Something in it cannot be taken; `errors` names the field.",
    401: "Nobody is signed in, or the token is not known.",
    403: "You may not do this.",
    404: "There is no such thing, or none that you may see.",
    409: "Somebody or something got there first; the answer says what is true now. With the code "
    "`nudge`: it may break a rule; send the same with the `anyway` of the answer to post it.",
    413: "The body is too large.",
    415: "The body is not `application/json`.",
    429: "Too much in too short a time; `Retry-After` says for how many seconds.",
}


class OperationSchema(AutoSchema):
    """Documents an operation by its docstring; the first line is the summary."""

    def get_summary(self) -> str | None:
        return super().get_description().partition("\n")[0] or None

    def get_description(self) -> str:  # type: ignore[override]  # the base has ``None``, never said
        described = super().get_description()
        return described if "\n" in described else ""


class KeptSchema(SchemaGenerator):
    """The schema, made once for a language: everybody is told the same, and it takes long."""

    def get_schema(self, request: Request | None = None, public: bool = False) -> Any:
        return _schema_in(get_language(), self.api_version)


# More than there are languages: anybody may ask for one that there is not.
@lru_cache(maxsize=8)
def _schema_in(language: str | None, version: str | None) -> Any:
    generator: Any = SchemaGenerator
    return generator(api_version=version).get_schema(public=True)


class ApiView(APIView):
    """A view whose writes need somebody to be signed in, and take JSON only.

    Both are said before anything is looked up or parsed, so that the answer gives nothing away.
    """

    schema = OperationSchema()
    #: For lists; other views do not use it.
    pagination_class: type[CursorPaging] = CursorPaging

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in SAFE_METHODS or not hasattr(self, str(request.method).lower()):
            return
        _ = self.person
        # Not left to the parsers: the CSRF check of a session reads a form before they do.
        has_body = request.META.get("CONTENT_LENGTH") not in (None, "", "0")
        if has_body and request.content_type.partition(";")[0].strip().lower() != _JSON:
            raise UnsupportedMediaType(request.content_type)

    @property
    def person(self) -> User:
        """Who is signed in. Raises ``SignInFirst``."""
        user = self.request.user
        if not user.is_authenticated:
            raise SignInFirst(_("Log in first, or send a token."))
        return user

    def read(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The body as ``shape`` understands it. Raises ``ValidationError`` naming the fields."""
        return dict(_kept(shape).run_validation(self.request.data))

    def choice(self, name: str, among: list[str]) -> str:
        """The query parameter ``name``, or "" without one. Raises ``Refused`` naming it."""
        value = self.request.query_params.get(name, "")
        if value:
            check_choice(value, among, field=name)
        return value

    def paged(self, rows: QuerySet[Any]) -> tuple[CursorPaging, list[Any]]:
        """The page of ``rows`` that the cursor in the request leads to, and what answers it."""
        paging = self.pagination_class()
        return paging, paging.paginate_queryset(rows, self.request, self)

    def page(self, rows: QuerySet[Any], shape: type[serializers.Serializer[Any]]) -> Response:
        """One page of ``rows``, by the cursor in the request."""
        paging, found = self.paged(rows)
        context = self.context_for(found)
        return paging.get_paginated_response(shape(found, many=True, context=context).data)

    def one(
        self,
        row: Any,
        shape: type[serializers.Serializer[Any]],
        *,
        status: int = 200,
        location: str = "",
    ) -> Response:
        """A single row; ``location`` is where a new one can be found, as a path."""
        data = shape(row, context=self.context_for([row])).data
        return self.done(data, status=status, location=location)

    def done(self, data: Any, *, status: int = 200, location: str = "") -> Response:
        """An answer; ``location`` is where what is new can be found, as a path."""
        headers = {"Location": self.request.build_absolute_uri(location)} if location else {}
        return Response(data, status=status, headers=headers)

    def context_for(self, rows: list[Any]) -> dict[str, Any]:
        """What the serializer needs to know beside ``rows``."""
        return {"request": self.request}


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details. A conflict adds what is true now."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(
        required=False, help_text="Which refusal it is, where there may be several."
    )
    errors = serializers.DictField(  # type: ignore[assignment]  # a name of ours, no property
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong, by field.",
    )


@cache
def _kept(shape: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """One ``shape`` for all requests: it keeps nothing of what it reads, and takes long to make."""
    return shape()


def permalinks(request: Request) -> Callable[[int], str]:
    """What makes the address of a post, for people, of its id."""
    before, _, after = request.build_absolute_uri(address_of("post", 0)).rpartition("0")
    return lambda pk: f"{before}{pk}{after}"


def answers(good: Mapping[int, Any], *problems: int) -> dict[Any, Any]:
    """For the schema: what an operation answers when it does what it should, and when not."""
    described: dict[Any, Any] = {(code, _JSON): shape for code, shape in good.items()}
    for code in problems:
        described[code, CONTENT_TYPE] = _problem(code)
    return described


def query(name: str, description: str, among: list[str] | None = None) -> OpenApiParameter:
    """For the schema: an optional query parameter."""
    return OpenApiParameter(name, str, description=description, enum=among)


def _problem(code: int) -> Any:
    return OpenApiResponse(ProblemSerializer, description=_PROBLEMS[code])


_JSON = "application/json"
