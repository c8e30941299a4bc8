"""A thread keeps its connection to the database from one request to the next."""

from __future__ import annotations

import io
import threading

import pytest
from django.db import connection, connections

from forum.wsgi import application


@pytest.mark.django_db(transaction=True)
def test_the_next_request_finds_the_connection_open_and_idle(monkeypatch):
    # As on a site: the settings of tests keep none on PostgreSQL.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 60)
    seen = []

    def serve() -> None:
        try:
            for _ in range(2):
                body = application(environ("/articles/nowhere/"), lambda status, headers: None)
                body.close()  # type: ignore[attr-defined]  # not in the stubs
                seen.append((connection.connection, connection.in_atomic_block))
                if connection.vendor == "sqlite":
                    assert not connection.connection.in_transaction
        finally:
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()
    assert len(seen) == 2
    assert seen[0][0] is not None
    assert seen[0][0] is seen[1][0]
    assert [within for _, within in seen] == [False, False]


def environ(path: str) -> dict[str, object]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
