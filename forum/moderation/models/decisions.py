"""What moderators decide about cases; appeals against that, and against sanctions."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import NAME_LIMIT, User
from forum.discussion.models import Revision, State
from forum.moderation.models.cases import Case
from forum.moderation.models.rules import CATEGORY_LIMIT, Category, Rule


class Action(models.TextChoices):
    """What is done about a case. What each makes of a post is for ``transitions`` to say."""

    KEEP = "keep", _("Keep")
    REMOVE = "remove", _("Remove")
    RESTORE = "restore", _("Restore")
    #: The words of an annotation go; its mark and its tags stay.
    HIDE_NOTE = "hide-note", _("Hide the note, keep its tag")
    SHOW_NOTE = "show-note", _("Show the note again")
    #: The codebook is misused: other tags, the same words.
    RETAG = "retag", _("Change the tag")
    ASK_REVISION = "ask-revision", _("Ask the author to revise")
    LOCK = "lock", _("Lock the thread")
    UNLOCK = "unlock", _("Unlock the thread")
    #: Leaves it to whoever leads appeals, or an admin. The case stays undecided.
    ESCALATE = "escalate", _("Escalate")
    #: The inverse of another decision, exactly: nobody chooses it of a post, only of a decision.
    REVERSE = "reverse", _("Turn back a decision")
    #: What the site does by itself when enough people have flagged something. The case stays open.
    HIDE = "hide", _("Hide until a moderator has looked")


#: What takes something from its author. Each names a rule or a law, and says why.
RESTRICTIONS = (Action.REMOVE, Action.HIDE_NOTE, Action.RETAG, Action.ASK_REVISION, Action.LOCK)


class Basis(models.TextChoices):
    """On what occasion something was decided."""

    REVIEW = "review", _("On review")
    APPEAL = "appeal", _("On an appeal")
    #: Whoever decided took it back.
    UNDO = "undo", _("Taken back")
    #: Somebody else turned back what one moderator did, all of it at once.
    REVERT = "revert", _("Reverted")
    #: The site did it, by its own settings.
    AUTOMATIC = "automatic", _("Automatically")


class Ground(models.TextChoices):
    """What a restriction rests on: article 17 (3) (d) and (e) of the Digital Services Act."""

    TERMS = "incompatible", _("It is against the rules of the site")
    LAW = "illegal", _("It is against the law")


class Bulk(models.Model):
    """Decisions made in one go, which can be turned back in one go."""

    moderator = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    moderator_name = models.CharField(max_length=NAME_LIMIT)
    #: The bulk whose decisions this one turns back.
    undoes = models.OneToOneField(
        "self", on_delete=models.RESTRICT, null=True, related_name="undone_by"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Bulk {self.pk} by {self.moderator_name}"


class Decision(models.Model):
    """What a moderator decided and why. Written once: a trigger refuses change and deletion."""

    case = models.ForeignKey(Case, on_delete=models.RESTRICT, related_name="decisions")
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="+")
    moderator = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    moderator_name = models.CharField(max_length=NAME_LIMIT)
    action = models.CharField(max_length=20, choices=Action.choices)
    rule = models.ForeignKey(Rule, on_delete=models.RESTRICT, null=True, related_name="+")
    #: The statement of reasons: shown to the author and the flaggers.
    reason = models.TextField(blank=True)
    #: For moderators only.
    note = models.TextField(blank=True)
    state_before = models.CharField(max_length=10, choices=State.choices)
    state_after = models.CharField(max_length=10, choices=State.choices)
    basis = models.CharField(max_length=10, choices=Basis.choices, default=Basis.REVIEW)
    #: The decision that this one turns back, or answers an appeal against.
    overrides = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, related_name="overridden_by"
    )
    bulk = models.ForeignKey(Bulk, on_delete=models.RESTRICT, null=True, related_name="decisions")
    #: What it changed beside the state, by name: ``{"tags": [before, after]}``. Turning it back
    #: puts the first of each pair in place of the second.
    effect = models.JSONField(default=dict, blank=True)
    #: Of a restriction: what it rests on. Empty where nothing is restricted.
    ground = models.CharField(max_length=12, choices=Ground.choices, blank=True)
    category = models.CharField(max_length=CATEGORY_LIMIT, choices=Category.choices, blank=True)
    #: The law it rests on, where it rests on one.
    legal_ground = models.CharField(max_length=500, blank=True)
    #: Whether a machine found it: a step of screening, not a person's flag or notice.
    detected_automatically = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["moderator", "-id"], name="decision_by_moderator"),
            models.Index(fields=["created_at"], name="decision_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                name="decision_basis_known", condition=Q(basis__in=Basis.values)
            ),
            models.CheckConstraint(
                name="decision_ground_known", condition=Q(ground__in=["", *Ground.values])
            ),
            models.CheckConstraint(
                name="decision_category_known", condition=Q(category__in=["", *Category.values])
            ),
            models.CheckConstraint(
                name="decision_action_known", condition=Q(action__in=Action.values)
            ),
            models.CheckConstraint(
                name="decision_restriction_says_why",
                condition=~Q(action__in=RESTRICTIONS)
                | Q(~Q(reason=""), Q(rule__isnull=False) | ~Q(legal_ground="")),
            ),
            models.CheckConstraint(
                name="decision_law_is_named",
                condition=Q(ground="illegal") & ~Q(legal_ground="")
                | ~Q(ground="illegal") & Q(legal_ground=""),
            ),
            models.CheckConstraint(
                name="decision_ground_is_sorted",
                condition=Q(ground="", category="") | ~Q(ground="") & ~Q(category=""),
            ),
            models.CheckConstraint(
                name="decision_restriction_rests_on_something",
                condition=~Q(action__in=RESTRICTIONS) | ~Q(ground=""),
            ),
            models.CheckConstraint(
                name="decision_reversal_names_what",
                condition=~Q(action="reverse") | Q(overrides__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} by {self.moderator_name}"


class Party(models.TextChoices):
    """In what capacity somebody appeals."""

    AUTHOR = "author", _("The author")
    FLAGGER = "flagger", _("Who flagged it")
    NOTIFIER = "notifier", _("Who gave notice of it")
    #: Of a sanction, and of nothing else.
    SANCTIONED = "person", _("Who has the sanction")


class Outcome(models.TextChoices):
    UPHELD = "upheld", _("Upheld: it stays as decided")
    OVERTURNED = "overturned", _("Overturned: it is turned back")
    VARIED = "varied", _("Varied: something else was decided")


class Appeal(models.Model):
    """One party's objection to one decision, or to one sanction: somebody else decides it.

    A trigger refuses all change but that it is decided, once.
    """

    decision = models.ForeignKey(
        Decision, on_delete=models.RESTRICT, null=True, related_name="appeals"
    )
    #: What it is against, where that is no decision. The constraint below indexes it.
    sanction = models.ForeignKey(
        "moderation.Sanction",
        on_delete=models.RESTRICT,
        null=True,
        related_name="appeals",
        db_index=False,
    )
    party = models.CharField(max_length=8, choices=Party.choices)
    appellant = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="appeals"
    )
    #: Empty where nobody knows, or is to know any more, who gave the notice below.
    appellant_name = models.CharField(max_length=NAME_LIMIT)
    #: Of whoever gave notice: that notice, which they may have given without an account.
    notice = models.ForeignKey(
        "moderation.Notice", on_delete=models.RESTRICT, null=True, related_name="appeals"
    )
    text = models.TextField()
    filed_at = models.DateTimeField(default=timezone.now, editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    #: What the appellant is told.
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    decided_at = models.DateTimeField(null=True)
    #: What was decided instead, where it was not upheld. Of a sanction nothing: that ended.
    result = models.ForeignKey(
        Decision, on_delete=models.RESTRICT, null=True, related_name="answers_appeals"
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["filed_at"], name="appeal_waiting", condition=Q(outcome="")),
            models.Index(
                fields=["filed_at"],
                name="appeal_of_people_waiting",
                condition=Q(outcome="", sanction__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["decision", "appellant"], name="appeal_once"),
            # Whoever wrote as a guest has no account.
            models.UniqueConstraint(
                fields=["decision"], name="appeal_by_author_once", condition=Q(party="author")
            ),
            models.UniqueConstraint(fields=["decision", "notice"], name="appeal_once_a_notice"),
            models.UniqueConstraint(fields=["sanction"], name="appeal_once_a_sanction"),
            models.CheckConstraint(
                name="appeal_against_one_thing",
                condition=Q(~Q(party="person"), decision__isnull=False, sanction=None)
                | Q(party="person", decision=None, sanction__isnull=False),
            ),
            models.CheckConstraint(
                name="appeal_notice_of_a_notifier",
                condition=Q(party="notifier", notice__isnull=False)
                | Q(~Q(party="notifier"), notice=None),
            ),
            models.CheckConstraint(name="appeal_party_known", condition=Q(party__in=Party.values)),
            models.CheckConstraint(
                name="appeal_outcome_known", condition=Q(outcome__in=["", *Outcome.values])
            ),
            models.CheckConstraint(
                name="appeal_decided_whole",
                condition=Q(
                    *(Q(outcome=""), Q(answer=""), Q(decided_at=None), Q(decided_by=None)),
                    decided_by_name="",
                    result=None,
                )
                | Q(~Q(outcome=""), ~Q(answer=""), decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="appeal_not_upheld_has_result",
                condition=Q(outcome__in=["", "upheld"], result=None)
                | Q(outcome__in=["overturned", "varied"], result__isnull=False)
                | Q(sanction__isnull=False, result=None),
            ),
        ]

    def __str__(self) -> str:
        if self.sanction_id:
            return f"Appeal {self.pk} against sanction {self.sanction_id}"
        return f"Appeal {self.pk} against decision {self.decision_id}"

    @property
    def filed_by(self) -> str:
        """What whoever filed it is called."""
        return self.appellant_name or str(_("Somebody without an account"))

    @property
    def contested(self) -> Decision:
        """The decision that it is against. Raises ``ValueError`` where that is a sanction."""
        if self.decision is None:
            raise ValueError(self)
        return self.decision
