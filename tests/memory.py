"""What the process remembers of pages and lists, and forgetting it."""

from __future__ import annotations

from annotations import kept_lists
from annotations.page import gathering, kept, marking, page_parts
from forum.screening import lists

#: What is kept of the present state: a change that is not counted would not be seen in it.
OF_NOW = (kept.PAGES, kept_lists.LISTS, gathering.KEPT)
#: And what was worked out from what is shown, which is true for ever.
ALL = (*OF_NOW, marking._MARKED, marking._TEXTS, page_parts._SHOWN, page_parts._PARTS)


def forget_now() -> None:
    """Have everything asked of the database again."""
    for memory in OF_NOW:
        memory.clear()
    # Another test's lists have the same version.
    lists.KEPT.clear()


def forget_everything() -> None:
    """Have everything made anew."""
    for memory in ALL:
        memory.clear()
