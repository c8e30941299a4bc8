"""Settings of the site that is measured: those of production, and one address more."""

from forum.settings import *  # noqa: F403
from forum.settings import DATABASES

ROOT_URLCONF = "tests.benchmarks._site_urls"
#: Whatever the outbox sends goes where the server's output goes, as on a new site.
DATABASES["default"]["CONN_MAX_AGE"] = 60
