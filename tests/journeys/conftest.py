"""The demo site, a browser on it, and what a hand does there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from django.conf import settings
from django.test import Client
from django.utils.crypto import get_random_string

from forum.accounts.models import User
from tests.browser import Remote, expect
from tests.snapshot import bring_demo

PASSWORD = "postil-demo"
ARTICLE = "/articles/us-china-north-korea/"

#: Where a phrase stands on the screen: the middle of its first and of its last character.
_PLACE = """([root, phrase]) => {
  const walker = document.createTreeWalker(document.querySelector(root), NodeFilter.SHOW_TEXT);
  let text = "";
  const nodes = [];
  while (walker.nextNode()) {
    nodes.push([walker.currentNode, text.length]);
    text += walker.currentNode.data;
  }
  const start = text.indexOf(phrase);
  if (start < 0) throw new Error("not on this page: " + phrase);
  const box = (offset) => {
    const [node, at] = nodes.findLast(([, begin]) => begin <= offset);
    const range = document.createRange();
    range.setStart(node, offset - at);
    range.setEnd(node, offset - at + 1);
    return range.getBoundingClientRect();
  };
  box(start);
  const [node] = nodes.findLast(([, begin]) => begin <= start);
  node.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
  const [first, last] = [box(start), box(start + phrase.length - 1)];
  return [first.left + 1, first.top + first.height / 2,
          last.right - 1, last.top + last.height / 2];
}"""


@pytest.fixture
def demo(transactional_db):
    """The seeded demo site."""
    bring_demo()


@pytest.fixture
def log_in(page: Remote, demo: None, live_server: Any) -> Callable[[str], Remote]:
    """Be logged in from the next page on, whatever is open: ``log_in("reader")``."""

    def act(username: str) -> Remote:
        client = Client()
        client.force_login(User.objects.get(username=username))
        cookies = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            # As logging in leaves it: else of two answers at once each brings one of its own.
            settings.CSRF_COOKIE_NAME: get_random_string(32),
        }
        page.context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        return page

    return act


@pytest.fixture
def log_in_by_form(page: Remote, demo: None) -> Callable[[str], Remote]:
    """Log in as people do: ``log_in_by_form("reader")``. Each role has a journey that does."""

    def act(username: str) -> Remote:
        page.goto("/accounts/login/")
        page.get_by_label("User name or e-mail").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Log in").click()
        expect(page.get_by_role("button", name="Log out")).to_be_visible()
        return page

    return act


#: Whether what is selected is the words asked for, which the page may have moved meanwhile.
_SELECTED = """(phrase) => {
  const bare = (text) => text.replace(/\\s+/g, " ").trim();
  return bare(getSelection().toString()) === bare(phrase);
}"""


def select(page: Remote, root: str, phrase: str) -> None:
    """Drag the mouse over ``phrase`` inside the element ``root``.

    Again if that took other words: what is the reader's own may just have come, and moved the text.
    """
    for _attempt in range(3):
        x1, y1, x2, y2 = page.evaluate(_PLACE, [root, phrase])
        page.mouse.move(x1, y1)
        page.mouse.down()
        page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=4)
        page.mouse.move(x2, y2, steps=4)
        page.mouse.up()
        if page.evaluate(_SELECTED, phrase):
            return


def annotate(page: Remote, root: str, phrase: str) -> Remote:
    """Select ``phrase`` with the mouse and ask to annotate it; answer the form."""
    select(page, root, phrase)
    page.get_by_role("button", name="Annotate").click()
    return cast("Remote", page.get_by_role("dialog", name="Annotate this passage"))
