"""Codebooks in the admin, where they are written, and annotations, to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest

from annotations.models import (
    Annotation,
    AnnotationTag,
    Codebook,
    Placement,
    Quotation,
    QuotationPlacement,
    Reattachment,
    Tag,
)
from forum.discussion.models import Post, Revision
from forum.discussion.writing.revisions import bump_every_activity
from forum.lib.admin import AsksOfWhatItShows, LookOnlyAdmin, LookOnlyInline


class TagInline(admin.StackedInline):
    """The tags of a codebook. One that has been used is retired, not deleted."""

    model = Tag
    extra = 0
    can_delete = False
    fields = (
        ("label", "slug", "short"),
        ("colour", "position", "retired_at"),
        "definition",
        "use_when",
        "avoid_when",
        "example",
    )


@admin.register(Codebook)
class CodebookAdmin(AsksOfWhatItShows):
    """A codebook with its tags. Whatever changes in it makes it a new version."""

    list_display = ("name", "slug", "version", "max_tags", "is_default")
    search_fields = ("name", "slug", "tags__label")
    fields = (("name", "slug"), "description", ("max_tags", "is_default"), "version")
    readonly_fields = ("version",)
    inlines = (TagInline,)

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm,
        formsets: Sequence[forms.BaseModelFormSet],
        change: Any,
    ) -> None:
        """Count the change: every annotation says which version it was made with."""
        super().save_related(request, form, formsets, change)
        if form.has_changed() or any(tags.has_changed() for tags in formsets):
            if change:
                Codebook.objects.filter(pk=form.instance.pk).update(version=F("version") + 1)
            bump_every_activity()

    def save_model(
        self, request: HttpRequest, obj: Codebook, form: forms.ModelForm, change: Any
    ) -> None:
        """Write only what the form changes, so that two admins do not undo each other's count."""
        if change:
            obj.save(update_fields=form.changed_data)
        else:
            obj.save()

    def delete_model(self, request: HttpRequest, obj: Codebook) -> None:
        """Take its tags off the pages that offer them."""
        super().delete_model(request, obj)
        bump_every_activity()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Codebook]) -> None:
        """The same, of several at once."""
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            bump_every_activity()

    def has_delete_permission(self, request: HttpRequest, obj: Codebook | None = None) -> bool:
        """One that annotations rest on stays."""
        used = obj is not None and Annotation.objects.filter(codebook=obj).exists()
        return super().has_delete_permission(request, obj) and not used


class AnnotationTagInline(LookOnlyInline):
    model = AnnotationTag
    fields = readonly_fields = ("tag",)
    show_change_link = False


class PlacementInline(LookOnlyInline):
    model = Placement
    fields = ("revision", "start", "end", "state", "score", "method", "created_at")
    readonly_fields = fields
    show_change_link = False


class ReattachmentInline(LookOnlyInline):
    model = Reattachment
    fields = ("revision", "start", "end", "reason", "placed_by_name", "created_at")
    readonly_fields = fields
    show_change_link = False


@admin.register(Annotation)
class AnnotationAdmin(LookOnlyAdmin):
    """Annotations with their anchors; other people's private ones are not here."""

    list_display = ("__str__", "author", "quote_start", "labels", "article", "state")
    list_filter = ("tags", "post__state", "codebook")
    list_select_related = ("post__root__article",)
    search_fields = ("=post__id", "quote", "post__author_name", "post__root__article__title")
    ordering = ("-post",)
    fields = (
        "post",
        "revision",
        ("start", "end"),
        "prefix",
        "quote",
        "suffix",
        ("codebook", "codebook_version"),
    )
    inlines = (AnnotationTagInline, PlacementInline, ReattachmentInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Annotation]:
        """What the admin may read on the site."""
        readable = Post.objects.visible_to(request.user)
        mine = super().get_queryset(request).filter(post__in=readable.values("pk"))
        return mine.prefetch_related("tags")

    @admin.display(ordering="post__author_name")
    def author(self, annotation: Annotation) -> str:
        """The name it was written under."""
        return annotation.post.author_name

    @admin.display(description="Quote")
    def quote_start(self, annotation: Annotation) -> str:
        """The marked passage, or the beginning of a long one."""
        quote = annotation.quote
        return quote if len(quote) <= 60 else quote[:60] + " …"

    @admin.display(description="Tags")
    def labels(self, annotation: Annotation) -> str:
        """Its tags."""
        return ", ".join(tag.label for tag in annotation.tags.all())

    @admin.display(ordering="post__root__article__title")
    def article(self, annotation: Annotation) -> str:
        """The title of the article it belongs to."""
        post = annotation.post
        return (post.root or post).article.title

    @admin.display(ordering="post__state")
    def state(self, annotation: Annotation) -> str:
        """What has become of it."""
        return annotation.post.get_state_display()


@admin.register(Reattachment)
class ReattachmentAdmin(LookOnlyAdmin):
    """The log of placing by hand; of other people's private notes there is none."""

    list_display = ("annotation", "revision", "placed_by_name", "reason", "created_at")
    search_fields = ("=annotation__post__id", "placed_by_name", "reason")
    date_hierarchy = "created_at"
    fields = (
        "annotation",
        "revision",
        ("start", "end"),
        ("start_before", "end_before", "state_before"),
        "reason",
        ("placed_by", "placed_by_name"),
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reattachment]:
        """Of the notes that the admin may read on the site."""
        readable = Post.objects.visible_to(request.user)
        log = super().get_queryset(request).filter(annotation__post__in=readable.values("pk"))
        return log.select_related("annotation", "revision")


class QuotationPlacementInline(LookOnlyInline):
    model = QuotationPlacement
    fields = ("revision", "start", "end", "state", "score", "method", "created_at")
    readonly_fields = fields
    show_change_link = False


@admin.register(Quotation)
class QuotationAdmin(LookOnlyAdmin):
    """What responses quote, where both can be read."""

    list_display = ("comment_revision", "revision", "quote_start", "score")
    search_fields = ("=comment_revision__post__id", "=revision__post__id", "quote")
    ordering = ("-pk",)
    fields = (
        "comment_revision",
        ("comment_start", "comment_end"),
        "revision",
        ("start", "end"),
        "quote",
        "score",
    )
    inlines = (QuotationPlacementInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quotation]:
        """What the admin may read on the site."""
        readable = Revision.objects.visible_to(request.user).values("pk")
        found = super().get_queryset(request)
        read = found.filter(comment_revision__in=readable, revision__in=readable)
        return read.select_related("comment_revision", "revision")

    @admin.display(description="Quote")
    def quote_start(self, quotation: Quotation) -> str:
        """The passage that is quoted, or the beginning of a long one."""
        return quotation.quote if len(quotation.quote) <= 60 else quotation.quote[:60] + " …"
