"""Being told of an answer, on the site and by e-mail, and stopping the e-mails with one press."""

from __future__ import annotations

import re

import pytest

from forum.accounts.models import User
from forum.discussion.models import Article
from forum.notifications.outbox import deliver_outbox
from tests.browser import expect
from tests.factories import make_comment

pytestmark = pytest.mark.browser


def test_an_answer_is_told_and_its_e_mails_are_stopped(page, log_in, mailoutbox):
    article = Article.objects.select_related("post").get(slug="us-china-north-korea")
    reader, walt = User.objects.get(username="reader"), User.objects.get(username="moderator")
    mine = make_comment(article, author=reader, source="The first step is wrong.")
    make_comment(article, author=walt, source="Which one?", parent=mine)
    deliver_outbox.call()
    (told,) = [message for message in mailoutbox if message.to == [reader.email]]
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    # Nobody is logged in here.
    stop = re.search(r"https?://[^/]+(/notifications/stop/\S+)", told.body)
    assert stop
    page.goto(stop[1])
    page.get_by_role("button", name="Stop them").click()
    expect(page.get_by_role("heading", name="No more e-mails")).to_be_visible()
    make_comment(article, author=walt, source="Do say.", parent=mine)
    deliver_outbox.call()
    assert len([message for message in mailoutbox if message.to == [reader.email]]) == 1

    # On the site both are told; chosen again, e-mails come once a day.
    page = log_in("reader")
    page.goto("/notifications/")
    expect(page.locator(".list-item.is-unread", has_text="answered your response")).to_have_count(2)
    page.goto("/notifications/settings/")
    choice = page.get_by_label(re.compile("answer|reply", re.IGNORECASE)).first
    expect(choice).to_have_value("never")
    choice.select_option("daily")
    page.get_by_role("button", name="Save").click()
    page.goto("/notifications/settings/")
    expect(page.get_by_label(re.compile("answer|reply", re.IGNORECASE)).first).to_have_value(
        "daily"
    )
