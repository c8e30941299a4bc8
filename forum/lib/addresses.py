"""Addresses that differ in one id, of which the site gives out thousands."""

from __future__ import annotations

from functools import cache

from django.urls import get_script_prefix, get_urlconf, reverse


def address_of(name: str, pk: int) -> str:
    """What ``reverse(name, args=[pk])`` is; all but the id is looked up once."""
    before, after = _around(name, get_script_prefix(), get_urlconf())
    return f"{before}{pk}{after}"


@cache
def _around(name: str, prefix: str, urlconf: str | None) -> tuple[str, str]:
    """What comes before and after the id, on a site that stands at ``prefix``."""
    before, _, after = reverse(name, urlconf, args=[0]).rpartition("0")
    return before, after
