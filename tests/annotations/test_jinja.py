"""What compiled templates know says the same as what the others know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.template import engines
from django.urls import reverse
from jinja2 import UndefinedError

from annotations.jinja import url


def compiled(source: str, **context: object) -> str:
    environment = getattr(engines["jinja2"], "env")  # noqa: B009  # not for a type checker
    return str(environment.from_string(source).render(**context))


def ordinary(source: str, **context: object) -> str:
    return str(engines["django"].from_string(source).render(context))


@pytest.mark.parametrize("text", ["short", "x" * 10, "x" * 11, "many words here", "é" * 11, ""])
def test_text_is_cut_the_same(text):
    cut = compiled("{{ text|truncatechars(10) }}", text=text)
    assert cut == ordinary("{{ text|truncatechars:10 }}", text=text)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 9, 23, 30, 1, 250, tzinfo=UTC),
        datetime(2026, 3, 9, 23, 30, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_times_read_the_same(at):
    same = ordinary('{{ at|date:"c" }} {{ at|date:"j M Y" }}', at=at)
    assert compiled("{{ at|moment }} {{ at|day }}", at=at) == same


def test_addresses_are_the_same():
    assert url("post", 12) == reverse("post", args=[12])
    assert url("post-revision", 3, 4) == reverse("post-revision", args=[3, 4])
    assert url("article-edit", "some-slug") == reverse("article-edit", args=["some-slug"])


def test_a_name_that_is_not_there_is_an_error():
    with pytest.raises(UndefinedError):
        compiled("{{ nowhere }}")
