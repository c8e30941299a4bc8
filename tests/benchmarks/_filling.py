"""Fills a new site with articles, threads and notes; every word is ``_prose``'s, by seed.

``python -m tests.benchmarks._filling`` fills the database of the settings in force and prints what
a client needs to know of it, as JSON. Rows are written in bulk, as the actions would write them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import django

SEED = 4
LENGTH = 20_000
PEOPLE = 40
#: Different comments and notes; a thread takes them in turn.
TEXTS = 200


@dataclass(frozen=True, slots=True)
class Article:
    """What a client knows of an article."""

    id: int
    slug: str
    revision: int
    text: str
    comments: list[int]


@dataclass(frozen=True, slots=True)
class Site:
    """What a client knows of the site."""

    #: The one that is read, the one that is posted to, and those whose threads grow.
    read: Article
    posted: Article
    grown: list[Article]
    #: The API keys of people, and the session of one of them.
    keys: list[str]
    session: str

    @classmethod
    def parse(cls, written: str) -> Site:
        """From what the filling printed."""
        told = json.loads(written)
        articles = {name: Article(**told[name]) for name in ("read", "posted")}
        grown = [Article(**one) for one in told["grown"]]
        return cls(**articles, grown=grown, keys=told["keys"], session=told["session"])


def fill(grown: Sequence[int]) -> Site:
    """Two articles with 1,000 comments and 2,000 annotations, others with ``grown`` comments."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from annotations.codebooks.defaults import ensure_default_codebook
    from forum.accounts.models import ApiToken, User
    from forum.accounts.sessions import SessionStore
    from tests.benchmarks._filling_rows import Rows

    ensure_default_codebook()
    people = User.objects.bulk_create(
        User(username=f"reader{n}", display_name=f"Reader {n}", email=f"reader{n}@example.org")
        for n in range(PEOPLE)
    )
    rows = Rows(SEED, people)
    session = SessionStore()
    session[SESSION_KEY] = str(people[0].pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = people[0].get_session_auth_hash()
    session.save()
    return Site(
        read=rows.article("read", comments=1_000, annotations=2_000),
        posted=rows.article("posted", comments=1_000, annotations=2_000),
        grown=[rows.article(f"grown-{n}", comments=n, annotations=0) for n in grown],
        keys=[ApiToken.issue(person, name="benchmark")[1] for person in people],
        session=str(session.session_key),
    )


def main(grown: Sequence[int]) -> None:
    """Fill the site in one transaction, unless somebody has been there before."""
    from django.db import transaction

    from forum.accounts.models import User

    if User.objects.exists():
        sys.exit("postil: this database holds a site already; a benchmark fills an empty one")
    with transaction.atomic():
        site = fill(grown)
    print(json.dumps(asdict(site)))


if __name__ == "__main__":
    django.setup()
    main([int(size) for size in sys.argv[1:]])
