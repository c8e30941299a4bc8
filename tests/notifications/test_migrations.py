"""Going back to the release before."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from forum.notifications.models import Notification


@pytest.mark.django_db(transaction=True)
def test_notices_of_passages_do_not_bar_the_way_back(alice):
    for kind in ("reply", "passage"):
        Notification.objects.create(recipient=alice, kind=kind, key=kind, subject="Look.")
    try:
        call_command("migrate", "notifications", "0001", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert [notice.kind for notice in Notification.objects.all()] == ["reply"]
