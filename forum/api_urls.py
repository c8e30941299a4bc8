"""Every address of the API, under ``/api/v1/``."""

from django.urls import path, register_converter
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from annotations import api as annotations_api
from annotations import comments_api
from annotations.own_data import views as own
from annotations.search import api as search_api
from forum.discussion import api as discussion_api
from forum.discussion.following import api as following_api
from forum.lib.api import KeptSchema
from forum.lib.converters import IdConverter, UsernameConverter
from forum.lib.views import problem_404
from forum.moderation import api as moderation_api
from forum.moderation import redress_api
from forum.moderation.people import api as people_api
from forum.moderation.queue import acting_api, listing_api
from forum.moderation.queue import api as queue_api
from forum.moderation.roles import api as roles_api
from forum.moderation.rulebook import api as rulebook_api
from forum.moderation.transparency import api as openness_api
from forum.screening import refusal_views as refused

register_converter(IdConverter, "id")
register_converter(UsernameConverter, "username")

urlpatterns = [
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
    path("search/", search_api.Search.as_view(), name="api-search"),
    path("codebooks/", annotations_api.CodebookList.as_view(), name="api-codebooks"),
    path("posts/<id:pk>/flags/", moderation_api.FlagCreate.as_view(), name="api-flags"),
    path("following/", following_api.Following.as_view(), name="api-following"),
    path(
        "posts/<id:pk>/subscription/",
        following_api.PostSubscription.as_view(),
        name="api-post-subscription",
    ),
    path(
        "people/<username:username>/subscription/",
        following_api.PersonSubscription.as_view(),
        name="api-person-subscription",
    ),
    path(
        "people/<username:username>/mute/",
        following_api.PersonMute.as_view(),
        name="api-person-mute",
    ),
    path("rules/", moderation_api.RuleList.as_view(), name="api-rules"),
    path("moderation-log/", openness_api.ModerationLog.as_view(), name="api-moderation-log"),
    path("refusals/", refused.Refusals.as_view(), name="api-refusals"),
    path("statements/", openness_api.Statements.as_view(), name="api-statements"),
    path("rules/<slug:slug>/", rulebook_api.RuleVersions.as_view(), name="api-rule"),
    path(
        "rules/<slug:slug>/<id:number>/",
        rulebook_api.RuleVersion.as_view(),
        name="api-rule-version",
    ),
    path("roles/", roles_api.RoleList.as_view(), name="api-roles"),
    path("roles/<id:pk>/", roles_api.RoleDetail.as_view(), name="api-role"),
    path("queue/", listing_api.QueueList.as_view(), name="api-queue"),
    path("cases/", moderation_api.CaseList.as_view(), name="api-cases"),
    path("cases/<id:pk>/", moderation_api.CaseDetail.as_view(), name="api-case"),
    path(
        "cases/<id:pk>/decisions/",
        moderation_api.DecisionCreate.as_view(),
        name="api-decisions",
    ),
    path("cases/<id:pk>/priority/", queue_api.CasePriority.as_view(), name="api-case-priority"),
    path("cases/<id:pk>/claim/", acting_api.CaseClaim.as_view(), name="api-case-claim"),
    path("cases/<id:pk>/reopen/", moderation_api.CaseReopen.as_view(), name="api-case-reopen"),
    path("decisions/<id:pk>/", redress_api.DecisionDetail.as_view(), name="api-decision"),
    path("decisions/<id:pk>/undo/", acting_api.DecisionUndo.as_view(), name="api-decision-undo"),
    path("decisions/<id:pk>/appeals/", redress_api.AppealCreate.as_view(), name="api-appeals"),
    path("appeals/<id:pk>/", redress_api.AppealDetail.as_view(), name="api-appeal"),
    path(
        "exports/annotations/",
        annotations_api.AnnotationExport.as_view(),
        name="api-export-annotations",
    ),
    path("sanctions/", people_api.SanctionList.as_view(), name="api-sanctions"),
    path("sanctions/<id:pk>/", people_api.SanctionDetail.as_view(), name="api-sanction"),
    path(
        "sanctions/<id:pk>/appeal/",
        people_api.SanctionAppealDetail.as_view(),
        name="api-sanction-appeal",
    ),
    path("sanctions/<id:pk>/lift/", people_api.SanctionLift.as_view(), name="api-sanction-lift"),
    path(
        "sanctions/<id:pk>/approval/",
        people_api.SanctionApproval.as_view(),
        name="api-sanction-approval",
    ),
    path(
        "people/<username:username>/record/",
        people_api.PersonRecord.as_view(),
        name="api-person-record",
    ),
    path(
        "people/<username:username>/sanctions/",
        people_api.PersonSanctions.as_view(),
        name="api-person-sanctions",
    ),
    path(
        "people/<username:username>/notes/",
        people_api.PersonNotes.as_view(),
        name="api-person-notes",
    ),
    path("you/standing/", people_api.OwnStandingDetail.as_view(), name="api-standing"),
    path(
        "you/standing/<id:pk>/appeals/",
        people_api.OwnAppealCreate.as_view(),
        name="api-standing-appeals",
    ),
    path(
        "you/standing/<id:pk>/acknowledgement/",
        people_api.Acknowledgement.as_view(),
        name="api-acknowledgement",
    ),
    path("you/data/", own.OwnData.as_view(), name="api-own-data"),
    path("schema/", SpectacularAPIView.as_view(generator_class=KeptSchema), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("<path:rest>", problem_404, name="api-404"),
]
