"""Who is called when something is written, screened or erased.

Named here, for what is called stands above ``forum.discussion`` in the import order.
"""

#: Called with the old revision of a post (``None`` for its first) and the new one, inside the
#: transaction that wrote it.
REVISION_FOLLOWERS = [
    "forum.moderation.actions.note_new_revision",
    "annotations.actions.follow_revision",
]
#: The same, when everything else that belongs to the revision is written.
REVISION_ENDINGS = ["forum.moderation.queue.placing.place_revised"]
#: Called with a post that its author withdraws or puts back and the state that it gets, before it
#: does; each returns what is to be called afterwards. All of it inside one transaction.
WITHDRAWAL_FOLLOWERS = ["forum.moderation.actions.note_withdrawal"]
#: Called with a response and its new words before the transaction that writes them; each returns
#: what is to be called with the revision inside it.
RESPONSE_PREPARERS = ["annotations.quotations.quoting.look_for_quotes"]
#: Called with the request and a response that somebody has just posted or edited on a page, to
#: tell them what has come of it; each returns whether it had anything to tell.
RESPONSE_FOLLOWERS = ["annotations.quotations.quote_views.offer_quotes"]
#: Who tells what a new text would do to what is marked on the old one, and what a revision did.
REVISION_REPORTS = {
    "before": "annotations.placement.report.report_on",
    "after": "annotations.placement.report.report_of",
}
#: The tags of a note, for moderators: those it has, those it could have, those of some names that
#: it may get, and giving it others.
NOTE_TAGS = {
    "read": "annotations.retagging.tags_of",
    "offer": "annotations.retagging.offered",
    "label": "annotations.retagging.labels",
    "by_note": "annotations.retagging.by_note",
    "choose": "annotations.retagging.choose",
    "write": "annotations.retagging.put_tags",
}
#: Called in this order with a person whose account is being erased, and with what becomes of their
#: posts (``accounts.models.Leaving``), inside the transaction that deletes the account: twice, but
#: for the last, which takes them off their posts.
ERASURE_STEPS = [
    "forum.moderation.erasing.hold_cases",
    "forum.discussion.erasing.erase_words",
    "forum.moderation.erasing.erase_record",
    "forum.screening.erasing.erase_signals",
    "annotations.erasing.erase_marks",
    "forum.guests.actions.forget_claims",
    "forum.notifications.erasing.erase_notices",
    "forum.discussion.erasing.count_changes",
    "forum.discussion.erasing.let_go",
]
#: What looks at words before they are published, in this order (``forum.screening``). Each leaves a
#: signal for moderators; what the worst of them says is done.
SCREENING_STEPS = [
    "forum.screening.steps.RATE",
    "forum.screening.steps.ARTICLE",
    "forum.moderation.people.premoderation.PEOPLE",
    "forum.screening.steps.GUESTS",
    "forum.screening.steps.NEWCOMERS",
    "forum.screening.steps.PAST_REMOVALS",
    "forum.screening.lists.LISTED_WORDS",
    "forum.screening.steps.SAME_AGAIN",
    "forum.screening.steps.MANY_LINKS",
    "forum.screening.hook.SITE_CHECK",
    "forum.screening.akismet.AKISMET_CHECK",
]
