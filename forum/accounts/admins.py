"""That the site always has an admin whose account is in use."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.errors import Forbidden


def require_another_admin(without: Collection[int]) -> None:
    """Raise ``Forbidden`` where no admin is left without these accounts, of which one is an admin.

    In the caller's transaction, which ends or demotes them: it holds the rows of all admins, so
    that of two who go at once the second learns that the first has gone.
    """
    admins = User.objects.select_for_update().filter(is_superuser=True).order_by("pk")
    known = dict(admins.values_list("pk", "is_active"))
    if known.keys().isdisjoint(without):
        return
    if not any(in_use for pk, in_use in known.items() if pk not in without):
        raise Forbidden(_("This site has no other admin. Make somebody one first."))
