"""Notice of something illegal, given without an account, until its outcome can be read."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from forum.discussion.models import Kind, Post
from forum.guests import forms
from forum.guests.letters import deliver_letters
from forum.moderation.models import Notice
from tests.browser import expect

pytestmark = pytest.mark.browser


def test_from_the_form_to_the_outcome(page, log_in, demo, live_server, settings, monkeypatch):
    monkeypatch.setattr(forms, "QUICKEST", 0)
    settings.SITE_URL = live_server.url
    post = Post.objects.filter(
        kind=Kind.COMMENT, state="published", audience="public", note=None, cases=None
    ).first()
    assert post
    page.goto("/")
    page.get_by_role("link", name="Report illegal content").click()
    page.get_by_label("Address of what is illegal").fill(f"{live_server.url}/posts/{post.pk}/")
    page.get_by_role("button", name="Go on").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text(post.author_name)
    page.get_by_label("What is it about?").select_option("ILLEGAL_OR_HARMFUL_SPEECH")
    page.get_by_label("Why is it illegal?").fill("It accuses somebody of a crime.")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Your e-mail address").fill("nora@example.org")
    page.get_by_role("button", name="Send the notice").click()
    # Nothing that was typed is lost because of the box that is missing.
    expect(main).to_contain_text("Confirm that what you say is")
    expect(page.get_by_label("Why is it illegal?")).to_have_value("It accuses somebody of a crime.")
    page.get_by_label("I believe in good faith").check()
    page.get_by_role("button", name="Send the notice").click()
    expect(main).to_contain_text("We have received your notice.")
    notice = Notice.objects.get()
    assert mail.outbox or deliver_letters.call()

    log_in("moderator")
    page.goto(notice.case.get_absolute_url())
    expect(main).to_contain_text("It accuses somebody of a crime.")
    expect(main).to_contain_text("nora@example.org")
    page.get_by_label("Keep").first.check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator(".state").first).to_contain_text("Decided")

    deliver_letters.call()
    link = re.search(r"http://\S+(/notices/[^/\s]+/)", str(mail.outbox[-1].body))
    assert link
    page.context.clear_cookies()
    page.goto(link[1])
    expect(main).to_contain_text("It stays. We do not find it illegal.")
    page.get_by_label("Why is this decision wrong?").fill("It is libel all the same.")
    page.get_by_role("button", name="Send the appeal").click()
    expect(main).to_contain_text("It has arrived.")
