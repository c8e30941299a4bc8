"""What an address asks a reading page for: which notes, and which responses in which order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

from forum.discussion.lookup import as_id
from forum.discussion.threads import Sort


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; as it is made, what everybody gets who asks for nothing in particular."""

    #: The slugs of the tags to filter notes by.
    tags: frozenset[str] = frozenset()
    #: Whether the passages that responses quote are shown at once.
    quotes: bool = True
    sort: Sort = Sort.OLDEST
    #: The response to show with what is around it, or the one to go on behind or before; 0: none.
    at: int = 0
    after: int = 0
    before: int = 0
    #: Responses that came later are left out, by their ids; 0: none is. Who goes from page to page
    #: goes on in one order, whatever is posted meanwhile.
    upto: int = 0

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """What ``query`` asks for; what makes no sense counts for nothing."""
        if not query:
            return cls()
        sort = query.get("sort", "")
        return cls(
            tags=frozenset(filter(None, query.getlist("tag"))),
            quotes=query.get("quotes") != "off",
            sort=Sort(sort) if sort in list(Sort) else Sort.OLDEST,
            **{name: as_id(query.get(name, "")) or 0 for name in _IDS},
        )

    def going(self, upto: int) -> Self:
        """The same from the beginning of the discussion, as it was when ``upto`` came."""
        return replace(self, at=0, after=0, before=0, upto=upto)

    def query(self, **changes: Any) -> str:
        """What an address ends with that asks for this, with ``changes``."""
        asked = replace(self, **changes)
        parts: list[tuple[str, object]] = [("tag", slug) for slug in sorted(asked.tags)]
        if not asked.quotes:
            parts.append(("quotes", "off"))
        if asked.sort != Sort.OLDEST:
            parts.append(("sort", asked.sort.value))
        parts += [(name, value) for name in _IDS if (value := getattr(asked, name))]
        return f"?{urlencode(parts)}" if parts else ""


_IDS = ("at", "after", "before", "upto")
