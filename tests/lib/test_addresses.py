"""Addresses that differ in one id."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from forum.lib.addresses import address_of


@pytest.fixture
def elsewhere():
    set_script_prefix("/course/0/")
    yield
    set_script_prefix("/")


@pytest.mark.parametrize("name", ["post", "api-comment", "post-history"])
@pytest.mark.parametrize("pk", [0, 1, 100, 10**18 - 1])
def test_they_are_those_of_the_framework(name, pk):
    assert address_of(name, pk) == reverse(name, args=[pk])


def test_they_begin_where_the_site_stands(elsewhere):
    assert address_of("post", 10) == reverse("post", args=[10]) == "/course/0/posts/10/"


def test_what_has_no_address_has_none():
    with pytest.raises(NoReverseMatch):
        address_of("nothing", 1)
