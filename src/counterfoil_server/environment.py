"""Reading settings from environment variables: the only place where their text is understood."""

import json
import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

_YES = {"1", "true", "yes", "on"}
_NO = {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """Read a variable as it is."""
    return os.environ.get(name, default)


def flag(name: str, default: str = "") -> bool:
    """Read a variable that says yes or no."""
    value = text(name, default).strip().lower()
    if value not in _YES | _NO:
        raise ImproperlyConfigured(f"{name} is {value!r}; say 1 or 0.")
    return value in _YES


def number(name: str, default: int) -> int:
    """Read a variable that is a whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from None


def words(name: str, default: str = "") -> list[str]:
    """Read a variable that is a list with commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def mapping(name: str) -> dict[str, Any]:
    """Read a variable that is a JSON object; its text is never repeated, it may be secret."""
    try:
        value = json.loads(text(name, "{}"))
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object.")
    return value


def database(name: str) -> dict[str, Any]:
    """
    Read a variable that is a PostgreSQL URL, with everything libpq knows in its query.

    Without it, libpq's own defaults and ``PG*`` variables hold.
    """
    try:
        given = conninfo_to_dict(text(name, "postgresql:///counterfoil"))
    except ProgrammingError:
        raise ImproperlyConfigured(
            f"{name} must look like postgresql://user:password@host:5432/database."
        ) from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": str(given.pop("dbname", "counterfoil")),
        "USER": str(given.pop("user", "")),
        "PASSWORD": str(given.pop("password", "")),
        "HOST": str(given.pop("host", "")),
        "PORT": str(given.pop("port", "")),
        "OPTIONS": given,
    }
