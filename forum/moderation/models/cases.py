"""Cases, and the flags that open them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import NAME_LIMIT, User
from forum.courses.models import Course
from forum.discussion.models import Post, Revision
from forum.moderation.priority import Band, band_at


class CaseState(models.TextChoices):
    """Who a case waits for, if for anybody. That somebody has claimed it is no state of it."""

    OPEN = "open", _("Open")
    #: It waits for whoever leads appeals, or for an admin.
    ESCALATED = "escalated", _("Escalated")
    DECIDED = "decided", _("Decided")
    #: What it was about waited for a moderator, and was withdrawn before one decided.
    CLOSED = "closed", _("Closed")


class Queue(models.TextChoices):
    """For whom a case waits, as moderators look for it. ``queue.placing`` decides which it is."""

    REPORTED = "reported", _("Reported")
    #: Its author waits for it to be published.
    HELD = "held", _("Held")
    APPEALED = "appealed", _("Appealed")
    ESCALATED = "escalated", _("Escalated")
    DECIDED = "decided", _("Decided")
    #: There is nothing left to decide about.
    NONE = "", _("None")


#: The queues of what waits.
WAITING = (Queue.REPORTED, Queue.HELD, Queue.APPEALED, Queue.ESCALATED)


class CaseKind(models.TextChoices):
    """What a case is about."""

    ARTICLE = "article", _("Articles")
    COMMENT = "comment", _("Responses")
    ANNOTATION = "annotation", _("Notes")
    REPLY = "reply", _("Replies to notes")


class Case(models.Model):
    """The question whether one post may stay. Everything that happens in it bumps ``version``."""

    post = models.ForeignKey(Post, on_delete=models.RESTRICT, related_name="cases")
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    #: What a moderator has read; a decision on any other version is refused.
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(default=timezone.now)
    #: Who is deciding it now, and until when nobody else does: a lease, computed on reading.
    #: No index of its own: ``case_claimed`` holds the few that are.
    claimed_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="claims",
        db_index=False,
    )
    claim_expires_at = models.DateTimeField(null=True, blank=True)
    #: Since when an appeal against a decision in it waits, the oldest; if one does.
    appealed_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Where it stands in which queue, and by what it is found there: written by ``queue.placing``
    # whenever something of it changes.
    queue = models.CharField(
        max_length=9, choices=Queue.choices, default=Queue.REPORTED, blank=True, editable=False
    )
    #: Its place there, the smallest first: of what waits as ``priority.rank_of`` says, of what is
    #: decided the negative of when, in seconds.
    rank = models.BigIntegerField(default=0, editable=False)
    #: The points of ``priority`` that the rank comes from.
    points = models.FloatField(default=0, editable=False)
    #: The same two for who moderates this part of the site alone: of what is known there.
    part_rank = models.BigIntegerField(default=0, editable=False)
    part_points = models.FloatField(default=0, editable=False)
    #: Since when it has waited this time.
    waits_since = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(
        max_length=10, choices=CaseKind.choices, default=CaseKind.COMMENT, editable=False
    )
    #: The article that it is under, or is about.
    article = models.ForeignKey(
        Post, on_delete=models.RESTRICT, null=True, editable=False, related_name="+", db_index=False
    )
    #: The course that what it is about is for, if it is for one alone.
    course = models.ForeignKey(
        Course,
        on_delete=models.RESTRICT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    #: The slug of the rule that the last decision rests on, if it rests on one.
    rule = models.CharField(max_length=60, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["state", "id"], name="case_queue"),
            models.Index(
                fields=["appealed_at", "id"],
                name="case_appealed",
                condition=Q(appealed_at__isnull=False),
            ),
            models.Index(
                fields=["claimed_by", "rank", "id"],
                name="case_claimed",
                condition=Q(claimed_by__isnull=False),
            ),
            models.Index(fields=["queue", "rank", "id"], name="case_in_queue"),
            models.Index(fields=["queue", "kind", "rank", "id"], name="case_of_kind"),
            models.Index(fields=["article", "queue", "rank", "id"], name="case_of_article"),
            models.Index(fields=["course", "queue", "rank", "id"], name="case_of_course"),
            models.Index(
                fields=["article", "queue", "part_rank", "id"],
                name="case_in_article",
                condition=Q(course__isnull=True),
            ),
            models.Index(
                fields=["course", "queue", "part_rank", "id"],
                name="case_in_course",
                condition=Q(course__isnull=False),
            ),
            models.Index(fields=["author", "queue", "rank", "id"], name="case_of_author"),
            models.Index(fields=["rule", "queue", "rank", "id"], name="case_by_rule"),
        ]
        constraints = [
            models.CheckConstraint(name="case_queue_known", condition=Q(queue__in=Queue.values)),
            models.CheckConstraint(name="case_kind_known", condition=Q(kind__in=CaseKind.values)),
            models.UniqueConstraint(fields=["post"], name="case_one_for_a_post"),
            models.CheckConstraint(
                name="case_state_known", condition=Q(state__in=CaseState.values)
            ),
            models.CheckConstraint(
                # Whose account goes leaves the time behind.
                name="case_claim_expires",
                condition=Q(claimed_by=None) | Q(claim_expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Case {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.pk])

    @property
    def band(self) -> Band:
        """What it comes before."""
        return band_at(self.rank) if self.queue in WAITING else Band.USUAL


class FlagReason(models.TextChoices):
    ABUSE = "abuse", _("It attacks a person")
    SPAM = "spam", _("It is spam or advertising")
    OFF_TOPIC = "off-topic", _("It has nothing to do with the article")
    MISLEADING = "misleading", _("It misleads or invents facts")
    ILLEGAL = "illegal", _("It is against the law")
    MIS_TAGGED = "mis-tagged", _("Its tag does not fit")
    OTHER = "other", _("Something else")


class CaseReason(models.Model):
    """One reason for which a case was flagged, in the place that the case has in its queue."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reasons", db_index=False)
    reason = models.CharField(max_length=10, choices=FlagReason.choices)
    queue = models.CharField(max_length=9, choices=Queue.choices, blank=True)
    rank = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["reason", "queue", "rank", "case"], name="case_reason_in_queue"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "reason"], name="case_reason_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} (case {self.case_id})"


class Flag(models.Model):
    """One person's objection to one revision of a post."""

    case = models.ForeignKey(Case, on_delete=models.RESTRICT, related_name="flags")
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="flags")
    flagger = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="flags")
    flagger_name = models.CharField(max_length=NAME_LIMIT)
    reason = models.CharField(max_length=10, choices=FlagReason.choices)
    note = models.TextField(blank=True)
    #: Who flags, as their record stood then: ``priority`` weighs the flag by it.
    trust = models.PositiveSmallIntegerField(default=0, editable=False)
    agreed = models.PositiveSmallIntegerField(default=0, editable=False)
    disagreed = models.PositiveSmallIntegerField(default=0, editable=False)
    #: The same two of their flags in this part of the site.
    part_agreed = models.PositiveSmallIntegerField(default=0, editable=False)
    part_disagreed = models.PositiveSmallIntegerField(default=0, editable=False)
    #: The Monday of the week in which they joined.
    joined_week = models.DateField(null=True, editable=False)
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
