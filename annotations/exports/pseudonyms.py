"""Names for people in files that leave the site: random, stored, derived from nothing."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from annotations.models import Pseudonym

#: The project that exports from the site's own pages belong to.
SITE = "site"
#: Letters and digits that are not mistaken for one another.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def pseudonyms_for(user_ids: Collection[int], *, project: str = SITE) -> dict[int, str]:
    """The pseudonym of each of ``user_ids`` in ``project``; those without one are given one.

    Two exports that meet here agree: the database takes one pseudonym for a person, and what
    it took is read back.
    """
    known = _stored(user_ids, project)
    while missing := set(user_ids) - known.keys():
        Pseudonym.objects.bulk_create(
            (Pseudonym(user_id=pk, project=project, name=_draw()) for pk in sorted(missing)),
            ignore_conflicts=True,
            batch_size=300,
        )
        known |= _stored(missing, project)
    return known


def _stored(user_ids: Collection[int], project: str) -> dict[int, str]:
    if not user_ids:
        return {}
    stored = Pseudonym.objects.filter(project=project, user__in=list(user_ids))
    return dict(stored.values_list("user", "name"))


def _draw() -> str:
    return "P-" + "".join(secrets.choice(_SIGNS) for _ in range(6))
