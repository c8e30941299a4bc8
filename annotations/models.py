"""Codebooks, annotations, quotations, and their places in every revision of what they mark."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import NAME_LIMIT, User
from forum.discussion.models import Post, Revision


class Codebook(models.Model):
    """A controlled set of tags with their definitions."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    #: Most tags one annotation may carry.
    max_tags = models.PositiveSmallIntegerField(default=3)
    #: The number of the last change; every annotation is stamped with it.
    version = models.PositiveIntegerField(default=1)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                name="codebook_one_default",
                condition=Q(is_default=True),
            ),
            models.CheckConstraint(name="codebook_allows_a_tag", condition=Q(max_tags__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """One category of a codebook, with what a coder needs to use it the same way as others."""

    codebook = models.ForeignKey(Codebook, on_delete=models.CASCADE, related_name="tags")
    slug = models.SlugField(max_length=60)
    label = models.CharField(max_length=60)
    #: Two letters that stand for the tag where colour alone would.
    short = models.CharField(max_length=2)
    definition = models.TextField()
    use_when = models.TextField(blank=True)
    avoid_when = models.TextField(blank=True)
    example = models.TextField(blank=True)
    #: Which of the seven hues, each with an underline style, the tag wears.
    colour = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["codebook", "slug"], name="tag_slug_once"),
            models.CheckConstraint(
                name="tag_colour_in_palette", condition=Q(colour__gte=1, colour__lte=7)
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Annotation(models.Model):
    """A note on the passage ``[start, end)`` of one revision. Its own words are its post's."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True)
    #: The revision somebody read and marked. The anchor below never changes.
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="annotations")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    codebook = models.ForeignKey(Codebook, on_delete=models.RESTRICT, related_name="+")
    codebook_version = models.PositiveIntegerField()
    tags = models.ManyToManyField(Tag, through="AnnotationTag", related_name="annotations")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="annotation_marks_something", condition=Q(end__gt=F("start"))
            ),
        ]

    def __str__(self) -> str:
        return f"Annotation {self.post_id}"


class AnnotationTag(models.Model):
    """A tag that an annotation wears."""

    annotation = models.ForeignKey(Annotation, on_delete=models.CASCADE, db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.RESTRICT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation", "tag"], name="annotation_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.annotation_id}"


class PlacementState(models.TextChoices):
    """What has become of a passage in a later text. Orphaned, it stands nowhere."""

    EXACT = "exact", _("Same words, same place")
    MOVED = "moved", _("Same words, moved")
    CHANGED = "changed", _("Words changed")
    ORPHANED = "orphaned", _("Passage gone")


class Placed(models.Model):
    """Where something that was marked in one revision of a text stands in a revision of it."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="%(class)ss")
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    #: Compared with what was marked, not with the revision before.
    state = models.CharField(max_length=8, choices=PlacementState.choices)
    #: How sure the carrying was, from 0 to 1.
    score = models.FloatField()
    method = models.CharField(max_length=20)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_state_known", condition=Q(state__in=PlacementState.values)
            ),
            models.CheckConstraint(
                name="%(class)s_orphans_have_no_place",
                condition=Q(state="orphaned", start=None, end=None)
                | Q(~Q(state="orphaned"), start__isnull=False, end__gt=F("start")),
            ),
            models.CheckConstraint(
                name="%(class)s_score_is_a_share", condition=Q(score__gte=0, score__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} in revision {self.revision_id}"


class Placement(Placed):
    """Where an annotation stands in one revision of its target."""

    annotation = models.ForeignKey(
        Annotation, on_delete=models.CASCADE, related_name="placements", db_index=False
    )
    #: Who put it there by hand; the log of that is ``Reattachment``.
    placed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(Placed.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["annotation", "revision"], name="placement_once_in_a_revision"
            ),
            *Placed.Meta.constraints,
        ]


class Reattachment(models.Model):
    """The log of placing by hand: who put an annotation where, and where it was before."""

    annotation = models.ForeignKey(
        Annotation, on_delete=models.CASCADE, related_name="reattachments"
    )
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    #: The place it was given; none when it was taken from a wrong one.
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    start_before = models.PositiveIntegerField(null=True)
    end_before = models.PositiveIntegerField(null=True)
    state_before = models.CharField(max_length=8, choices=PlacementState.choices)
    reason = models.TextField(blank=True)
    placed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    #: The name as it was then; it outlives the account.
    placed_by_name = models.CharField(max_length=NAME_LIMIT)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="reattachment_places_or_takes_away",
                condition=Q(start=None, end=None) | Q(start__isnull=False, end__gt=F("start")),
            ),
            models.CheckConstraint(
                name="reattachment_state_known", condition=Q(state_before__in=PlacementState.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annotation_id} by {self.placed_by_name}"


class Quotation(models.Model):
    """A stretch of one revision of a comment that quotes a passage of one revision of a text."""

    comment_revision = models.ForeignKey(
        Revision, on_delete=models.CASCADE, related_name="quotations", db_index=False
    )
    comment_start = models.PositiveIntegerField()
    comment_end = models.PositiveIntegerField()
    #: The revision that was quoted: of an article or of another comment.
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="quoted_by")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    #: The words that were quoted, as they stood in ``revision``.
    quote = models.TextField()
    #: How alike the quote and what it quotes are, from 0 to 1.
    score = models.FloatField()

    class Meta:
        ordering = ["comment_revision_id", "comment_start"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment_revision", "comment_start"], name="quotation_once"
            ),
            models.CheckConstraint(
                name="quotation_quotes_something",
                condition=Q(end__gt=F("start"), comment_end__gt=F("comment_start")),
            ),
            models.CheckConstraint(
                name="quotation_score_is_a_share", condition=Q(score__gte=0, score__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_revision_id} quotes {self.revision_id}"


class QuotationPlacement(Placed):
    """Where a quoted passage stands in one revision of the text it was quoted from."""

    quotation = models.ForeignKey(
        Quotation, on_delete=models.CASCADE, related_name="placements", db_index=False
    )

    class Meta(Placed.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["quotation", "revision"], name="quotationplacement_once_in_a_revision"
            ),
            *Placed.Meta.constraints,
        ]


class Pseudonym(models.Model):
    """The name a person has in the exports of one project: random, kept, derived from nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    project = models.SlugField(max_length=60, default="site")
    name = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "project"], name="pseudonym_one_each"),
            models.UniqueConstraint(fields=["project", "name"], name="pseudonym_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.project}"
