"""The site, what it is made of, and where it keeps things."""

from urllib.parse import urlsplit

from forum.lib.env import stop
from forum.settings.environment import BASE_DIR, env

# The site and its place in the world

DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "secret_key")
HTTPS = env.flag("HTTPS", False)
SITE_NAME = env.text("SITE_NAME", "Postil")
#: Where the site is reached, for links in e-mails.
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    stop(f"SITE_URL={SITE_URL} must start with http:// or https://.")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", urlsplit(SITE_URL).hostname or ""]
)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SEED_DEMO = env.flag("SEED_DEMO", True)
#: Whether a name that is begun after "@" is completed to that of anybody with an account, or of
#: those alone who take part in the discussion.
MENTION_ANYBODY = env.flag("MENTION_ANYBODY", False)
#: Whether profiles show pictures of initials.
PICTURES = env.flag("PICTURES", True)

# Applications

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_tasks",
    "csp",
    "forum.accounts",
    "forum.courses",
    "forum.discussion",
    "forum.notifications",
    "forum.guests",
    "forum.moderation",
    "forum.screening",
    "annotations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "forum.lib.middleware.PrivateMiddleware",
    "csp.middleware.CSPMiddleware",
    "forum.lib.middleware.LanguageMiddleware",
    "forum.accounts.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "forum.lib.middleware.BadInputMiddleware",
]

ROOT_URLCONF = "forum.urls"
WSGI_APPLICATION = "forum.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "forum" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "forum.lib.context.site",
            ],
        },
    },
    {
        # What a page shows by the thousand: compiled, a tenth of the time.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "annotations.jinja.environment"},
    },
]

# Data

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'postil.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "forum.lib.sqlite"
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a transaction that will write takes its place in the queue at the start;
        # upgrading a read lock later fails at once, whatever the timeout.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Recursive triggers: a row that another replaces is deleted, which the logs must hear of.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
#: Seconds a thread keeps its connection: opening one costs as much as a short page.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL", "locmemcache://")}
#: Bytes that each process takes, about, to keep public pages, their parts, and the API's lists.
PAGE_MEMORY = env.whole("PAGE_MEMORY_MB", 128) * 1_000_000
#: Larger bodies are refused with a 413 before anything parses them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

#: Who posts does not wait for the mail server.
TASKS = {"default": {"BACKEND": "forum.lib.background.BackgroundBackend"}}

# Files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "forum" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "forum.lib.static.LeanStorage"},
}

# E-mail: the outbox writes to the console until EMAIL_URL says otherwise.

vars().update(env.email("EMAIL_URL", "consolemail://"))
#: Seconds. A process that is stopped has ten to send what waits.
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <postil@localhost>")

# Language and time

#: Every language that has a catalogue, called as it calls itself.
_LANGUAGES = {"en": "English", "de": "Deutsch"}
_OFFERED = env.words("LANGUAGES", list(_LANGUAGES))
if unknown := [code for code in _OFFERED if code not in _LANGUAGES]:
    stop(f"LANGUAGES={','.join(unknown)}: there is no catalogue for it; choose from en, de.")
#: The first is the site's own: it speaks to whoever has not chosen another.
LANGUAGES = [(code, _LANGUAGES[code]) for code in _OFFERED or _LANGUAGES]
LANGUAGE_CODE = LANGUAGES[0][0]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 31_536_000
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "forum.formats"
TIME_ZONE = "UTC"
USE_TZ = True

# Log

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
