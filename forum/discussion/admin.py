"""Articles, posts and revisions in the admin: to look at.

Words are changed on the site, where each change becomes a revision; nothing here can edit one.
What an admin may not read on the site, such as other people's private notes, is not here either.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from forum.discussion.models import Article, Post, Revision
from forum.discussion.writing.revisions import bump_activity
from forum.lib.admin import AsksOfWhatItShows, LookOnly, LookOnlyAdmin, LookOnlyInline


class RevisionInline(LookOnlyInline):
    model = Revision
    fields = ("number", "format", "words", "editor", "created_at", "superseded_at")
    readonly_fields = fields


@admin.register(Post)
class PostAdmin(LookOnlyAdmin):
    """Everything people wrote, by what it is and what became of it."""

    list_display = ("__str__", "author_name", "state", "audience", "article", "created_at")
    list_filter = ("kind", "state", "audience", "course")
    list_select_related = ("root__article", "article")
    search_fields = ("=id", "author_name", "root__article__title")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = (
        "kind",
        "number",
        "state",
        "audience",
        "course",
        "author",
        "author_name",
        "root",
        "parent",
        "note",
        "note_from",
        "depth",
        "created_at",
    )
    inlines = (RevisionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        """What the admin may read on the site."""
        readable = Post.objects.visible_to(request.user)
        return super().get_queryset(request).filter(pk__in=readable.values("pk"))

    @admin.display(ordering="root__article__title")
    def article(self, post: Post) -> str:
        """The title of the article that the post belongs to."""
        return (post.root or post).article.title


@admin.register(Revision)
class RevisionAdmin(LookOnlyAdmin):
    """Each text that a post has had."""

    list_display = ("__str__", "words", "format", "editor", "created_at", "superseded_at")
    list_filter = ("post__kind", "format", ("superseded_at", admin.EmptyFieldListFilter))
    list_select_related = ("editor",)
    search_fields = ("=post__id", "text")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    # Not ``source``, which only its author sees, nor ``html``, which belongs on a page.
    fields = (
        "post",
        "number",
        "text",
        "words",
        "format",
        "text_sha256",
        "editor",
        "created_at",
        "superseded_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        """What the admin may read on the site."""
        readable = Revision.objects.visible_to(request.user)
        return super().get_queryset(request).filter(pk__in=readable.values("pk"))


@admin.register(Article)
class ArticleAdmin(AsksOfWhatItShows):
    """Articles. Here a discussion is closed; everything else is done on the site."""

    list_display = ("title", "byline", "state", "published_at", "closed_at", "last_number")
    list_filter = ("post__state", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("post",)
    search_fields = ("title", "byline", "slug")
    date_hierarchy = "published_at"
    ordering = ("-post",)
    fields = (
        "title",
        "slug",
        "byline",
        "standfirst",
        "published_at",
        "last_number",
        "activity",
        "closed_at",
    )
    readonly_fields = fields[:-1]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """What the admin may read on the site."""
        readable = Post.objects.visible_to(request.user)
        return super().get_queryset(request).filter(post__in=readable.values("pk"))

    @admin.display(ordering="post__state")
    def state(self, article: Article) -> str:
        """What has become of the article."""
        return article.post.get_state_display()

    def save_model(
        self, request: HttpRequest, obj: Article, form: forms.BaseForm, change: Any
    ) -> None:
        """Save what can be changed here, and let readers have the page anew."""
        obj.save(update_fields=["closed_at"])
        bump_activity(obj.post)

    has_add_permission = LookOnly.has_add_permission
    has_delete_permission = LookOnly.has_delete_permission
