"""Articles: what they have beyond a post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forum.discussion.models.posts import Post
from forum.lib.language import LANGUAGE_LIMIT

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


class Policy(models.TextChoices):
    """Who may respond to an article."""

    SITE = "site", _("As on the whole site")
    GUESTS = "guests", _("Guests as well, with an e-mail address")
    MEMBERS = "members", _("People with an account only")


class ArticleQuerySet(models.QuerySet):
    """Articles, found by who may read them."""

    def visible_to(self, reader: Reader, *, state: str = "") -> Self:
        """The articles whose posts ``reader`` may read; of these, with ``state``, those in it."""
        posts = Post.objects.visible_to(reader, replies=False).filter(pk=OuterRef("pk"))
        if state:
            posts = posts.filter(state=state)
        # Looked up article by article: "in", or a join, would go through every post on the site.
        return self.filter(Exists(posts))


class Article(models.Model):
    """What an article has beyond a post: its place on the site and its paratext."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True)
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    standfirst = models.TextField(_("in brief"), blank=True)
    byline = models.CharField(max_length=200, blank=True)
    #: A BCP 47 code; empty where nobody has said.
    language = models.CharField(max_length=LANGUAGE_LIMIT, blank=True)
    about_author = models.TextField(_("about the author"), blank=True)
    series = models.TextField(_("series note"), blank=True)
    figure = models.ImageField(
        upload_to="figures/",
        blank=True,
        width_field="figure_width",
        height_field="figure_height",
    )
    figure_width = models.PositiveIntegerField(null=True, editable=False)
    figure_height = models.PositiveIntegerField(null=True, editable=False)
    figure_alt = models.CharField(_("what the figure shows"), max_length=300, blank=True)
    figure_caption = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True, db_index=True)
    #: From then on nobody can respond.
    closed_at = models.DateTimeField(null=True, blank=True)
    #: Who may respond.
    policy = models.CharField(max_length=8, choices=Policy.choices, default=Policy.SITE)
    #: Whether a moderator reads every response and note before others do.
    premoderated = models.BooleanField("read by a moderator first", default=False)
    #: The highest response number given so far.
    last_number = models.PositiveIntegerField(default=0, editable=False)
    #: Grows with every public change beneath this article, in the same transaction.
    activity = models.PositiveBigIntegerField(default=0, editable=False)
    #: How many posts under it are locked.
    locks = models.PositiveIntegerField(default=0, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="article_policy_known", condition=Q(policy__in=Policy.values)
            ),
        ]

    if TYPE_CHECKING:
        #: Filled in by ``listing.tell``: what a list of articles says of each.
        minutes: int
        responses: int
        notes: int

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])
