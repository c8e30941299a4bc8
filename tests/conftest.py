"""The cast, and what they meet on."""

from __future__ import annotations

import gc
from contextlib import ExitStack

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests import blank, factories
from tests.browser import Window, chromium
from tests.memory import forget_now

# Until all tests are collected nothing is garbage.
gc.disable()

#: Take longest, so they begin first: no worker is left with one when the others are done.
LONG = ("test_going_back.py", "test_permissions.py", "test_leaks.py")


def pytest_ignore_collect(collection_path, config):
    """Where only browser tests are asked for, the files without one need not be looked through."""
    only_browser = config.option.markexpr == "browser" and collection_path.suffix == ".py"
    return True if only_browser and "browser" not in collection_path.read_text("utf-8") else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_collection_finish():
    """What is loaded by now stays: to look through it for garbage takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def _made_before(django_db_modify_db_settings, pytestconfig):
    return blank.made_before(pytestconfig.cache.mkdir("migrated"))


@pytest.fixture(scope="session")
def _turn(_made_before):
    """Held by one worker at a time, until there is a database that the others can copy."""
    with ExitStack() as turn:
        if blank.is_sqlite():
            turn.enter_context(blank.one_at_a_time(_made_before))
        yield turn


@pytest.fixture(scope="session")
def django_db_keepdb(_made_before, _turn, pytestconfig):
    """A database that was made before is not made again."""
    return blank.bring(_made_before) or pytestconfig.getvalue("reuse_db")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, django_db_blocker, _made_before, _turn):
    with django_db_blocker.unblock():
        if blank.is_sqlite() and not django_db_keepdb:
            blank.keep(_made_before)
        _turn.close()
        with blank.after_each_that_commits():
            yield


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Another test's article has the same number, and no change told of it."""
    forget_now()


@pytest.fixture
def as_(client: Client):
    """``as_(person)`` is a client in which that person is logged in."""

    def log_in(person) -> Client:
        client.logout()
        client.force_login(person)
        return client

    return log_in


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


@pytest.fixture(scope="session")
def _window(django_db_setup, browser, live_server):
    # The database is set up first, so that it is taken down after all that is connected to it.
    window = Window(browser, live_server.url)
    yield window
    window.close()


@pytest.fixture
def page(_window):
    """A fresh page on the live server. A script error or a CSP breach on it fails the test."""
    opened = _window.open()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
    )
    yield opened
    _window.leave(opened)
    assert complaints == []
