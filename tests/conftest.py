"""The cast, and what they meet on."""

from __future__ import annotations

import gc

import pytest
from rest_framework.test import APIClient

from tests import append_only, factories
from tests.browser import PATIENCE, chromium
from tests.memory import forget_now


def pytest_collection_finish():
    """What is loaded by now stays: to look through it for garbage takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _log_can_be_flushed():
    with append_only.lifted_for_flushes():
        yield


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Another test's article has the same number, and no change told of it."""
    forget_now()


@pytest.fixture
def alice(db):
    """A reader."""
    return factories.make_user("alice", display_name="Alice Liddell")


@pytest.fixture
def bob(db):
    """Another reader."""
    return factories.make_user("bob", display_name="Bob Cratchit")


@pytest.fixture
def carol(db):
    """A moderator."""
    return factories.make_user("carol", display_name="Carol Kidd", is_moderator=True)


@pytest.fixture
def mallory(db):
    """Another moderator."""
    return factories.make_user("mallory", display_name="Mallory Archer", is_moderator=True)


@pytest.fixture
def dan(db):
    """Staff of a course."""
    return factories.make_course_staff("dan")


@pytest.fixture
def erin(db):
    """An editor who is in no course."""
    return factories.make_user("erin", is_editor=True)


@pytest.fixture
def sam(db, dan):
    """A student in Dan's course."""
    from forum.courses.models import Course, Membership, Role

    person = factories.make_user("sam")
    Membership.objects.create(
        user=person, course=Course.objects.get(slug="reading"), role=Role.STUDENT
    )
    return person


@pytest.fixture
def frances(db):
    """The site's admin."""
    return factories.make_user("frances", is_superuser=True, is_staff=True)


@pytest.fixture
def codebook(db):
    """The default codebook, "Critical reading"."""
    from annotations.codebooks.defaults import ensure_default_codebook

    return ensure_default_codebook()


@pytest.fixture
def rules(db):
    """The default rules, as a dict by slug."""
    from forum.moderation.defaults import ensure_default_rules
    from forum.moderation.models import Rule

    ensure_default_rules()
    return {rule.slug: rule for rule in Rule.objects.all()}


@pytest.fixture
def article(dan, codebook):
    """A published article by Dan."""
    return factories.make_article(author=dan)


@pytest.fixture
def api():
    """A client of the API; ``api.force_authenticate(person)`` says who it is."""
    return APIClient()


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser, live_server):
    """A fresh page on the live server. A script error or a CSP breach on it fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
    )
    yield opened
    context.close()
    assert complaints == []
