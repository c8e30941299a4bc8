"""Signals, which every step of the screening leaves, and the lists of words it looks for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import NAME_LIMIT, User
from forum.discussion.models import Article, Post, Revision
from forum.screening.outcomes import Outcome

#: Code points of the name of a step, of a rule, of a word, and of a list's name.
STEP_LIMIT, RULE_LIMIT, WORD_LIMIT, LIST_NAME_LIMIT = 20, 60, 100, 80

_OUTCOMES = [
    (Outcome.PUBLISH.value, _("Nothing against it")),
    (Outcome.NUDGE.value, _("Its author was asked, and posted it all the same")),
    (Outcome.HOLD.value, _("Held")),
    (Outcome.REFUSE.value, _("Would have been refused")),
]


class Signal(models.Model):
    """What one step found of one revision before it was published. Written with it, once.

    Of what was refused there is no revision, and no signal, but a ``Refusal``. One that says
    "refuse" stands with words that could not be refused any more, such as those that a guest
    confirms.
    """

    revision = models.ForeignKey(
        Revision, on_delete=models.CASCADE, related_name="signals", db_index=False
    )
    #: The name of the step (``submission.Step``).
    step = models.CharField(max_length=STEP_LIMIT)
    outcome = models.CharField(max_length=8, choices=_OUTCOMES)
    #: How much it speaks against the post, 0 to 1.
    score = models.FloatField(default=0)
    #: The slug of the rule that it may break; empty where there is none.
    rule = models.CharField(max_length=RULE_LIMIT, blank=True)
    #: What it rests on, as the step describes it; where words are meant, they are in ``hits`` with
    #: their places in code points of the revision's text.
    evidence = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "step"], name="signal_once"),
            models.CheckConstraint(
                name="signal_outcome_known",
                condition=Q(outcome__in=[outcome for outcome, _said in _OUTCOMES]),
            ),
            models.CheckConstraint(
                name="signal_score_in_range", condition=Q(score__gte=0, score__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.outcome}"


class Refusal(models.Model):
    """Words that were not taken, and what every step found of them: for moderators, for a while.

    ``refusals`` says how many there are at most, of whom, and until when. They go with the account.
    """

    #: Nobody: a guest.
    author = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    author_name = models.CharField(max_length=NAME_LIMIT)
    #: Where they were to stand; nothing where it was not even looked at what they were.
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="+")
    #: Of an edit: what they were to stand in place of.
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    #: "response", "note" or "reply"; empty where nothing was looked at.
    kind = models.CharField(max_length=8, blank=True)
    #: The step that refused them.
    step = models.CharField(max_length=STEP_LIMIT)
    #: The slug of the rule that it named, if any.
    rule = models.CharField(max_length=RULE_LIMIT, blank=True)
    #: The words, or their beginning.
    text = models.TextField(blank=True)
    #: What every step found, in order: of each what a ``Signal`` has.
    findings = models.JSONField(default=list)
    #: By which the same words of the same person are known again: they are counted, not kept twice.
    digest = models.CharField(max_length=32)
    times = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["author", "-id"], name="refusal_by_author"),
            models.Index(fields=["last_at"], name="refusal_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "digest"], name="refusal_once"),
            models.UniqueConstraint(
                fields=["digest"], name="refusal_of_guests_once", condition=Q(author=None)
            ),
            models.CheckConstraint(name="refusal_counted", condition=Q(times__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.step}: refused to {self.author_name}"


class ListKind(models.TextChoices):
    """What becomes of a post with a word of the list."""

    BANNED = "banned", _("Banned: what has such a word is refused")
    SUSPECT = "suspect", _("Suspect: what has such a word is held for a moderator")
    NUDGE = "nudge", _("Ask first: its author is asked whether to post it all the same")


#: What a word of a list of this kind leads to.
OUTCOMES = {
    ListKind.BANNED: Outcome.REFUSE,
    ListKind.SUSPECT: Outcome.HOLD,
    ListKind.NUDGE: Outcome.NUDGE,
}


class WordList(models.Model):
    """Words that moderators do not want to see, or want to see first."""

    name = models.CharField(max_length=LIST_NAME_LIMIT, unique=True)
    kind = models.CharField(max_length=8, choices=ListKind.choices, default=ListKind.SUSPECT)
    #: The slug of the rule that such a word may break: it is told to authors. Not a version of it.
    rule = models.CharField(max_length=RULE_LIMIT, blank=True)
    #: Whether it is looked for.
    is_on = models.BooleanField(default=True)
    #: Grows with every change, so that of two people who change it at once one is told.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="word_list_kind_known", condition=Q(kind__in=ListKind.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("word-list", args=[self.pk])


class Word(models.Model):
    """A word of a list, as it was typed."""

    list = models.ForeignKey(WordList, on_delete=models.CASCADE, related_name="words")
    text = models.CharField(max_length=WORD_LIMIT)

    class Meta:
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(fields=["list", "text"], name="word_once_in_a_list"),
        ]

    def __str__(self) -> str:
        return self.text


class ListsVersion(models.Model):
    """One row, counted up with every change of any list: what is compiled is of a version."""

    version = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return f"Version {self.version}"


class Verdict(models.TextChoices):
    """What a moderator has found something to be, in the words of Akismet."""

    HAM = "ham", "ham"
    SPAM = "spam", "spam"


class Feedback(models.Model):
    """What Akismet is to be told, because a moderator decided otherwise. The table is an outbox."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=4, choices=Verdict.choices)
    #: How often it was tried, and from when on it may be tried again.
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    #: When it was told, given up, or no longer true.
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="feedback_outbox", condition=Q(done_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="feedback_verdict_known", condition=Q(verdict__in=Verdict.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict}: revision {self.revision_id}"
