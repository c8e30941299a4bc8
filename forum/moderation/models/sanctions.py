"""What is done about people: sanctions, and what moderators note about somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import NAME_LIMIT, User
from forum.courses.models import Course
from forum.discussion.models import Article, Revision
from forum.moderation.models.cases import FlagReason
from forum.moderation.models.decisions import Decision, Ground
from forum.moderation.models.rules import CATEGORY_LIMIT, Category, Rule


class Sanctioning(models.TextChoices):
    """The kinds of sanctions, the mildest first. What each takes: ``people.effects``."""

    WARN = "warn", _("Warning")
    PREMODERATE = "premoderate", _("Pre-moderation")
    MUTE_FLAGS = "mute-flags", _("Flags set aside")
    SILENCE = "silence", _("Silence")
    SUSPEND = "suspend", _("Suspension")
    BAN = "ban", _("Ban")


class Scope(models.TextChoices):
    """Where a sanction holds."""

    SITE = "site", _("The whole site")
    COURSE = "course", _("One course")
    ARTICLE = "article", _("One article")


class Misuse(models.TextChoices):
    """What article 23 of the Digital Services Act calls misuse."""

    CONTENT = "content", _("Frequently posts what is manifestly illegal")
    FLAGS = "flags", _("Frequently flags what is manifestly in order")


class SanctionQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Those that hold now. Nothing has to be set by a clock."""
        at = timezone.now()
        replacing = Sanction.objects.filter(replaces=OuterRef("pk"), overturned=False)
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=at),
            ~Q(kind=Sanctioning.BAN) | Q(approved_at__isnull=False),
            ~Q(kind=Sanctioning.WARN) | Q(acknowledged_at=None),
            ~Exists(replacing),
            lifted_at=None,
        )

    def held_at(self, at: datetime) -> Self:
        """Those that held at ``at``, which has passed, by what is known now: what was overturned
        since never did. Of warnings and bans it says nothing."""
        replacing = Sanction.objects.filter(
            replaces=OuterRef("pk"), overturned=False, created_at__lte=at
        )
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=at),
            Q(lifted_at=None) | Q(lifted_at__gt=at),
            ~Exists(replacing),
            created_at__lte=at,
            overturned=False,
        ).exclude(kind__in=[Sanctioning.WARN, Sanctioning.BAN])

    def proposed(self) -> Self:
        """Bans that wait for a second moderator."""
        return self.filter(kind=Sanctioning.BAN, approved_at=None, lifted_at=None)


class Sanction(models.Model):
    """What is done about one person, where, for how long and why. Never deleted: lifted.

    A trigger refuses all change but what is written once: that it was approved, acknowledged,
    lifted. Whether it holds is computed when it is asked for: ``SanctionQuerySet.in_force``.
    """

    person = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="sanctions", db_index=False
    )
    person_name = models.CharField(max_length=NAME_LIMIT)
    #: Which of this person's it is, from 1. Of two that are given at once one is refused: whoever
    #: gives one has read all before it.
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Sanctioning.choices)
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.SITE)
    course = models.ForeignKey(Course, on_delete=models.RESTRICT, null=True, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.RESTRICT, null=True, related_name="+")
    moderator = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    moderator_name = models.CharField(max_length=NAME_LIMIT)
    #: The decision that it came from, if it came from one.
    decision = models.ForeignKey(
        Decision, on_delete=models.RESTRICT, null=True, related_name="sanctions"
    )
    #: The version of a rule that it rests on; where it rests on the law alone, none.
    rule = models.ForeignKey(Rule, on_delete=models.RESTRICT, null=True, related_name="+")
    #: The statement of reasons: shown to the person.
    reason = models.TextField()
    #: For moderators only.
    note = models.TextField(blank=True)
    ground = models.CharField(max_length=12, choices=Ground.choices, default=Ground.TERMS)
    category = models.CharField(
        max_length=CATEGORY_LIMIT, choices=Category.choices, default=Category.TERMS
    )
    legal_ground = models.CharField(max_length=500, blank=True)
    #: Of a measure against misuse: of what, and the four things that article 23 (3) has weighed:
    #: how many, of how many (their share), how grave, and with what intent.
    misuse = models.CharField(max_length=8, choices=Misuse.choices, blank=True)
    misuse_number = models.PositiveIntegerField(null=True)
    misuse_of = models.PositiveIntegerField(null=True)
    gravity = models.TextField(blank=True)
    intent = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: From that very moment it holds no more. NULL: until it is lifted, or acknowledged.
    expires_at = models.DateTimeField(null=True)
    #: The one of the same kind and scope that this takes the place of: which holds again only if
    #: this is overturned.
    replaces = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, related_name="replaced_by"
    )
    #: Of a suspension that stands while a ban waits for a second moderator: that ban.
    pending = models.OneToOneField(
        "self", on_delete=models.RESTRICT, null=True, related_name="meanwhile"
    )
    #: Of what an appeal has put in the place of another, which it has overturned: that one.
    instead_of = models.OneToOneField(
        "self", on_delete=models.RESTRICT, null=True, related_name="instead"
    )
    #: Of a warning: when the person said that they have read it.
    acknowledged_at = models.DateTimeField(null=True)
    #: Of a ban: the second moderator.
    approved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    approved_by_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    approved_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    lifted_by_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.TextField(blank=True)
    #: Whether it should not have been: on an appeal, or taken back by whoever gave it.
    overturned = models.BooleanField(default=False)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["created_at"], name="sanction_by_time"),
            models.Index(fields=["-id"], name="sanction_not_lifted", condition=Q(lifted_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "number"], name="sanction_number_once"),
            models.CheckConstraint(
                name="sanction_kind_known", condition=Q(kind__in=Sanctioning.values)
            ),
            models.CheckConstraint(
                name="sanction_one_scope",
                condition=Q(scope="site", course=None, article=None)
                | Q(scope="course", course__isnull=False, article=None)
                | Q(scope="article", course=None, article__isnull=False),
            ),
            models.CheckConstraint(
                name="sanction_of_the_account_site_wide",
                condition=~Q(kind__in=["suspend", "ban"]) | Q(scope="site"),
            ),
            models.CheckConstraint(
                name="sanction_expiry_by_kind",
                condition=Q(kind__in=["warn", "ban"], expires_at=None)
                | Q(kind__in=["mute-flags", "silence", "suspend"], expires_at__isnull=False)
                | Q(kind="premoderate"),
            ),
            models.CheckConstraint(
                name="sanction_expires_later",
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")),
            ),
            models.CheckConstraint(name="sanction_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="sanction_rests_on_something",
                condition=Q(rule__isnull=False) | Q(Q(ground="illegal"), ~Q(legal_ground="")),
            ),
            models.CheckConstraint(
                name="sanction_ground_known", condition=Q(ground__in=Ground.values)
            ),
            models.CheckConstraint(
                name="sanction_category_known", condition=Q(category__in=Category.values)
            ),
            models.CheckConstraint(
                name="sanction_misuse_whole",
                condition=Q(misuse="", misuse_number=None, misuse_of=None, gravity="", intent="")
                | Q(
                    ~Q(gravity=""),
                    ~Q(intent=""),
                    misuse__in=Misuse.values,
                    misuse_number__gt=0,
                    misuse_of__gte=F("misuse_number"),
                ),
            ),
            models.CheckConstraint(
                name="sanction_warnings_are_acknowledged",
                condition=Q(acknowledged_at=None) | Q(kind="warn"),
            ),
            models.CheckConstraint(
                name="sanction_bans_are_approved",
                condition=Q(approved_at=None, approved_by=None, approved_by_name="")
                | Q(~Q(approved_by_name=""), kind="ban", approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sanction_approved_by_another",
                condition=Q(approved_by=None) | Q(moderator=None) | ~Q(approved_by=F("moderator")),
            ),
            models.CheckConstraint(
                name="sanction_lifted_whole",
                condition=Q(
                    lifted_at=None,
                    lifted_by=None,
                    lifted_by_name="",
                    lifted_reason="",
                    overturned=False,
                )
                | Q(~Q(lifted_by_name=""), ~Q(lifted_reason=""), lifted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sanction_pending_suspends", condition=Q(pending=None) | Q(kind="suspend")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk} ({self.person_name})"

    def get_absolute_url(self) -> str:
        """Where moderators read it."""
        return reverse("sanction", args=[self.pk])

    @property
    def is_proposed(self) -> bool:
        """Whether it is a ban that waits for a second moderator."""
        return self.kind == Sanctioning.BAN and self.approved_at is None and self.lifted_at is None

    @property
    def was_refused(self) -> bool:
        """Whether it is a ban that no second moderator wanted."""
        return (
            self.kind == Sanctioning.BAN and self.approved_at is None and self.lifted_at is not None
        )

    @property
    def is_over(self) -> bool:
        """Whether its time has run out."""
        return self.expires_at is not None and self.expires_at <= timezone.now()


class PersonNote(models.Model):
    """What one moderator tells the others about a person. Written once, for moderators only."""

    person = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="notes_about"
    )
    person_name = models.CharField(max_length=NAME_LIMIT)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=NAME_LIMIT)
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="person_note_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk} about {self.person_name}"


class FlagSetAside(models.Model):
    """A flag of somebody whose flags are set aside. It is kept, and counts for nothing.

    In a table of its own, so that nothing that counts, weighs or shows flags can count it.
    """

    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="+")
    flagger = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="flags_set_aside"
    )
    flagger_name = models.CharField(max_length=NAME_LIMIT)
    reason = models.CharField(max_length=10, choices=FlagReason.choices)
    note = models.TextField(blank=True)
    sanction = models.ForeignKey(Sanction, on_delete=models.RESTRICT, related_name="flags")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["flagger", "revision"], name="flag_set_aside_once"),
            models.CheckConstraint(
                name="flag_set_aside_reason_known", condition=Q(reason__in=FlagReason.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.flagger_name}, set aside)"
