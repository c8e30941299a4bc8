"""What people are told. Each row is also its own e-mail: the table is the outbox."""

from django.db import models
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion.models import Post


class NotificationKind(models.TextChoices):
    REPLY = "reply", "A reply"
    FOLLOWED = "followed", "A response where you follow"
    DECISION = "decision", "A decision about your post"
    OUTCOME = "outcome", "The outcome of your flag"
    PASSAGE = "passage", "A passage you marked"


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
                fields=["id"], name="notification_outbox", condition=models.Q(emailed_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notification_once"),
            models.CheckConstraint(
                name="notification_kind_known",
                condition=models.Q(kind__in=NotificationKind.values),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class How(models.TextChoices):
    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day, together"
    WEEKLY = "weekly", "Once a week, together"
    NEVER = "never", "Never"


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
