"""What people write: posts, their revisions, and the articles everything hangs on."""

from forum.discussion.models.articles import Article, Policy
from forum.discussion.models.posts import (
    MAX_DEPTH,
    SOURCE_LIMIT,
    Audience,
    Kind,
    Mark,
    Post,
    Revision,
    State,
    waits,
)
from forum.discussion.models.reactions import Endorsement, Subscription
from forum.discussion.models.search import SearchEntry

__all__ = [
    "MAX_DEPTH",
    "SOURCE_LIMIT",
    "Article",
    "Audience",
    "Endorsement",
    "Kind",
    "Mark",
    "Policy",
    "Post",
    "Revision",
    "SearchEntry",
    "State",
    "Subscription",
    "waits",
]
