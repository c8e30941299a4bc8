"""Isso and doccano, set up as their documentation says, to do the same work.

Each is installed from the package index into an environment of its own in a folder that stays, so
that a second run need not install it again. Both keep to SQLite, their default, behind gunicorn
with as many workers as ours has.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from pathlib import Path
from typing import ClassVar, Self

from tests.benchmarks._load import drive, get, request
from tests.benchmarks._server import WORKERS, free_port, running
from tests.benchmarks._talk import Talk
from tests.benchmarks._work import READERS, STRETCHES, WARMING, Figures

#: Seconds that installing one may take.
_INSTALLING = 900
#: Seconds of each run of reading, and posts in each run of posting.
_SECONDS, _POSTS = 3.0, 256
_COUNT = 1_000


class NotInstalled(Exception):
    """A peer could not be set up; the run goes on without it."""


class Peer(ABC):
    """Another program, running."""

    name: ClassVar[str]
    packages: ClassVar[tuple[str, ...]]

    def __init__(self, port: int) -> None:
        self.port = port
        self.host = f"127.0.0.1:{port}"

    @classmethod
    @contextlib.contextmanager
    def started(cls, cache: Path, folder: Path, text: str) -> Iterator[Self]:
        """Installed, filled and served. Raises ``NotInstalled``."""
        with contextlib.ExitStack() as stack:
            try:
                python = _installed(cache, cls.name, cls.packages)
                peer = cls(free_port())
                stack.enter_context(peer.serve(python, folder, text))
                peer.fill()
            except (OSError, RuntimeError, subprocess.SubprocessError) as problem:
                raise NotInstalled(str(problem)[-500:]) from problem
            yield peer

    @abstractmethod
    def serve(
        self, python: Path, folder: Path, text: str
    ) -> contextlib.AbstractContextManager[int]:
        """The server, with a new database in ``folder``."""

    @abstractmethod
    def fill(self) -> None:
        """What is posted before anything is measured."""

    @abstractmethod
    def reading(self) -> Figures:
        """One round of reading."""

    @abstractmethod
    def posting(self, clients: int) -> Figures:
        """One round of posting."""

    def _post_all(self, clients: Sequence[Iterator[bytes]], *, status: int) -> float:
        result = drive(self.port, clients)
        if set(result.statuses) != {status}:
            print(f"{self.name} answered {dict(result.statuses)}")
        return result.statuses[status] / result.seconds


class Isso(Peer):
    """A commenting server in Python: werkzeug, SQLite, bleach."""

    name = "Isso"
    packages = ("isso==0.14.0", "gunicorn==27.0.1")

    def serve(
        self, python: Path, folder: Path, text: str
    ) -> contextlib.AbstractContextManager[int]:
        settings = folder / "isso.cfg"
        # The guard would refuse the third comment of a minute from one address.
        settings.write_text(
            f"[general]\ndbpath = {folder}/comments.db\nhost = http://{self.host}/\n"
            "[guard]\nenabled = false\n[moderation]\nenabled = false\n"
        )
        command = [str(python), "-m", "gunicorn", "-b", self.host, "-w", str(WORKERS)]
        command += ["--no-control-socket", "--preload", "isso.run"]
        environment = _clean() | {"ISSO_SETTINGS": str(settings)}
        return running(command, self.port, environment=environment, folder=folder)

    def fill(self) -> None:
        talk = Talk(8)
        first = drive(self.port, [iter([self._comment(talk.paragraph())])], keep=True).answers[0]
        above = json.loads(first.body)["id"]
        more = (
            self._comment(talk.paragraph(), above if number % 2 else None, uri="/thread/")
            for number in range(1, _COUNT)
        )
        drive(self.port, [more])

    def reading(self) -> Figures:
        asked = get("/?uri=/thread/", host=self.host, accept_encoding="gzip")
        result = drive(self.port, [repeat(asked)], seconds=_SECONDS)
        return {"Isso: a thread, s": result.wait}

    def posting(self, clients: int) -> Figures:
        each = max(1, _POSTS // clients)
        posts = [islice(self._posts(n), each) for n in range(clients)]
        return {f"Isso: posting, {clients} clients": self._post_all(posts, status=201)}

    def _posts(self, client: int) -> Iterator[bytes]:
        talk = Talk(1_000 + client)
        while True:
            yield self._comment(talk.paragraph(), uri="/posted/")

    def _comment(self, text: str, parent: int | None = None, uri: str = "/thread/") -> bytes:
        body = {"text": text, "author": "Reader", "title": "A thread", "parent": parent}
        return request(
            "POST",
            f"/new?uri={uri}",
            json.dumps(body).encode(),
            host=self.host,
            content_type="application/json",
        )


class Doccano(Peer):
    """A text annotation tool: Django, REST framework."""

    name = "doccano"
    # Its requirements have no upper bounds: these have since dropped what it imports.
    packages = ("doccano==1.8.4", "setuptools<81", "marshmallow<4", "numpy<2")

    def serve(
        self, python: Path, folder: Path, text: str
    ) -> contextlib.AbstractContextManager[int]:
        environment = _clean() | {
            "DOCCANO_HOME": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
            "STANDALONE": "True",
            "DEBUG": "False",
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
        }
        home = next(python.parent.parent.glob("lib/python*/site-packages/backend"))
        environment["PYTHONPATH"] = str(home)

        def run(*command: str) -> str:
            done = subprocess.run(
                [python, *command], env=environment, cwd=home, capture_output=True, text=True
            )
            if done.returncode:
                raise RuntimeError(done.stderr[-1_000:])
            return done.stdout

        run("-m", "django", "migrate", "--verbosity=0")
        run("-m", "django", "create_roles")
        admin = ("--username=a", "--password=b", "--email=a@example.org")
        run("-m", "django", "create_admin", "--noinput", *admin)
        told = json.loads(run("-c", _FILL_DOCCANO, text).splitlines()[-1])
        self.path, self.key, self.label = told["path"], told["key"], told["label"]
        self.length = len(text)
        # As "doccano webserver --workers 2" starts it, but for this machine alone.
        command = [str(python), "-m", "gunicorn", "--bind", self.host, "--workers", str(WORKERS)]
        command += ["--chdir", str(home), "config.wsgi"]
        return running(command, self.port, environment=environment, folder=folder)

    def fill(self) -> None:
        pass

    def reading(self) -> Figures:
        asked = get(self.path, host=self.host, authorization=f"Token {self.key}")
        drive(self.port, [repeat(asked) for _ in range(READERS)], seconds=WARMING)
        answers, seconds = 0, 0.0
        for _ in range(STRETCHES):
            readers = [repeat(asked) for _ in range(READERS)]
            result = drive(self.port, readers, seconds=_SECONDS / STRETCHES)
            if result.refused:
                raise RuntimeError(f"doccano answered {dict(result.statuses)}")
            answers += len(result.waits)
            seconds += result.seconds
        return {"doccano: 1,000 spans": answers / seconds}

    def posting(self, clients: int) -> Figures:
        each = max(1, _POSTS // clients)
        posts = [islice(self._spans(n), each) for n in range(clients)]
        return {f"doccano: posting, {clients} clients": self._post_all(posts, status=201)}

    def _spans(self, client: int) -> Iterator[bytes]:
        chance = random.Random(client)
        while True:
            start = chance.randrange(self.length - 300)
            end = start + chance.randint(20, 200)
            body = {"label": self.label, "start_offset": start, "end_offset": end}
            yield request(
                "POST",
                self.path.replace("/examples/1/", "/examples/2/"),
                json.dumps(body).encode(),
                host=self.host,
                authorization=f"Token {self.key}",
                content_type="application/json",
            )


#: A project with two documents, and 1,000 spans over one of them. In bulk, for it is not measured.
_FILL_DOCCANO = f"""
import json, random, sys
import django
django.setup()
from django.contrib.auth import get_user_model
from rest_framework.authtoken.models import Token
from examples.models import Example
from label_types.models import SpanType
from labels.models import Span
from projects.models import ProjectType, SequenceLabelingProject
text = sys.argv[1]
user = get_user_model().objects.get(username="a")
project = SequenceLabelingProject.objects.create(
    name="p", created_by=user, allow_overlapping=True,
    project_type=ProjectType.SEQUENCE_LABELING,
)
project.add_admin()
label = SpanType.objects.create(project=project, text="claim")
marked, posted = (Example.objects.create(project=project, text=text) for _ in range(2))
chance = random.Random(9)
starts = [chance.randrange(len(text) - 300) for _ in range({_COUNT})]
Span.objects.bulk_create(
    Span(example=marked, user=user, label=label, start_offset=start,
         end_offset=start + chance.randint(5, 200))
    for start in starts
)
assert (marked.pk, posted.pk) == (1, 2)
key = Token.objects.get_or_create(user=user)[0].key
path = f"/v1/projects/{{project.pk}}/examples/{{marked.pk}}/spans"
print(json.dumps({{"path": path, "key": key, "label": label.pk}}))
"""


def _installed(cache: Path, name: str, packages: tuple[str, ...]) -> Path:
    """The Python of an environment in ``cache`` that has ``packages``, made if need be."""
    home = cache / name.lower()
    python, stamp = home / "bin" / "python", home / "benchmark-packages"
    wanted = "\n".join(packages)
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    cache.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True, timeout=120)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    subprocess.run(pip, check=True, timeout=_INSTALLING, env=_clean())
    stamp.write_text(wanted)
    return python


def _clean() -> dict[str, str]:
    """The environment without what is ours."""
    ours = ("DJANGO_SETTINGS_MODULE", "PYTHONPATH", "DATABASE_URL", "DATA_DIR", "SECRET_KEY")
    return {name: value for name, value in os.environ.items() if name not in ours}
