"""A discussion of 3,000 responses on a phone, cold: when the first is there, and whether it moves.

Each round starts the server anew, waits until somebody can connect (*start*), and opens
``#responses`` in a new Chromium context of 390 by 844 pixels with nothing cached. It is not the
latest article, which the server has made a page of by then. *First response* is when the first one
that lies in the window has been painted, from the moment the address was given; *server* is what
of that went by until the first byte came. Then the whole page is scrolled through, more responses
are asked for, and all is scrolled through again; what kept the main thread for more than 50 ms is
told, with the layout that shifted by itself.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks._server import free_port, make_site, postil
from tests.browser import chromium, wait_until_whole

_PHONE = {"width": 390, "height": 844}
#: Notes when a response was first painted inside the window, and what kept the thread.
_WATCH = """
  window.tasks = [];
  window.shifted = 0;
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
    .observe({ type, buffered: true });
  watch("longtask", ({ duration }) => window.tasks.push(duration));
  watch("layout-shift", ({ value, hadRecentInput }) => {
    if (!hadRecentInput) window.shifted += value;
  });
  const look = () => {
    const seen = [...document.getElementsByClassName("response")].slice(0, 5).some((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    if (!seen) return requestAnimationFrame(look);
    // Of the frame that has it, the next one knows that it was painted.
    requestAnimationFrame(() => { window.first = performance.now(); });
  };
  requestAnimationFrame(look);
"""
#: More responses than there were, and none that is still to be put in.
_CAME = """(had) => document.getElementsByClassName("response").length > had
  && !document.querySelector("[data-more][aria-busy]")"""
_SCROLL = """async () => {
  window.tasks = [];
  const gaps = [];
  let before = performance.now();
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight * 2) {
    scrollTo({ top: y, behavior: "instant" });
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - before);
    before = now;
  }
  await new Promise((done) => setTimeout(done, 200));
  return Math.max(...gaps);
}"""


def main(*arguments: str) -> None:
    """Measure, and print the middle of the rounds with the best and the worst."""
    parser = argparse.ArgumentParser(prog="script/bench thread")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--responses", type=int, default=3_000)
    chosen = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="postil-bench-")))
        port = free_port()
        print("Filling a site …", flush=True)
        site = make_site(folder, port, [chosen.responses, 1])
        browser = stack.enter_context(chromium())
        address = f"http://127.0.0.1:{port}/articles/{site.grown[0].slug}/#responses"
        rounds = []
        for _ in range(chosen.rounds):
            started = time.perf_counter()
            with postil(folder, port):
                start = (time.perf_counter() - started) * 1_000
                rounds.append({"start, ms": start, **_opened(browser, address)})
        for name in rounds[0]:
            values = [one[name] for one in rounds]
            middle = statistics.median(values)
            print(f"{name}: {middle:.4g} ({min(values):.4g}–{max(values):.4g})")


def _opened(browser: Any, address: str) -> dict[str, float]:
    context = browser.new_context(viewport=_PHONE, device_scale_factor=3, is_mobile=True)
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    page.wait_for_function("window.first > 0")
    wait_until_whole(page)
    loading = page.evaluate("window.tasks")
    found = {
        "server, ms": page.evaluate("performance.getEntriesByType('navigation')[0].responseStart"),
        "first response, ms": page.evaluate("window.first"),
        "longest task while loading, ms": max(loading, default=0),
        "longest frame while scrolling, ms": page.evaluate(_SCROLL),
        "longest task while scrolling, ms": max(page.evaluate("window.tasks"), default=0),
    }
    more = page.locator("[data-more]")
    if more.count():
        had = page.locator(".response").count()
        more.scroll_into_view_if_needed()
        page.evaluate("() => { window.tasks = []; }")
        more.click()
        page.wait_for_function(_CAME, arg=had)
        found |= {
            "responses that came": page.locator(".response").count() - had,
            "longest task while they came, ms": max(page.evaluate("window.tasks"), default=0),
            "longest frame while scrolling on, ms": page.evaluate(_SCROLL),
        }
    found["shifted"] = page.evaluate("window.shifted")
    context.close()
    return found
