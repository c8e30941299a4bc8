"""A real Chromium for tests, kept in a thread of its own.

Playwright's synchronous API runs an event loop in the thread that uses it, and Django refuses
database work there. So the browser lives in one worker thread, and ``Remote`` stands for its
objects in the test: every call is carried over, every answer carried back.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ClassVar, cast

import pytest

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page takes the process of the one before it, which has compiled the scripts.
    "--process-per-site",
]
#: What a test does that lasts beyond its page, so that the next test gets nothing of it.
LASTING = {"clock", "grant_permissions", "set_offline", "set_extra_http_headers", "expose_binding"}
#: How long a page may take to show what is waited for, in milliseconds.
PATIENCE = 10_000
#: A page of notes has them in their places, and the reader's own; its strip is drawn.
_IS_WHOLE = """() => {
  const list = document.querySelector("[data-notes-list]");
  if (list && !list.matches(".is-settled")) return false;
  if (!document.querySelector("[data-personal]")) return true;
  const heat = document.querySelector("[data-heat]");
  return /Log (in|out)/.test(document.querySelector("[data-personal-masthead]").textContent)
    && (heat.childElementCount > 0 || !list.childElementCount);
}"""


def chromium_path() -> str | None:
    """Where Chromium is, or ``None``. Without its windows it takes two thirds of the time."""
    chosen = os.environ.get("CHROMIUM")
    return chosen or shutil.which("chromium-headless-shell") or shutil.which("chromium")


class Remote:
    """A Playwright object that lives in the browser's thread."""

    #: What of any such object was asked for since it was cleared.
    asked: ClassVar[set[str]] = set()

    def __init__(self, run: Callable[..., Any], target: object) -> None:
        object.__setattr__(self, "_run", run)
        object.__setattr__(self, "_target", target)

    def __getattr__(self, name: str) -> Any:
        self.asked.add(name)
        value = self._run(getattr, self._target, name)
        if not callable(value):
            return self._wrapped(value)

        def call(*args: Any, **kwargs: Any) -> Any:
            args = tuple(_bare(arg) for arg in args)
            kwargs = {key: _bare(arg) for key, arg in kwargs.items()}
            return self._wrapped(self._run(value, *args, **kwargs))

        return call

    def __enter__(self) -> Remote:
        return cast("Remote", self._wrapped(self._run(self._target.__enter__)))

    def __exit__(self, *error: object) -> None:
        self._run(self._target.__exit__, *error)

    def _wrapped(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._wrapped(item) for item in value]
        if type(value).__module__.startswith("playwright."):
            return Remote(self._run, value)
        return value


def _bare(value: Any) -> Any:
    return value._target if isinstance(value, Remote) else value


def expect(remote: Remote) -> Remote:
    """Playwright's ``expect``, for an object of the browser's thread."""
    from playwright.sync_api import expect as playwright_expect

    playwright_expect.set_options(timeout=PATIENCE)
    return Remote(remote._run, remote._run(playwright_expect, remote._target))


def becomes(look: Callable[[], Any], wanted: Any = True) -> None:
    """Wait until ``look()`` answers ``wanted``.

    For places, highlights and the like, of which ``expect`` knows nothing: a page puts them right
    in its next frame, and a test may be faster.
    """
    until = time.monotonic() + PATIENCE / 1000
    while (seen := look()) != wanted and time.monotonic() < until:
        time.sleep(0.03)
    assert seen == wanted


def edges(element: Remote) -> dict[str, float]:
    """Where an element is in the window: ``left``, ``top``, ``right``, ``bottom``, in pixels."""
    return cast("dict[str, float]", element.evaluate("it => it.getBoundingClientRect().toJSON()"))


def wait_until_whole(page: Remote) -> None:
    """Wait until the scripts of a page have put in what they fetch, and stand still."""
    page.wait_for_function(_IS_WHOLE)


class Window:
    """A window of the browser whose pages come one after the other, each as if it were the first.

    A window of its own for every page would take a third of a journey's time.
    """

    def __init__(self, browser: Remote, address: str) -> None:
        self._browser, self._address = browser, address
        self._context: Remote | None = None

    def open(self) -> Remote:
        """An empty page, with nothing that another has left."""
        if self._context is None:
            self._context = self._browser.new_context(base_url=self._address, locale="en-GB")
            self._context.set_default_timeout(PATIENCE)
            # It keeps the process, and gets at what the site has stored.
            self._keeper = self._context.new_page()
            self._keeper.goto("/healthz")
            self._devtools = self._context.new_cdp_session(self._keeper)
        Remote.asked.clear()
        return cast("Remote", self._context.new_page())

    def leave(self, page: Remote) -> None:
        """Close the page and forget all that came with it."""
        if self._context is None or LASTING & Remote.asked:
            self.close()
            return
        page.close()
        self._context.clear_cookies()
        self._keeper.evaluate("localStorage.clear()")
        self._devtools.send("Network.clearBrowserCache")

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
            self._context = None


@contextmanager
def chromium() -> Iterator[Remote]:
    """Start Chromium for as long as the block runs; skip, or fail, where there is none."""
    path = chromium_path()
    if path is None:
        message = (
            "There is no Chromium (apt install chromium-headless-shell): browser tests cannot run"
        )
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with ThreadPoolExecutor(max_workers=1) as thread:

        def run(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return thread.submit(function, *args, **kwargs).result()

        playwright = run(sync_api.sync_playwright().start)
        try:
            browser = run(playwright.chromium.launch, executable_path=path, args=ARGUMENTS)
            yield Remote(run, browser)
            run(browser.close)
        finally:
            run(playwright.stop)
