"""Asking the database for the posts that a query looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from forum.discussion.models import Post, SearchEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from forum.discussion.search.query import Query, Term

_ENTRIES = SearchEntry._meta.db_table
_POSTS = Post._meta.db_table
#: What a word of the heading weighs more than one of the text.
_HEADING = 8.0


def matching(posts: QuerySet[Post], query: Query) -> QuerySet[Post]:
    """Those of ``posts`` that ``query`` finds, with ``misfit``: the lower, the better they fit.

    A term is found in the words of a post or in what stands above them, not across the two.
    """
    if connection.vendor == "postgresql":
        return _matching_vector(posts, query)
    return _matching_fts(posts, query)


# Words hold letters, digits and marks only: none can end a string or stand for an operator.


def _matching_fts(posts: QuerySet[Post], query: Query) -> QuerySet[Post]:
    wanted = " AND ".join(map(_fts, query.terms))
    if query.without:
        wanted = f"({wanted}) NOT ({' OR '.join(map(_fts, query.without))})"
    return posts.extra(  # noqa: S610  # what is not a parameter is ours
        select={"misfit": f"bm25(discussion_searchwords, {_HEADING}, 1.0)"},
        tables=["discussion_searchwords"],
        where=[
            f"discussion_searchwords.rowid = {_POSTS}.id",
            "discussion_searchwords MATCH %s",
        ],
        params=[wanted],
    )


def _fts(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.open else ""}'


def _matching_vector(posts: QuerySet[Post], query: Query) -> QuerySet[Post]:
    words = " & ".join(map(_tsquery, query.terms))
    where = [f"{_ENTRIES}.post_id = {_POSTS}.id", f"{_ENTRIES}.vector @@ %s::tsquery"]
    params: list[str] = [words]
    for term in query.terms:
        # A vector keeps too few places to tell what follows what.
        if len(term.words) > 1:
            condition, run = _run(term)
            where.append(condition)
            params += run
    for term in query.without:
        condition, run = _run(term)
        where.append(f"NOT ({_ENTRIES}.vector @@ %s::tsquery AND {condition})")
        params += [_tsquery(term), *run]
    return posts.extra(  # noqa: S610  # what is not a parameter is ours
        select={"misfit": f"-ts_rank('{{0.1, 0.1, 0.1, 1.0}}', {_ENTRIES}.vector, %s::tsquery, 1)"},
        select_params=[words],
        tables=[_ENTRIES],
        where=where,
        params=params,
    )


def _tsquery(term: Term) -> str:
    *closed, last = (f"'{word}'" for word in term.words)
    return " & ".join([*closed, f"{last}:*" if term.open else last])


def _run(term: Term) -> tuple[str, list[str]]:
    """Whether the words of ``term`` follow one another, as a condition with its parameters."""
    run = f" {' '.join(term.words)}{'' if term.open else ' '}"
    return f"(strpos({_ENTRIES}.heading, %s) > 0 OR strpos({_ENTRIES}.body, %s) > 0)", [run, run]
