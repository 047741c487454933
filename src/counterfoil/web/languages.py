"""In which language a page speaks, and which ones there are to choose from."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import to_locale

from counterfoil.conf import conf
from counterfoil.web.zones import zone_name, zone_of

OURS = "en"  # what the sources are written in
YEAR = 365 * 24 * 60 * 60  # seconds


def languages() -> list[tuple[str, str]]:
    """Give the languages the host wants and we speak, each named as its speakers name it."""
    return list(_languages(tuple(code for code, _ in settings.LANGUAGES), _places()))


def offered() -> list[tuple[str, str]]:
    """
    Give the languages to choose from on a page.

    Django's own list has Spanish six times. A variant that says nothing otherwise than its language
    is offered to nobody but those who speak it already.
    """
    known, speaking = languages(), translation.get_language()
    echoes = _echoes(tuple(code for code, _ in known), _places())
    return [(code, name) for code, name in known if code == speaking or code not in echoes]


def language_of(request: HttpRequest, *, chosen: str = "") -> str:
    """Give the language to speak: chosen in this browser, the account's, or one it asks for."""
    known = [code for code, _ in languages()]
    for wanted in (request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""), chosen):
        nearest = _nearest(wanted)
        if nearest in known:
            return nearest
    asked = translation.get_language_from_request(request)
    return asked if asked in known else _nearest(settings.LANGUAGE_CODE) or OURS


@contextmanager
def read_by(request: HttpRequest, *, locale: str = "", time_zone: str = "") -> Iterator[None]:
    """
    Speak the reader's language and tell times in their zone, as long as a page is made.

    ``locale`` and ``time_zone`` are what the account has chosen, if somebody is signed in.
    """
    language = language_of(request, chosen=locale)
    with translation.override(language), timezone.override(zone_of(request, chosen=time_zone)):
        yield


@contextmanager
def read_by_staff(request: HttpRequest) -> Iterator[None]:
    """Tell times in the zone of whoever works here; the console speaks its own language."""
    with translation.override(OURS), timezone.override(zone_of(request)):
        yield


def frame(*, here: str) -> dict[str, Any]:
    """Give what the frame of every page shows, ``here`` being where to come back to."""
    return {
        "brand_name": conf.SITE_NAME,
        "brand_logo_url": conf.LOGO_URL,
        "theme_url": conf.THEME_URL,
        "support_email": conf.SUPPORT_MAIL,
        "host_signs_in": bool(conf.ACCOUNTS),
        "languages": offered(),
        "zone_name": zone_name(),
        "here": here,
    }


def remember_language(response: HttpResponse, language: str) -> None:
    """Have the browser remember which language was chosen, where Django looks for it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE or YEAR,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=cast("Literal['Lax', 'Strict', 'None'] | None", settings.LANGUAGE_COOKIE_SAMESITE),
    )


def _nearest(locale: str) -> str:
    try:
        return translation.get_supported_language_variant(locale.replace("_", "-").lower())
    except LookupError:
        return ""


def _places() -> tuple[str, ...]:
    ours = Path(apps.get_app_config("counterfoil").path, "locale")
    return (str(ours), *map(str, settings.LOCALE_PATHS))


@cache
def _languages(codes: tuple[str, ...], places: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((code, _autonym(code)) for code in codes if _spoken(code, places))


@cache
def _echoes(codes: tuple[str, ...], places: tuple[str, ...]) -> frozenset[str]:
    variants = {code for code in codes if "-" in code and code.split("-")[0] in codes}
    return frozenset(code for code in variants if not _has_words(code, places))


def _spoken(code: str, places: tuple[str, ...]) -> bool:
    base = code.split("-")[0]
    return base == OURS or _has_words(code, places) or _has_words(base, places)


def _has_words(code: str, places: tuple[str, ...]) -> bool:
    return any(Path(place, to_locale(code), "LC_MESSAGES").is_dir() for place in places)


def _autonym(code: str) -> str:
    try:
        name = str(translation.get_language_info(code)["name_local"])
    except KeyError:
        name = dict(settings.LANGUAGES)[code]
    return name[:1].upper() + name[1:]
