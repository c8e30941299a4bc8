"""Hypothesis for property tests, or, where it is not installed, what skips them by name.

Import ``given``, ``settings``, ``st`` and what else there is from here: the suite has to run on
``requirements.txt`` alone, and a module's other tests have to run with it. No example has to be
done by a certain time, for the machine may be busy. In CI the examples are the same each time;
elsewhere they are new ones.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import pytest


class _Anything:
    """Stands for every strategy, and for whatever is made of one."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self


def _skipped(*strategies: Any, **named: Any) -> Any:
    return pytest.mark.skip(reason="hypothesis is not installed")


def _unchanged(*_: Any, **limits: Any) -> Any:
    return lambda test: test


given: Any = _skipped
settings: Any = _unchanged
example: Any = _unchanged
st: Any = _Anything()
HealthCheck: Any = _Anything()
with suppress(ImportError):
    import hypothesis
    from hypothesis import strategies

    given, settings, st = hypothesis.given, hypothesis.settings, strategies
    example, HealthCheck = hypothesis.example, hypothesis.HealthCheck
    easy: Any = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
    settings.register_profile("new", **easy)
    settings.register_profile(
        "repeatable", derandomize=True, database=None, print_blob=True, **easy
    )
    # An unlucky draw is found where somebody can look at it, not in a change that is not to blame.
    settings.load_profile("repeatable" if os.environ.get("CI") else "new")
