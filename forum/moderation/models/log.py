"""The log: what was done in moderation, by whom, to whom. It outlives both."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import NAME_LIMIT, User
from forum.moderation.models.cases import Case

#: What stands in the record in place of a text that went with an account.
GONE = "erased"


class EventKind(models.TextChoices):
    # Of a case
    OPENED = "opened", _("Opened")
    FLAGGED = "flagged", _("Flagged")
    NOTICED = "noticed", _("Notice of illegal content")
    HELD = "held", _("Held")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")
    HIDDEN = "hidden", _("Hidden automatically")
    EDITED = "edited", _("Text edited")
    CLAIMED = "claimed", _("Claimed")
    TAKEN_OVER = "taken-over", _("Claim taken over")
    RELEASED = "released", _("Claim released")
    SKIPPED = "skipped", _("Skipped")
    DECIDED = "decided", _("Decided")
    ESCALATED = "escalated", _("Escalated")
    REOPENED = "reopened", _("Reopened")
    UNDONE = "undone", _("Decision taken back")
    APPEALED = "appealed", _("Appealed")
    APPEAL_DECIDED = "appeal-decided", _("Appeal decided")
    REVIEWED = "reviewed", _("Reviewed a second time")
    NOTIFIED = "notified", _("People told")
    # Of a person
    SANCTIONED = "sanctioned", _("Sanctioned")
    APPROVED = "approved", _("Sanction approved")
    ACKNOWLEDGED = "acknowledged", _("Warning acknowledged")
    LIFTED = "lifted", _("Sanction lifted")
    ROLE_GIVEN = "role-given", _("Role given")
    ROLE_TAKEN = "role-taken", _("Role taken")
    # Of the site
    RULE_CHANGED = "rule-changed", _("Rule changed")
    TEMPLATE_CHANGED = "template-changed", _("Template of a reason changed")
    WORDS_CHANGED = "words-changed", _("Word list changed")
    EXPORTED = "exported", _("Record exported")


class Event(models.Model):
    """One line of the log. Append-only, by trigger; it outlives the accounts it names."""

    kind = models.CharField(max_length=20, choices=EventKind.choices)
    #: The case it happened in, if it happened in one.
    case = models.ForeignKey(Case, on_delete=models.RESTRICT, null=True, related_name="events")
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=NAME_LIMIT)
    #: Whom it was done to, where that is more than the author of what the case is about.
    subject = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    subject_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    detail = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="event_kind_known", condition=Q(kind__in=EventKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.actor_name}"
