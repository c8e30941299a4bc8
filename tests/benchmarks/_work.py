"""The work that the site is measured by."""

from __future__ import annotations

import gzip
import json
import random
import secrets
import time
from collections.abc import Iterator
from itertools import islice, repeat

from tests.benchmarks._filling import Article, Site
from tests.benchmarks._load import Answer, Result, drive, get, request
from tests.benchmarks._talk import ANSWERING, Talk

#: Connections that read at once.
READERS = 8
#: Seconds of reading that come before those that count.
WARMING = 0.3
#: Each run of reading is made of so many, over new connections.
STRETCHES = 6
#: The most rows on a page of a list.
LARGEST = 1_000
#: How often a first render is timed in each round.
RENDERS = 3

#: Seconds or answers a second, by what was measured.
Figures = dict[str, float]


class Bench:
    """One running site, and what is asked of it."""

    def __init__(self, port: int, site: Site, seconds: float, posts: int) -> None:
        self.port, self.site, self.seconds, self.posts = port, site, seconds, posts
        self.host = f"127.0.0.1:{port}"
        self.random = random.Random(5)
        self.talk = Talk(6)
        self.posted: dict[str, set[int]] = {"comments": set(), "annotations": set()}
        self.stale = self.refused = 0

    # Reading

    def reading(self) -> Figures:
        """Answers a second: the empty view, the page, the page unchanged, the personal request."""
        page = f"/articles/{self.site.read.slug}/"
        accepted = self._get(page, accept_encoding="gzip")
        first = self._once(accepted)
        known = {"if_none_match": first.header("etag")} if first.header("etag") else {}
        cookie = f"sessionid={self.site.session}"
        read = {
            "empty view": self._get("/benchmark/empty"),
            "page, warm": accepted,
            "page, not modified": self._get(page, accept_encoding="gzip", **known),
            "personal request": self._get(f"{page}personal/", cookie=cookie),
        }
        return {name: self._read(name, asked) for name, asked in read.items()}

    def listing(self) -> Figures:
        """Answers a second for the largest page of each list, to one signed in; rows a second to
        its end."""
        figures = {}
        for kind in ("comments", "annotations"):
            path = f"/api/v1/articles/{self.site.read.slug}/{kind}/?page_size={LARGEST}"
            signed_in = f"Token {self.site.keys[0]}"
            asked = self._get(path, authorization=signed_in)
            figures[f"list of {kind}, kept"] = self._read(kind, asked)
            # A parameter that says nothing, for which nothing is kept.
            anew = self._get(f"{path}&author=", authorization=signed_in)
            figures[f"list of {kind}, made anew"] = self._read(kind, anew)
            started = time.perf_counter()
            rows = len(self._walk(self.site.read, kind, 200))
            figures[f"list of {kind} to its end, rows"] = rows / (time.perf_counter() - started)
        return figures

    def _read(self, name: str, asked: bytes) -> float:
        drive(self.port, [repeat(asked) for _ in range(READERS)], seconds=WARMING)
        wanted = 304 if name == "page, not modified" else 200
        answers, seconds = 0, 0.0
        for _ in range(STRETCHES):
            # New connections each time: how they fall to the workers is chance, and stays so.
            result = drive(
                self.port,
                [repeat(asked) for _ in range(READERS)],
                seconds=self.seconds / STRETCHES,
            )
            # A page that cannot be asked for conditionally is not "not modified", however fast.
            if set(result.statuses) != {wanted}:
                return 0.0
            answers += len(result.waits)
            seconds += result.seconds
        return answers / seconds

    # First renders

    def after_a_write(self) -> Figures:
        """Seconds for the first page after somebody has posted; and what the empty view takes."""
        seconds = self._first_after(self.site.read, RENDERS)
        empty = drive(self.port, [repeat(self._get("/benchmark/empty"))], seconds=WARMING).wait
        return {"first page after a write, s": seconds, "empty view, one client, s": empty}

    def first_renders(self) -> Figures:
        """Seconds for the first page of longer and longer threads."""
        return {
            f"first page of {len(article.comments):,} comments, s": self._first_after(
                article, RENDERS
            )
            for article in self.site.grown
        }

    def _first_after(self, article: Article, times: int) -> float:
        """The best of some; whatever comes after the answer to one's own write must show it."""
        # As browsers ask for it.
        asked = self._get(f"/articles/{article.slug}/", accept_encoding="gzip")
        best = 60.0
        for _ in range(times):
            made = self._once(self._comment(article, 0, self.talk.paragraph(), answering=False))
            # It may stand on a further part; the page says how far it has got.
            mark = f'data-newest="{json.loads(made.body)["id"]}"'.encode()
            # One connection each, so that every worker comes to answer.
            answers = [drive(self.port, [iter([asked])], keep=True) for _ in range(3)]
            pages = [gzip.decompress(result.answers[0].body) for result in answers]
            self.stale += sum(mark not in page for page in pages)
            best = min(best, answers[0].waits[0])
        return best

    # Posting

    def posting(self, kind: str, clients: int) -> Figures:
        """Posts a second from so many people at once; every one must be there afterwards."""
        each = max(1, self.posts // clients)
        make = self._comments if kind == "comment" else self._annotations
        result = drive(self.port, [islice(make(n), each) for n in range(clients)], keep=True)
        self._remember(f"{kind}s", result)
        slowest = max(result.waits)
        return {
            f"posting {kind}s, {clients} clients": result.rate,
            f"slowest {kind} of {clients} clients, s": slowest,
        }

    def _remember(self, kind: str, result: Result) -> None:
        good = [answer for answer in result.answers if answer.status == 201]
        self.refused += len(result.answers) - len(good)
        self.posted[kind] |= {json.loads(answer.body)["id"] for answer in good}

    def lost(self) -> int:
        """How many of those that were answered "created" are not there."""
        return sum(
            len(made - set(self._walk(self.site.posted, kind, LARGEST)))
            for kind, made in self.posted.items()
        )

    def _comments(self, client: int) -> Iterator[bytes]:
        sources = Talk(secrets.randbits(40)).sources(self.site.posted.text)
        for number, source in enumerate(sources, start=client):
            answering = number % ANSWERING == 0
            yield self._comment(self.site.posted, client, source, answering=answering)

    def _comment(self, article: Article, client: int, source: str, *, answering: bool) -> bytes:
        body: dict[str, object] = {"source": source}
        if answering:
            body["parent"] = self.random.choice(article.comments)
        return self._post(f"/api/v1/articles/{article.slug}/comments/", body, client)

    def _annotations(self, client: int) -> Iterator[bytes]:
        article, talk = self.site.posted, Talk(secrets.randbits(40))
        path = f"/api/v1/articles/{article.slug}/annotations/"
        while True:
            start = self.random.randrange(len(article.text) - 300)
            end = start + self.random.randint(20, 200)
            body = {
                "revision": article.revision,
                "start": start,
                "end": end,
                "quote": article.text[start:end],
                "tags": ["bias-claim"],
                "note": talk.paragraph()[:120],
            }
            yield self._post(path, body, client)

    # Requests

    def _post(self, path: str, body: object, client: int) -> bytes:
        key = self.site.keys[client % len(self.site.keys)]
        return request(
            "POST",
            path,
            json.dumps(body).encode(),
            host=self.host,
            authorization=f"Token {key}",
            content_type="application/json",
        )

    def _get(self, path: str, **headers: str) -> bytes:
        return get(path, host=self.host, **headers)

    def _once(self, asked: bytes) -> Answer:
        answer = drive(self.port, [iter([asked])], keep=True).answers[0]
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{answer.status}: {answer.body[:500]!r}")
        return answer

    def _walk(self, article: Article, kind: str, size: int) -> list[int]:
        """The ids of a list, page by page to its end."""
        path: str | None = f"/api/v1/articles/{article.slug}/{kind}/?page_size={size}"
        found: list[int] = []
        while path:
            page = json.loads(self._once(self._get(path)).body)
            found += [row["id"] for row in page["results"]]
            path = page["next"] and page["next"].partition(self.host)[2]
        return found
