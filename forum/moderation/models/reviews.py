"""Second looks: decisions drawn by lot, which another moderator judges without knowing them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from forum.accounts.models import NAME_LIMIT, User
from forum.moderation.models.decisions import Action, Decision
from forum.moderation.models.rules import Rule


class SecondReview(models.Model):
    """That a decision was drawn, and what somebody else would have decided, once they have said.

    A trigger refuses all change but that it is said, once.
    """

    decision = models.OneToOneField(
        Decision, on_delete=models.RESTRICT, related_name="second_review"
    )
    sampled_at = models.DateTimeField(default=timezone.now, editable=False)
    reviewer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reviewer_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    #: What they would have done; empty until they have said.
    action = models.CharField(max_length=20, choices=Action.choices, blank=True)
    rule = models.ForeignKey(Rule, on_delete=models.RESTRICT, null=True, related_name="+")
    note = models.TextField(blank=True)
    #: Whether it is what was decided.
    agrees = models.BooleanField(null=True)
    reviewed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], name="review_waiting", condition=Q(reviewed_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="review_action_known", condition=Q(action__in=["", *Action.values])
            ),
            models.CheckConstraint(
                name="review_said_whole",
                condition=Q(
                    *(Q(action=""), Q(agrees=None), Q(reviewed_at=None), Q(reviewer=None)),
                    reviewer_name="",
                    rule=None,
                    note="",
                )
                | Q(
                    *(~Q(action=""), ~Q(reviewer_name="")),
                    agrees__isnull=False,
                    reviewed_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Second review of decision {self.decision_id}"
