"""What comes of new words, told by whoever knows (see settings)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from forum.lib.hooks import named

if TYPE_CHECKING:
    from django.http import HttpRequest

    from forum.discussion.models import Post, Revision
    from forum.discussion.visibility import Reader


class Report(Protocol):
    """What an editor is told; ``template`` shows it, as ``report``."""

    @property
    def template(self) -> str:
        """The name of the template that shows it."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell of."""

    @property
    def touches(self) -> bool:
        """Whether the words of any passage change, or go: the editor is asked first."""

    @property
    def is_quiet(self) -> bool:
        """Whether everything stays where it was, so that ``summary`` says all."""

    @property
    def summary(self) -> str:
        """All of it in a sentence."""


def report_before(old: Revision, new_text: str, reader: Reader) -> Report:
    """What replacing ``old`` by ``new_text`` would do, as far as ``reader`` may know."""
    return cast("Report", import_string(settings.REVISION_REPORTS["before"])(old, new_text, reader))


def report_after(revision: Revision, reader: Reader) -> Report:
    """What ``revision`` did when it replaced the one before, as far as ``reader`` may know."""
    return cast("Report", import_string(settings.REVISION_REPORTS["after"])(revision, reader))


def report_to_sender(request: HttpRequest, written: Post) -> bool:
    """Tell whoever posted or edited ``written`` what has come of it; whether anything was told.

    Without script they read that on their own page: the article's is everybody's.
    """
    said = [follower(request, written) for follower in named(settings.RESPONSE_FOLLOWERS)]
    return any(said)
