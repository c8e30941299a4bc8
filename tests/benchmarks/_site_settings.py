"""Settings of the site that is measured: those of production, and one address more."""

from forum.settings import *  # noqa: F403  # all of them

# One person posts for many.
POSTS_PER_MINUTE = POSTS_PER_HOUR = 0
ROOT_URLCONF = "tests.benchmarks._site_urls"
