"""What the reading page asks of a browser's main thread until everything on it stands.

The article of ``script/bench page`` (20,000 characters, 2,000 overlapping notes, 1,000 responses)
is opened in Chromium, each time with nothing cached. Times are the machine's: compare them with
those of another commit on the same one, not with those of somebody else's.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks._server import free_port, make_site, postil
from tests.browser import chromium, wait_until_whole

#: What is noted from the beginning of the page on.
_WATCH = """
  window.tasks = [];
  window.shifted = 0;
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note))
    .observe({ type, buffered: true });
  watch("longtask", ({ duration }) => window.tasks.push(duration));
  watch("layout-shift", ({ value, hadRecentInput }) => {
    if (!hadRecentInput) window.shifted += value;
  });
"""
#: What Chromium counts for itself, in seconds, and how it is called here.
_COUNTED = {
    "ScriptDuration": "script",
    "RecalcStyleDuration": "style",
    "LayoutDuration": "layout",
    "TaskDuration": "all tasks",
}
#: After everything stands, until the last of it is drawn, in milliseconds.
_REST = 1_500


def main(*arguments: str) -> None:
    """Measure, and print a line for each window."""
    parser = argparse.ArgumentParser(prog="script/bench reading")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--widths", type=int, nargs="+", default=[1280, 390])
    chosen = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="postil-bench-")))
        port = free_port()
        print("Filling a site …", flush=True)
        site = make_site(folder, port, [])
        stack.enter_context(postil(folder, port))
        browser = stack.enter_context(chromium())
        address = f"http://127.0.0.1:{port}/articles/{site.read.slug}/"
        for width in chosen.widths:
            # The first one fills what the server remembers, and is not counted.
            rounds = [_opened(browser, address, width) for _ in range(chosen.rounds + 1)][1:]
            middle = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
            print(f"{width} pixels: " + ", ".join(f"{n} {v:.4g}" for n, v in middle.items()))


def _opened(browser: Any, address: str, width: int) -> dict[str, float]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(address)
    wait_until_whole(page)
    page.wait_for_timeout(_REST)
    tasks = page.evaluate("window.tasks")
    counted = {
        one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]
    }
    found = {
        "longest task, ms": max(tasks, default=0),
        "beyond 50 ms, ms": sum(task - 50 for task in tasks),
        **{f"{label}, s": counted[name] for name, label in _COUNTED.items()},
        "shifted": page.evaluate("window.shifted"),
    }
    context.close()
    return found
