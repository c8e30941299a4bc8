"""Settings of the test suite: the real ones, made quick and kept off the disk."""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="postil-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")

from forum.settings import *  # noqa: F403  # all of them
from forum.settings import DATA_DIR, DATABASES, STORAGES

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Done when it is asked for, so that a test sees what came of it.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Manifest names would be 404 under live_server, which serves from the finders.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
POSTS_PER_MINUTE = POSTS_PER_HOUR = 0
NUDGE_REPEATS = HOLD_REPEATS = HOLD_AFTER_REMOVALS = 0
WHITENOISE_AUTOREFRESH = True

if not DATABASES["default"]["ENGINE"].endswith("sqlite"):
    # No thread of a live server keeps one when the database is dropped.
    DATABASES["default"]["CONN_MAX_AGE"] = 0

if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    # A file, so that the threads of a live server see one database; nothing need survive.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    options = DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
