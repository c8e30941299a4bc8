"""Every address of the site but those of the API, which stand in ``forum.api_urls``.

That registers the converters of both.
"""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap as sitemap_section
from django.urls import include, path
from django.views.decorators.http import require_safe

from annotations import feeds as note_feeds
from annotations import styleguide as guide
from annotations import views as annotations
from annotations.exports import views as exports
from annotations.oembed import oembed
from annotations.own_data import views as own
from annotations.page import thread_views as thread
from annotations.placement import placing_views as placing
from annotations.placement import revision_views as revisions
from annotations.profiles import views as people
from annotations.quotations import quote_views as quotes
from annotations.search import views as search
from forum import api_urls
from forum.accounts import erasing_views as erasing
from forum.accounts import second_factor_views as second_factor
from forum.accounts import session_views
from forum.accounts import views as accounts
from forum.accounts.language_views import language
from forum.discussion import views as discussion
from forum.discussion.feeds import sitemaps
from forum.discussion.feeds import views as feeds
from forum.discussion.following import views as following
from forum.discussion.histories import views as history
from forum.discussion.mentions import views as mentions
from forum.discussion.publishing import discussion_views as talk
from forum.discussion.publishing import views as staff
from forum.discussion.writing import editing_views as editing
from forum.discussion.writing import responding_views as responding
from forum.guests import views as guests
from forum.lib.admin import enters_the_admin
from forum.lib.views import healthz, media, readyz
from forum.moderation import comfort_views as comfort
from forum.moderation import reason_views as reasons
from forum.moderation import redress_views as redress
from forum.moderation import views as moderation
from forum.moderation.notices import views as notices
from forum.moderation.oversight import review_views
from forum.moderation.oversight import views as oversight
from forum.moderation.people import appeal_views as appeal_pages
from forum.moderation.people import standing_views as standing
from forum.moderation.people import views as people_pages
from forum.moderation.queue import bulk_views as bulk
from forum.moderation.queue import views as queue
from forum.moderation.roles import views as roles
from forum.moderation.rulebook import views as rulebook
from forum.moderation.transparency import report_views as report
from forum.moderation.transparency import views as openness
from forum.notifications import views as notifications
from forum.screening import refusal_views as refused
from forum.screening import views as screening

pages = [
    path("", discussion.home, name="home"),
    path("search/", search.search_page, name="search"),
    # An article and what hangs on it
    path("articles/<slug:slug>/", annotations.article, name="article"),
    path("articles/<slug:slug>/feed/", feeds.responses, name="article-feed"),
    path("articles/<slug:slug>/notes/feed/", note_feeds.notes, name="notes-feed"),
    path("articles/<slug:slug>/personal/", annotations.personal, name="article-personal"),
    path("articles/<slug:slug>/news/", thread.news, name="article-news"),
    path("articles/<slug:slug>/part/", thread.part, name="article-part"),
    path("articles/<slug:slug>/follow/", following.follow_article, name="article-follow"),
    path("articles/<slug:slug>/people/", mentions.people, name="article-people"),
    path("articles/<slug:slug>/respond/", responding.respond, name="respond"),
    path("articles/<slug:slug>/annotate/", annotations.annotate, name="annotate"),
    # One post, of whatever kind
    path("posts/<id:pk>/", discussion.post, name="post"),
    path("posts/<id:pk>/edit/", editing.edit, name="post-edit"),
    path("posts/<id:pk>/history/", history.history, name="post-history"),
    path("posts/<id:pk>/revisions/<id:number>/", revisions.revision, name="post-revision"),
    path("posts/<id:pk>/revisions/<id:number>/report/", revisions.report, name="revision-report"),
    path("posts/<id:pk>/place/", placing.place, name="annotation-place"),
    path("posts/<id:pk>/withdraw/", editing.withdraw, name="post-withdraw"),
    path("posts/<id:pk>/reinstate/", editing.reinstate, name="post-reinstate"),
    path("posts/<id:pk>/flag/", moderation.flag, name="post-flag"),
    path("posts/<id:pk>/notice/", notices.give, name="post-notice"),
    path("posts/<id:pk>/endorse/", discussion.endorse, name="post-endorse"),
    path("posts/<id:pk>/follow/", following.follow_thread, name="post-follow"),
    path("posts/<id:pk>/quotes/", quotes.mark_quotes, name="post-quotes"),
    path("posts/<id:pk>/author/", people.author, name="post-author"),
    # People
    path("people/<username:username>/", people.person, name="person"),
    path("people/<username:username>/follow/", following.follow_person, name="person-follow"),
    path("people/<username:username>/mute/", following.mute_person, name="person-mute"),
    path("pictures/<id:colour>/<str:letters>.svg", people.picture, name="picture"),
    # Codebooks and rules, which everybody may read
    path("codebooks/<slug:slug>/", annotations.codebook, name="codebook"),
    path("rules/", rulebook.rules, name="rules"),
    path("rules/<slug:slug>/", rulebook.rule, name="rule"),
    path("rules/<slug:slug>/<id:number>/", rulebook.rule, name="rule-version"),
    # Notices of illegal content
    path("notices/new/", notices.new, name="notice-new"),
    path("notices/<str:token>/", notices.notice, name="notice"),
    path("notices/<str:token>/stop/", notices.stop, name="notice-stop"),
    path("transparency/", report.transparency, name="transparency"),
    path("transparency/<id:number>/", report.transparency, name="transparency-year"),
    path("transparency/<id:number>.csv", report.transparency_csv, name="transparency-csv"),
    path("transparency/<id:number>.zip", report.transparency_template, name="transparency-zip"),
    path("moderation/log/", openness.public_log, name="moderation-log"),
    path("moderation/log.csv", openness.public_log_csv, name="moderation-log-csv"),
    path("moderation/log/feed/", openness.public_log_feed, name="moderation-log-feed"),
    # Those who work on the site
    path("styleguide/", guide.styleguide, name="styleguide"),
    path("decisions/<id:pk>/", redress.decision, name="decision"),
    path("decisions/<id:pk>/appeal/", redress.appeal, name="decision-appeal"),
    # Moderators
    path("moderation/", queue.queue, name="moderation"),
    path("moderation/news/", queue.news, name="moderation-news"),
    path("moderation/next/", queue.take_next, name="moderation-next"),
    path("moderation/undo/", queue.undo, name="moderation-undo"),
    path("moderation/bulk/", bulk.bulk, name="moderation-bulk"),
    path("moderation/cases/<id:pk>/claim/", queue.claim, name="case-claim"),
    path("moderation/cases/<id:pk>/", moderation.case, name="case"),
    path("moderation/cases/<id:pk>/decide/", moderation.decide, name="case-decide"),
    path("moderation/cases/<id:pk>/reopen/", moderation.reopen, name="case-reopen"),
    path("moderation/refused/", refused.refusals, name="refusals"),
    path("moderation/words/", screening.words, name="words"),
    path("moderation/words/new/", screening.new_word_list, name="word-list-new"),
    path("moderation/words/<id:pk>/", screening.word_list, name="word-list"),
    path("moderation/words/<id:pk>/text/", screening.export_words, name="word-list-export"),
    path("moderation/statements/", openness.statements, name="statements"),
    path(
        "moderation/statements/download/",
        openness.download_statements,
        name="statements-download",
    ),
    path("moderation/rules/new/", rulebook.new_rule, name="rule-new"),
    path("moderation/rules/<slug:slug>/", rulebook.edit_rule, name="rule-edit"),
    path("moderation/rules/<slug:slug>/retire/", rulebook.retire, name="rule-retire"),
    path("moderation/appeals/<id:pk>/", redress.appeal_decide, name="appeal"),
    # Those who look after moderators
    path("moderation/oversight/", oversight.oversight, name="oversight"),
    path("moderation/oversight/figures.csv", oversight.download, name="oversight-csv"),
    path(
        "moderation/oversight/people/<username:username>/revert/",
        oversight.revert,
        name="moderator-revert",
    ),
    path("moderation/oversight/bulks/<id:pk>/undo/", oversight.undo, name="revert-undo"),
    path("moderation/reviews/", review_views.reviews, name="reviews"),
    path("moderation/reviews/<id:pk>/", review_views.review, name="review"),
    path("moderation/roles/", roles.roles, name="roles"),
    path("moderation/roles/<id:pk>/take/", roles.take, name="role-take"),
    path("moderation/roles/admins/<id:pk>/take/", roles.take_admin, name="admin-take"),
    path("moderation/reasons/", reasons.reasons, name="reasons"),
    path("moderation/reasons/<id:pk>/", reasons.reason, name="reason"),
    path("moderation/reasons/<id:pk>/delete/", reasons.delete, name="reason-delete"),
    path("moderation/people/", people_pages.people, name="moderated-people"),
    path("moderation/people/<username:username>/", people_pages.record, name="person-record"),
    path("moderation/people/<username:username>/notes/", people_pages.note, name="person-notes"),
    path(
        "moderation/people/<username:username>/sanction/",
        people_pages.sanction_person,
        name="person-sanction",
    ),
    path("moderation/sanctions/<id:pk>/", people_pages.sanction, name="sanction"),
    path(
        "moderation/sanctions/<id:pk>/appeal/",
        appeal_pages.sanction_appeal,
        name="sanction-appeal-decide",
    ),
    path("moderation/sanctions/<id:pk>/lift/", people_pages.lift, name="sanction-lift"),
    path("moderation/sanctions/<id:pk>/approval/", people_pages.approval, name="sanction-approval"),
    # Those who publish
    path("staff/articles/", staff.articles, name="staff-articles"),
    path("staff/articles/new/", staff.new_article, name="article-new"),
    path("staff/articles/<slug:slug>/edit/", staff.edit_article, name="article-edit"),
    path("staff/articles/<slug:slug>/discussion/", talk.discussion, name="article-discussion"),
    path("staff/articles/<slug:slug>/publish/", staff.publish_draft, name="article-publish"),
    path("staff/articles/<slug:slug>/orphans/", placing.orphans, name="article-orphans"),
    path("staff/articles/<slug:slug>/export/", exports.export_page, name="export"),
    path("staff/articles/<slug:slug>/export/download/", exports.download, name="export-download"),
    # Guests
    path("guests/sent/", guests.sent, name="guest-sent"),
    path("guests/claim/", guests.claim, name="guest-claim"),
    path("guests/decisions/<str:token>/", redress.guest_decision, name="guest-decision"),
    path("guests/<str:token>/", guests.response, name="guest-response"),
    path("guests/<str:token>/stop/", guests.stop, name="guest-stop"),
    # A person's own
    path("you/", accounts.you, name="you"),
    path("you/desk/", comfort.desk_settings, name="desk-settings"),
    path("language/", language, name="language"),
    path("you/sessions/", session_views.sessions, name="sessions"),
    path("you/standing/", standing.standing, name="standing"),
    path("you/standing/<id:pk>/", standing.statement, name="sanction-statement"),
    path("you/standing/<id:pk>/appeal/", standing.appeal, name="sanction-appeal"),
    path("you/standing/<id:pk>/acknowledge/", standing.acknowledge, name="standing-acknowledge"),
    path("you/data/", own.data, name="you-data"),
    path("you/erase/", erasing.erase, name="you-erase"),
    path("notifications/", notifications.inbox, name="notifications"),
    path("notifications/settings/", notifications.settings, name="notifications-settings"),
    path("notifications/following/", following.followed, name="followed"),
    path("notifications/stop/<str:token>/", notifications.stop, name="notifications-stop"),
    path("notifications/read/", notifications.mark_read, name="notifications-read"),
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

two_steps = [
    path("", second_factor.two_steps, name="mfa_index"),
    path("totp/activate/", second_factor.activate_app, name="mfa_activate_totp"),
    path("recovery-codes/", second_factor.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("webauthn/", second_factor.passkeys, name="mfa_list_webauthn"),
    path("webauthn/add/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path(
        "webauthn/reauthenticate/",
        second_factor.reauthenticate_by_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
]

# The site asks more of who enters than the admin does, whose own form knows no second factor.
admin.site.has_permission = enters_the_admin  # type: ignore[method-assign]  # on purpose
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # likewise

urlpatterns = [
    # Before the pages: to come by one prefix is quicker than by all of them.
    path("api/v1/", include(api_urls)),
    *pages,
    *machines,
    # Before allauth's, which have these addresses and names as well.
    path("accounts/2fa/", include(two_steps)),
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
