"""Settings from the environment, read strictly: a typing error must not pass for a choice."""

import contextlib
import os
import secrets
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import environ

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def stop(message: str) -> NoReturn:
    """End the process with one line that says what to do."""
    sys.exit(f"postil: {message}")


class Env:
    """The environment, with ``.env`` beneath it. Every reader stops the process on nonsense."""

    def __init__(self, dotenv: Path | None = None) -> None:
        if dotenv and dotenv.is_file():
            try:
                with warnings.catch_warnings(action="error"):
                    environ.Env.read_env(dotenv)
            except Exception as error:
                stop(f"{dotenv.name} cannot be read ({error}).")

    def text(self, name: str, default: str = "") -> str:
        """The value as it stands."""
        return os.environ.get(name, "").strip() or default

    def flag(self, name: str, default: bool) -> bool:
        """True or false; anything but the usual words is an error."""
        value = os.environ.get(name)
        if value is None:
            return default
        value = value.strip().lower()
        if value in _TRUE:
            return True
        if value in _FALSE:
            return False
        stop(f"{name}={value!r} is neither yes nor no; set it to 1 or 0.")

    def whole(self, name: str, default: int) -> int:
        """A whole number, zero or more, of nine digits at most."""
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and len(value) < 10:
            return int(value)
        stop(f"{name}={value!r} is not a whole number; set it to one such as {default}.")

    def choice(self, name: str, default: str, among: Sequence[str]) -> str:
        """One of a few words."""
        value = self.text(name, default)
        if value in among:
            return value
        stop(f"{name}={value!r} must be one of: {', '.join(among)}.")

    def words(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """A comma-separated list."""
        value = os.environ.get(name, "")
        return [word.strip() for word in value.split(",") if word.strip()] or list(default)

    def folder(self, name: str, default: Path) -> Path:
        """A folder that exists and can be written, made if need be."""
        path = Path(self.text(name) or default).expanduser().resolve()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            stop(f"{name}={path} cannot be made ({error.strerror}); choose another folder.")
        if not os.access(path, os.W_OK | os.X_OK):
            stop(f"{name}={path} cannot be written; choose another folder or change its owner.")
        return path

    def database(self, name: str, default: str) -> dict[str, Any]:
        """A Django database setting from a URL (``sqlite:`` or ``postgres:``)."""
        url = self.text(name, default)
        try:
            with warnings.catch_warnings(action="error"):
                config = dict(environ.Env.db_url_config(url))
        except Exception:
            config = {}
        if config.get("ENGINE") not in _DATABASES:
            stop(f"{name} must be sqlite:///path or postgres://user:password@host/name.")
        return config

    def cache(self, name: str, default: str) -> dict[str, Any]:
        """A Django cache setting from a URL (``locmemcache:``, ``dbcache:``, ``redis:``)."""
        try:
            config = dict(environ.Env.cache_url_config(self.text(name, default)))
            return config | (_REDIS if "redis" in config["BACKEND"] else {})
        except Exception:
            stop(f"{name} must be locmemcache://, dbcache://table or redis://host:port/number.")

    def email(self, name: str, default: str) -> dict[str, Any]:
        """Django's ``EMAIL_*`` settings from a URL (``consolemail:``, ``smtp+tls:`` …)."""
        try:
            return dict(environ.Env.email_url_config(self.text(name, default)))
        except Exception:
            stop(f"{name} must be consolemail:// or smtp+tls://user:password@host:port.")

    def secret(self, name: str, file: Path) -> str:
        """A secret from the environment, else one made once and kept in ``file``."""
        value = self.text(name)
        if value:
            return value
        try:
            if not file.exists():
                _write_once(file, secrets.token_urlsafe(64))
            return file.read_text().strip()
        except OSError as error:
            stop(f"{file} cannot be used ({error.strerror}); set {name} or another DATA_DIR.")


def _write_once(file: Path, content: str) -> None:
    """Write ``file`` whole, unless another process has done so in the meantime."""
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    with open(handle, "w") as opened:
        opened.write(content)
    # A hard link appears at once and complete, and fails where the name is taken.
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    os.unlink(draft)


_DATABASES = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}
_REDIS = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
