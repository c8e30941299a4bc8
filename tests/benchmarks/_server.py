"""Sites that are measured, each in a folder of its own, behind gunicorn on 127.0.0.1."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.benchmarks._filling import Site

ROOT = Path(__file__).parent.parent.parent
WORKERS = 2
#: Seconds a server has to answer for the first time.
_PATIENCE = 60


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: Sequence[str], port: int, *, environment: Mapping[str, str], folder: Path
) -> Iterator[int]:
    """``command`` while it serves on ``port``; what it says goes to a file in ``folder``."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=dict(environment), cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(port, process, folder)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    said = (folder / "server.log").read_text(errors="replace")[-2_000:]
    raise RuntimeError(f"the server did not start:\n{said}")


def environment(folder: Path, port: int) -> dict[str, str]:
    """What a new site needs to know. A ``DATABASE_URL`` stays; other choices are the defaults."""
    ours = {
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks._site_settings",
        "PYTHONPATH": str(ROOT),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "SEED_DEMO": "0",
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        # Set, if to nothing, so that no .env has a say.
        **dict.fromkeys(("ALLOWED_HOSTS", "CACHE_URL", "DEBUG", "EMAIL_URL", "HTTPS"), ""),
    }
    return os.environ | ours


def make_site(folder: Path, port: int, grown: Sequence[int]) -> Site:
    """A new site in ``folder``, filled."""

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            env=environment(folder, port),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return done.stdout

    run("manage.py", "migrate", "--verbosity=0")
    run("manage.py", "collectstatic", "--no-input", "--verbosity=0")
    return Site.parse(run("-m", "tests.benchmarks._filling", *map(str, grown)))


def postil(folder: Path, port: int) -> contextlib.AbstractContextManager[int]:
    """The site in ``folder``, served as ``script/server`` does."""
    command = [sys.executable, "-m", "gunicorn", "forum.wsgi:application"]
    command += ["--config", "python:forum.serving"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    return running(command, port, environment=environment(folder, port), folder=folder)
