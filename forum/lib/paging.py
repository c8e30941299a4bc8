"""Paging through lists by cursor: ``{next, previous, results}``."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from forum.lib.errors import Refused

PAGE_SIZE = 50
PAGE_SIZE_LIMIT = 1_000

_CURSOR = re.compile(r"([<>])([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: what comes after (``>``) or before (``<``) a value in the order.

    It is opaque to clients, so that what it holds can change.
    """

    side: str
    value: int

    def __str__(self) -> str:
        return urlsafe_b64encode(f"{self.side}{self.value}".encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, written: str) -> Cursor:
        """Raises ``Refused`` naming ``cursor``."""
        padding = "=" * (-len(written) % 4)
        try:
            match = _CURSOR.fullmatch(urlsafe_b64decode(written + padding).decode("ascii"))
        except ValueError:
            match = None
        if match is None:
            raise Refused("cursor", _("This cursor is not one of ours; start from the first page."))
        return cls(match[1], int(match[2]))


class Asked(NamedTuple):
    """The page that a request asks for, however it is written there."""

    size: int
    #: ``None`` for the first page.
    cursor: Cursor | None

    @classmethod
    def by(cls, request: Request) -> Asked:
        """Raises ``Refused`` naming ``page_size`` or ``cursor``."""
        size = _page_size(request)
        written = request.query_params.get("cursor", "")
        return cls(size, Cursor.parse(written) if written else None)


class CursorPaging(BasePagination):
    """Pages in the order of one unique column of whole numbers, so that no row is met twice.

    Rows that appear or vanish meanwhile move nothing else. ``column`` may begin with ``-``. A row
    is an instance or, of ``values``, a dict that has the column.
    """

    column = "pk"

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """The rows of the page that ``request`` asks for, in one query."""
        size, cursor = Asked.by(request)
        back = cursor is not None and cursor.side == "<"
        if cursor:
            queryset = queryset.filter(**{self._bound(back): cursor.value})
        order = self.column if not back else _flipped(self.column)
        rows = list(queryset.order_by(order)[: size + 1])
        more = len(rows) > size
        rows = rows[:size]
        if back:
            rows.reverse()
        self._url = _address(request, size)
        self.next = self._cursor(">", rows, cursor) if back or more else None
        self.previous = (
            self._cursor("<", rows, cursor) if (cursor and not back) or (back and more) else None
        )
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"next": self._link(self.next), "previous": self._link(self.previous), "results": data}
        )

    def _bound(self, back: bool) -> str:
        falling = self.column.startswith("-")
        return f"{self.column.lstrip('-')}__{'lt' if back != falling else 'gt'}"

    def _cursor(self, side: str, rows: list[Any], came_by: Cursor | None) -> Cursor:
        """The place after the last of ``rows``, or before the first."""
        if rows:
            row = rows[-1] if side == ">" else rows[0]
            column = self.column.lstrip("-")
            return Cursor(side, row[column] if isinstance(row, dict) else getattr(row, column))
        # Everything on this side has vanished; the way back leads past where we came from.
        assert came_by is not None  # noqa: S101  # a first page without rows has no other side
        step = -1 if (side == ">") != self.column.startswith("-") else 1
        return Cursor(side, max(0, came_by.value + step))

    def _link(self, cursor: Cursor | None) -> str | None:
        return replace_query_param(self._url, "cursor", str(cursor)) if cursor else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "A place in the list, as `next` and `previous` give it.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": f"Rows on a page, {PAGE_SIZE_LIMIT} at most.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": PAGE_SIZE_LIMIT,
                    "default": PAGE_SIZE,
                },
            },
        ]


class NewestFirst(CursorPaging):
    """By id, falling."""

    column = "-pk"


class ByNumber(CursorPaging):
    """By the number that people know a row by."""

    column = "number"


def _flipped(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _address(request: Request, size: int) -> str:
    """The address of the list, with nothing of how the page is written that does not tell."""
    url: str = request.build_absolute_uri()
    if "page_size" not in request.query_params:
        return url
    if size == PAGE_SIZE:
        return remove_query_param(url, "page_size")
    return replace_query_param(url, "page_size", size)


def _page_size(request: Request) -> int:
    written = request.query_params.get("page_size", "")
    if not written:
        return PAGE_SIZE
    if not re.fullmatch("[0-9]{1,9}", written) or int(written) == 0:
        raise Refused(
            "page_size",
            _("This must be a number from 1 to %(page_size_limit)s.")
            % {"page_size_limit": PAGE_SIZE_LIMIT},
        )
    return min(int(written), PAGE_SIZE_LIMIT)
