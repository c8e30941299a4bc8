"""Programs say what they are, and what all they want to be taken for."""

from __future__ import annotations

import pytest

from forum.lib.devices import browser_and_system
from tests.properties import given, st

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            ("Firefox", "Linux"),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/142.0.0.0 Safari/537.36",
            ("Chrome", "Windows"),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {KIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            ("Edge", "Windows"),
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {KIT} Version/18.1 Safari/605.1.15",
            ("Safari", "Mac"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1",
            ("Chrome", "iPad"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15; SM-S911B) {KIT} SamsungBrowser/27.0 "
            "Chrome/125.0.0.0 Mobile Safari/537.36",
            ("Samsung Internet", "Android"),
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KIT} Chrome/142.0.0.0 Safari/537.36",
            ("Chrome", "ChromeOS"),
        ),
        ("curl/8.14.1", ("", "")),
        ("", ("", "")),
    ],
)
def test_what_programs_say(said, found):
    assert browser_and_system(said) == found


@given(st.text(max_size=2_000))
def test_whatever_is_said_has_an_answer_that_fits(said):
    assert all(len(name) <= 40 for name in browser_and_system(said))
