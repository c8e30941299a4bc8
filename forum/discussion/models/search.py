"""What a search looks through."""

from __future__ import annotations

from django.db import models

from forum.discussion.models.posts import Post


class SearchEntry(models.Model):
    """The current words of a post as a search finds them: folded, a space around each.

    ``search.index`` writes it, and on PostgreSQL the ``vector`` that stands beside these columns;
    on SQLite triggers keep ``discussion_searchwords`` the same.
    """

    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    #: What stands above the words: of an article its title and byline, of a note its passage.
    heading = models.TextField(blank=True)
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Search entry of post {self.post_id}"
