"""Flags, the cases they open, the decisions that close them, and the log of it all."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from forum.accounts.models import NAME_LIMIT, User
from forum.discussion.models import Post, Revision, State


class Rule(models.Model):
    """One version of one of the site's rules. A change is a new version; nothing is rewritten."""

    number = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number", "version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="rule_version_once"),
            models.UniqueConstraint(
                fields=["slug"], name="rule_one_current", condition=Q(retired_at=None)
            ),
            models.UniqueConstraint(
                fields=["number"], name="rule_number_once", condition=Q(retired_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"Rule {self.number}: {self.title}"


class CaseState(models.TextChoices):
    OPEN = "open", "Open"
    DECIDED = "decided", "Decided"


class Case(models.Model):
    """The question whether one post may stay. Everything that happens in it bumps ``version``."""

    post = models.ForeignKey(Post, on_delete=models.RESTRICT, related_name="cases")
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    #: What a moderator has read; a decision on any other version is refused.
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="case_queue")]
        constraints = [
            models.UniqueConstraint(fields=["post"], name="case_one_for_a_post"),
            models.CheckConstraint(
                name="case_state_known", condition=Q(state__in=CaseState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Case {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.pk])


class FlagReason(models.TextChoices):
    ABUSE = "abuse", "It attacks a person"
    SPAM = "spam", "It is spam or advertising"
    OFF_TOPIC = "off-topic", "It has nothing to do with the article"
    MISLEADING = "misleading", "It misleads or invents facts"
    ILLEGAL = "illegal", "It is against the law"
    MIS_TAGGED = "mis-tagged", "Its tag does not fit"
    OTHER = "other", "Something else"


class Flag(models.Model):
    """One person's objection to one revision of a post."""

    case = models.ForeignKey(Case, on_delete=models.RESTRICT, related_name="flags")
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="flags")
    flagger = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="flags")
    flagger_name = models.CharField(max_length=NAME_LIMIT)
    reason = models.CharField(max_length=10, choices=FlagReason.choices)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["flagger", "revision"], name="flag_once"),
            models.CheckConstraint(
                name="flag_reason_known", condition=Q(reason__in=FlagReason.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.flagger_name})"


class Action(models.TextChoices):
    KEEP = "keep", "Keep"
    REMOVE = "remove", "Remove"
    RESTORE = "restore", "Restore"


class Decision(models.Model):
    """What a moderator decided and why. Written once: a trigger refuses change and deletion."""

    case = models.ForeignKey(Case, on_delete=models.RESTRICT, related_name="decisions")
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="+")
    moderator = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    moderator_name = models.CharField(max_length=NAME_LIMIT)
    action = models.CharField(max_length=8, choices=Action.choices)
    rule = models.ForeignKey(Rule, on_delete=models.RESTRICT, null=True, related_name="+")
    #: The statement of reasons: shown to the author and the flaggers.
    reason = models.TextField(blank=True)
    #: For moderators only.
    note = models.TextField(blank=True)
    state_before = models.CharField(max_length=10, choices=State.choices)
    state_after = models.CharField(max_length=10, choices=State.choices)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="decision_action_known", condition=Q(action__in=Action.values)
            ),
            models.CheckConstraint(
                name="decision_removal_says_why",
                condition=~Q(action="remove") | Q(~Q(reason=""), rule__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} by {self.moderator_name}"


class EventKind(models.TextChoices):
    OPENED = "opened", "Opened"
    FLAGGED = "flagged", "Flagged"
    DECIDED = "decided", "Decided"
    REOPENED = "reopened", "Reopened"
    EDITED = "edited", "Text edited"
    NOTIFIED = "notified", "People told"


class CaseEvent(models.Model):
    """One line of a case's log. Append-only, by trigger; it outlives the accounts it names."""

    case = models.ForeignKey(Case, on_delete=models.RESTRICT, related_name="events")
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=NAME_LIMIT)
    detail = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="case_event_kind_known", condition=Q(kind__in=EventKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.actor_name}"
