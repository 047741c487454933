"""Reading settings from environment variables: the only place where their text is understood."""

import json
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

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


def number(name: str, default: int = 0) -> int:
    """Read a variable that is a whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number.") from None


def fraction(name: str) -> float:
    """Read a variable that is a number, such as one of seconds."""
    value = text(name)
    try:
        return float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a number.") from None


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


def of_class(settings: type, *, prefix: str, besides: Collection[str]) -> dict[str, Any]:
    """
    Read every variable that is named as a setting of this class, each as the class says it is.

    Those named in ``besides`` have a variable of their own, and are refused under another name:
    whoever sets one and is not heard would believe that it holds.
    """
    read = {}
    for short, kind in get_type_hints(settings).items():
        name = f"{prefix}{short}"
        if name in os.environ:
            if name in besides:
                raise ImproperlyConfigured(
                    f"{name} is not read here: it has a variable of its own, mostly {short};"
                    " see the reference of environment variables."
                )
            read[name] = _reader(kind)(name)
    return read


def _reader(kind: Any) -> Callable[[str], Any]:
    if get_origin(kind) is UnionType:  # such as `bool | None`: what is not set is not read
        [kind] = (one for one in get_args(kind) if one is not type(None))
    return _READERS[get_origin(kind) or kind]


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


_READERS: Mapping[type, Callable[[str], Any]] = {
    str: text,
    bool: flag,
    int: number,
    float: fraction,
    Sequence: words,
    Mapping: mapping,
}
