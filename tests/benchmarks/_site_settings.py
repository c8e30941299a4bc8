"""Settings of the site that is measured: those of production, and one address more."""

from forum.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks._site_urls"
