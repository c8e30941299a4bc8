"""A second try for the few tests that failed, by themselves; loaded by ``script/test`` alone.

``--first-run DIR`` leaves in that folder which tests failed, one name a line in ``failed``, if
every test was run and at most ``MOST`` of them failed: more than that is no chance.
``--second-run DIR`` runs with those names (``@DIR/failed``), says which of them passed only now,
and ends with the summary of both runs.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

MOST = 5
#: How a test ended that failed first; it stands in the summary.
SECOND = "passed only the second time"
#: The ends of a test that need no second one.
FINE = ("passed", "skipped", "xfailed", "xpassed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--first-run", metavar="DIR", type=Path)
    parser.addoption("--second-run", metavar="DIR", type=Path)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    first, second = config.getoption("first_run"), config.getoption("second_run")
    if first:
        config.pluginmanager.register(_First(first))
    if second:
        config.pluginmanager.register(_Second(second))


class _First:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "failed").unlink(missing_ok=True)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._session = session

    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int) -> None:
        # Of a run that was stopped nobody knows how the others would have ended.
        if exitstatus != pytest.ExitCode.TESTS_FAILED or self._session.shouldfail:
            return
        stats = terminalreporter.stats
        failed = {report.nodeid for report in stats.get("failed", []) + stats.get("error", [])}
        if len(failed) > MOST:
            return
        ends = {end: sum(it.nodeid not in failed for it in stats.get(end, [])) for end in FINE}
        (self._folder / "ends.json").write_text(json.dumps(ends), encoding="utf-8")
        names = "".join(f"{name}\n" for name in sorted(failed))
        (self._folder / "failed").write_text(names, encoding="utf-8")


class _Second:
    def __init__(self, folder: Path) -> None:
        self._ends = json.loads((folder / "ends.json").read_text(encoding="utf-8"))

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> Any:
        if report.when == "call" and report.passed:
            return SECOND, "2", ("SECOND", {"yellow": True, "bold": True})
        return None

    # The first to begin and the last to end: what is added has no more to it than that it counts.
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None, Any, Any]:
        told = yield
        stats = terminalreporter.stats
        # What breaks while it is taken down has not passed.
        broken = {report.nodeid for report in stats.get("error", [])}
        stats[SECOND] = [it for it in stats.get(SECOND, []) if it.nodeid not in broken]
        if stats[SECOND]:
            terminalreporter.section(SECOND.upper(), yellow=True, bold=True)
            for report in stats[SECOND]:
                terminalreporter.line(report.nodeid, yellow=True, bold=True)
            terminalreporter.line("What fails by chance hides what fails: mend it.")
        for end, count in self._ends.items():
            if count:
                stats.setdefault(end, []).extend([SimpleNamespace()] * count)
        return told
