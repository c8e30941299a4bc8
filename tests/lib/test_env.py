"""A slip in the environment stops the process with one line, and every name is documented."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SETTINGS = "".join(path.read_text() for path in (ROOT / "forum/settings").glob("*.py"))


def check(
    tmp_path: Path, script: str = "import forum.settings", **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)} | environment
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env=clean, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("HTTPS", "2"),
        ("SEED_DEMO", "perhaps"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "nonsense"),
        ("CACHE_URL", "memcached"),
        ("EMAIL_URL", "pigeon://x"),
        ("SITE_URL", "example.org"),
        ("PAGE_MEMORY_MB", "64MB"),
        ("DATA_DIR", "/proc/nowhere"),
    ],
)
def test_a_bad_value_is_one_line_that_says_what_to_do(tmp_path, name, value):
    answer = check(tmp_path, **{name: value})
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert answer.stderr.startswith(f"postil: {name}")


def test_the_secret_key_is_made_once_and_kept(tmp_path):
    assert check(tmp_path).returncode == 0
    key = (tmp_path / "secret_key").read_text()
    assert len(key) > 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert check(tmp_path).returncode == 0
    assert (tmp_path / "secret_key").read_text() == key


def test_every_variable_is_documented():
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))
    documented = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert read
    assert read <= documented
    for page in ("README.md", "docs/operators.md"):
        told = set(re.findall(r"`([A-Z_]+)`", (ROOT / page).read_text()))
        assert read - told == set(), page


@pytest.mark.parametrize(("https", "proxies"), [("0", "0"), ("1", "1")])
def test_the_address_a_proxy_names_counts_only_behind_one(tmp_path, https, proxies):
    script = "import forum.settings as s; print(s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    assert check(tmp_path, script, HTTPS=https).stdout.strip() == proxies
