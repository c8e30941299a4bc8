"""What people are told. Each row is also its own e-mail: the table is the outbox."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import User
from forum.discussion.models import Post


class NotificationKind(models.TextChoices):
    REPLY = "reply", _("A reply")
    MENTION = "mention", _("A mention of you")
    FOLLOWED = "followed", _("A response where you follow")
    DECISION = "decision", _("A decision about your post")
    OUTCOME = "outcome", _("The outcome of your flag")
    PASSAGE = "passage", _("A passage you marked")
    SANCTION = "sanction", _("A sanction, or an appeal against one")


#: What tells that another person wrote something: nothing of whom its recipient has muted.
OF_OTHERS = (NotificationKind.REPLY, NotificationKind.MENTION, NotificationKind.FOLLOWED)
#: What is told whatever became of the post. All else quotes or names what others wrote: it is
#: told only while its recipient may read that.
OF_DECISIONS = (NotificationKind.DECISION, NotificationKind.OUTCOME)
#: What is sent by e-mail at once whatever somebody has chosen: whoever may not act here any more
#: need not look in, and has a right to be told why (article 17 of the Digital Services Act).
ALWAYS = (NotificationKind.SANCTION,)
#: The kinds that people choose about.
CHOSEN = tuple(kind for kind in NotificationKind if kind not in ALWAYS)
#: What is kept of an error, in code points.
ERROR_LIMIT = 300


class NotificationQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Those whose e-mail is still to leave."""
        return self.filter(emailed_at=None, given_up_at=None)


class Notification(models.Model):
    """One thing one person is told, once."""

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=NotificationKind.choices)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="+")
    #: What happened, so that telling it twice is refused ("decision:17").
    key = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    #: Where it leads, as a path on this site.
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True)
    #: When the e-mail left, or was found to be unwanted.
    emailed_at = models.DateTimeField(null=True)
    #: How often the e-mail was on its way, and when it is next: not before. While it is, that is
    #: when whoever has claimed it must be done.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    next_attempt_at = models.DateTimeField(default=timezone.now, editable=False)
    #: Whose hands it is in; nobody's.
    claim = models.UUIDField(null=True, editable=False)
    #: When it was tried for the last time, in vain.
    given_up_at = models.DateTimeField(null=True, editable=False)
    #: Why it did not leave, the last time.
    error = models.CharField(max_length=ERROR_LIMIT, blank=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_inbox"),
            models.Index(
                fields=["recipient"],
                name="notification_unread",
                condition=models.Q(read_at=None),
            ),
            models.Index(
                fields=["id"],
                name="notification_outbox",
                condition=models.Q(emailed_at=None, given_up_at=None),
            ),
            models.Index(
                fields=["claim"],
                name="notification_in_hand",
                condition=models.Q(claim__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notification_once"),
            models.CheckConstraint(
                name="notification_kind_known",
                condition=models.Q(kind__in=NotificationKind.values),
            ),
            models.CheckConstraint(
                name="notification_left_or_given_up",
                condition=models.Q(emailed_at=None) | models.Q(given_up_at=None),
            ),
            models.CheckConstraint(
                name="notification_in_hand_while_waiting",
                condition=models.Q(claim=None) | models.Q(emailed_at=None, given_up_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class How(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, together")
    WEEKLY = "weekly", _("Once a week, together")
    NEVER = "never", _("Never")


class NoticeSetting(models.Model):
    """How one person wants one kind of notice by e-mail. Without one it leaves at once."""

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="notice_settings", db_index=False
    )
    kind = models.CharField(max_length=10, choices=NotificationKind.choices)
    how = models.CharField(max_length=10, choices=How.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notice_setting_once"),
            models.CheckConstraint(
                name="notice_setting_kind_known",
                condition=models.Q(kind__in=NotificationKind.values),
            ),
            models.CheckConstraint(
                name="notice_setting_how_known", condition=models.Q(how__in=How.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_how_display()}"
