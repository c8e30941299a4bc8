"""Reading the body of an API request: strictly JSON, an object, in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from forum.lib.errors import Refused


class StrictJsonParser(BaseParser):
    """Answers every body that is not one JSON object with a 400 that names ``body``.

    The charset a client declares is left aside: JSON is UTF-8 and nothing else (RFC 8259).
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            # "-sig": some clients open with a byte order mark, which RFC 8259 lets us skip.
            body = json.loads(stream.read().decode("utf-8-sig"), parse_constant=_no_constant)
        except UnicodeDecodeError as error:
            raise Refused(
                "body", _("This is not UTF-8 from byte %(start)s on.") % {"start": error.start}
            ) from None
        except RecursionError:
            raise Refused("body", _("This JSON is nested too deeply.")) from None
        except ValueError as error:
            raise Refused("body", _("This is not JSON: %(error)s.") % {"error": error}) from None
        if not isinstance(body, dict):
            raise Refused("body", _("Send one JSON object."))
        return body


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
