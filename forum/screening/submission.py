"""What is looked at before it is published: the words, whose, where, and how they were sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy

from forum.screening.outcomes import Finding
from forum.screening.pacing import Past, past_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.utils.functional import Promise

    from forum.accounts.models import User
    from forum.discussion.models import Article, Post, Revision
    from forum.lib.html import Rendered


class Sending(NamedTuple):
    """How something was sent; nothing of it is kept."""

    #: What its sender has been asked and answered "post it anyway" to: see ``pipeline.screen``.
    anyway: str = ""
    #: The sender's address and program, where a step needs them.
    address: str = ""
    agent: str = ""


#: Sent with nothing said of how.
AS_IT_IS = Sending()


@dataclass(frozen=True)
class Submission:
    """Words that are about to be posted, or to stand in place of others."""

    #: Not saved yet unless it is edited. Its author is nobody where a guest writes.
    post: Post
    article: Article
    words: Rendered
    #: What the words' field is called by whoever sends them.
    field: str = "source"
    #: Of an edit, the revision that it replaces.
    before: Revision | None = None
    sending: Sending = AS_IT_IS
    #: What the author has posted lately, where that was looked up already.
    known: Past | None = None
    #: Of a guest: the address of their e-mail.
    email: str = ""

    @property
    def author(self) -> User | None:
        """Whose words they are; ``None``: a guest's."""
        return self.post.author

    @property
    def is_edit(self) -> bool:
        """Whether they replace others."""
        return self.before is not None

    @cached_property
    def past(self) -> Past | None:
        """What the author has posted lately. Two queries at most; of a guest nothing is known."""
        if self.known is None and self.author is not None:
            return past_of(self.author)
        return self.known


#: A step's look at words, or ``None`` where it is switched off or has nothing to do with them.
Look = Callable[[Submission], Finding | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps that ``settings.SCREENING_STEPS`` names, in order.

    To add one: make a ``Step`` in a module of action level (``ACTION_MODULES`` in
    ``tests/test_architecture.py``), name it in the setting, and give the code that it holds posts
    for its words in ``forum.discussion.holding.REASONS``. ``look`` gets a ``Submission`` before
    any transaction is open, and answers a ``Finding``. It runs for each post and each edit of
    people who neither moderate nor publish, if everybody may read it; whatever the other steps have
    found, for the worst outcome wins. It must be quick: no more than one query by an index. A step
    that asks other servers is marked so: it is left out once another step has refused.
    """

    #: What its signals are called; the code of what it holds unless the finding says another.
    name: str
    look: Look
    #: What it looks at, for moderators: "Links".
    label: Promise
    #: What a signal's evidence says, in a sentence for moderators; it may say nothing.
    describe: Callable[[Mapping[str, Any]], str]
    #: Whether it asks another server, which takes time and tells that server what was written.
    asks_outside: bool = False
    #: Whether it looks at what the others spare too: at what those write who moderate or publish,
    #: and at what only some people read.
    spares_nobody: bool = False


def nothing_said(_evidence: Mapping[str, Any]) -> str:
    """For a step whose outcome says it all."""
    return ""


#: What a step is called that is not named in the settings any more.
FORMER_STEP = gettext_lazy("A check that is gone")
