"""Every address of the site on one page."""

from django.contrib import admin
from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap as sitemap_section
from django.urls import include, path, register_converter
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from annotations import api as annotations_api
from annotations import comments_api
from annotations import feeds as note_feeds
from annotations import placing_views as placing
from annotations import quote_views as quotes
from annotations import revision_views as revisions
from annotations import styleguide as guide
from annotations import thread_views as thread
from annotations import views as annotations
from annotations.exports import views as exports
from annotations.oembed import oembed
from forum.accounts import views as accounts
from forum.discussion import api as discussion_api
from forum.discussion import feeds, sitemaps
from forum.discussion import history_views as history
from forum.discussion import staff_views as staff
from forum.discussion import views as discussion
from forum.lib.converters import IdConverter
from forum.lib.views import healthz, media, problem_404, readyz
from forum.moderation import api as moderation_api
from forum.moderation import views as moderation
from forum.notifications import views as notifications

register_converter(IdConverter, "id")

pages = [
    path("", discussion.home, name="home"),
    # An article and what hangs on it
    path("articles/<slug:slug>/", annotations.article, name="article"),
    path("articles/<slug:slug>/feed/", feeds.responses, name="article-feed"),
    path("articles/<slug:slug>/notes/feed/", note_feeds.notes, name="notes-feed"),
    path("articles/<slug:slug>/personal/", annotations.personal, name="article-personal"),
    path("articles/<slug:slug>/news/", thread.news, name="article-news"),
    path("articles/<slug:slug>/follow/", discussion.follow, name="article-follow"),
    path("articles/<slug:slug>/respond/", discussion.respond, name="respond"),
    path("articles/<slug:slug>/annotate/", annotations.annotate, name="annotate"),
    # One post, of whatever kind
    path("posts/<id:pk>/", discussion.post, name="post"),
    path("posts/<id:pk>/edit/", discussion.edit, name="post-edit"),
    path("posts/<id:pk>/history/", history.history, name="post-history"),
    path("posts/<id:pk>/revisions/<id:number>/", revisions.revision, name="post-revision"),
    path("posts/<id:pk>/revisions/<id:number>/report/", revisions.report, name="revision-report"),
    path("posts/<id:pk>/place/", placing.place, name="annotation-place"),
    path("posts/<id:pk>/withdraw/", discussion.withdraw, name="post-withdraw"),
    path("posts/<id:pk>/reinstate/", discussion.reinstate, name="post-reinstate"),
    path("posts/<id:pk>/flag/", moderation.flag, name="post-flag"),
    path("posts/<id:pk>/endorse/", discussion.endorse, name="post-endorse"),
    path("posts/<id:pk>/quotes/", quotes.mark_quotes, name="post-quotes"),
    # Codebooks and rules, which everybody may read
    path("codebooks/<slug:slug>/", annotations.codebook, name="codebook"),
    path("rules/", moderation.rules, name="rules"),
    # Those who work on the site
    path("styleguide/", guide.styleguide, name="styleguide"),
    # Moderators
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/cases/<id:pk>/", moderation.case, name="case"),
    path("moderation/cases/<id:pk>/decide/", moderation.decide, name="case-decide"),
    path("moderation/cases/<id:pk>/reopen/", moderation.reopen, name="case-reopen"),
    # Those who publish
    path("staff/articles/", staff.articles, name="staff-articles"),
    path("staff/articles/new/", staff.new_article, name="article-new"),
    path("staff/articles/<slug:slug>/edit/", staff.edit_article, name="article-edit"),
    path("staff/articles/<slug:slug>/publish/", staff.publish_draft, name="article-publish"),
    path("staff/articles/<slug:slug>/orphans/", placing.orphans, name="article-orphans"),
    path("staff/articles/<slug:slug>/export/", exports.export_page, name="export"),
    path("staff/articles/<slug:slug>/export/download/", exports.download, name="export-download"),
    # A person's own
    path("you/", accounts.you, name="you"),
    path("notifications/", notifications.inbox, name="notifications"),
    path("notifications/settings/", notifications.settings, name="notifications-settings"),
    path("notifications/stop/<str:token>/", notifications.stop, name="notifications-stop"),
    path("notifications/read/", notifications.mark_read, name="notifications-read"),
]

api = [
    path("articles/", discussion_api.ArticleList.as_view(), name="api-articles"),
    path("articles/<slug:slug>/", discussion_api.ArticleDetail.as_view(), name="api-article"),
    path(
        "articles/<slug:slug>/comments/",
        comments_api.CommentList.as_view(),
        name="api-comments",
    ),
    path("comments/<id:pk>/", comments_api.CommentDetail.as_view(), name="api-comment"),
    path(
        "comments/<id:pk>/endorsement/",
        discussion_api.EndorsementDetail.as_view(),
        name="api-endorsement",
    ),
    path("revisions/<id:pk>/", discussion_api.RevisionDetail.as_view(), name="api-revision"),
    path(
        "articles/<slug:slug>/annotations/",
        annotations_api.AnnotationList.as_view(),
        name="api-annotations",
    ),
    path(
        "articles/<slug:slug>/carry-report/",
        annotations_api.CarryReport.as_view(),
        name="api-carry-report",
    ),
    path(
        "annotations/<id:pk>/",
        annotations_api.AnnotationDetail.as_view(),
        name="api-annotation",
    ),
    path(
        "annotations/<id:pk>/replies/",
        comments_api.ReplyList.as_view(),
        name="api-replies",
    ),
    path("codebooks/", annotations_api.CodebookList.as_view(), name="api-codebooks"),
    path("posts/<id:pk>/flags/", moderation_api.FlagCreate.as_view(), name="api-flags"),
    path("rules/", moderation_api.RuleList.as_view(), name="api-rules"),
    path("cases/", moderation_api.CaseList.as_view(), name="api-cases"),
    path("cases/<id:pk>/", moderation_api.CaseDetail.as_view(), name="api-case"),
    path(
        "cases/<id:pk>/decisions/",
        moderation_api.DecisionCreate.as_view(),
        name="api-decisions",
    ),
    path("cases/<id:pk>/reopen/", moderation_api.CaseReopen.as_view(), name="api-case-reopen"),
    path(
        "exports/annotations/",
        annotations_api.AnnotationExport.as_view(),
        name="api-export-annotations",
    ),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("<path:rest>", problem_404, name="api-404"),
]

machines = [
    path("feed/", feeds.articles, name="feed"),
    path("oembed", oembed, name="oembed"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path(
        "sitemap.xml", require_safe(sitemap_index), {"sitemaps": sitemaps.SITEMAPS}, name="sitemap"
    ),
    path(
        "sitemap-<section>.xml",
        require_safe(sitemap_section),
        {"sitemaps": sitemaps.SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
]

urlpatterns = [
    # Before the pages: to come by one prefix is quicker than by all of them.
    path("api/v1/", include(api)),
    *pages,
    *machines,
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("media/<path:name>", media, name="media"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

handler400 = "forum.lib.views.error_400"
handler403 = "forum.lib.views.error_403"
handler404 = "forum.lib.views.error_404"
handler500 = "forum.lib.views.error_500"
