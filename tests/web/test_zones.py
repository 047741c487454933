"""In whose time, and in which language, a page tells what it tells."""

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone, translation
from pytest_django import Settings

from counterfoil.rules.zones import zone_named, zone_names
from counterfoil.web.languages import language_of, languages, offered, read_by
from counterfoil.web.zones import COOKIE, choices, zone_of


def a_request(*, zone: str = "", language: str = "", accepts: str = "") -> HttpRequest:
    request = RequestFactory().get("/", headers={"Accept-Language": accepts})
    if zone:
        request.COOKIES[COOKIE] = zone
    if language:
        request.COOKIES["django_language"] = language
    return request


@pytest.mark.parametrize(
    ("chosen", "cookie", "told"),
    [
        ("Asia/Dubai", "Europe/Berlin", "Asia/Dubai"),
        ("", "Europe/Berlin", "Europe/Berlin"),
        ("Nowhere/At_All", "Europe/Berlin", "Europe/Berlin"),
        ("", "", "UTC"),
        ("", "../../etc/passwd", "UTC"),
        ("", "Europe", "UTC"),
        ("", "\x00", "UTC"),
    ],
)
def test_the_account_decides_then_the_browser_then_the_site(
    chosen: str, cookie: str, told: str
) -> None:
    assert str(zone_of(a_request(zone=cookie), chosen=chosen)) == told


def test_the_site_has_a_zone_of_its_own(settings: Settings) -> None:
    settings.TIME_ZONE = "America/Lima"

    assert str(zone_of(a_request())) == "America/Lima"


def test_every_zone_that_is_offered_exists() -> None:
    offered = [name for _, places in choices() for name, _ in places]

    assert sorted(offered) == sorted(zone_names())
    assert all(zone_named(name) for name in offered)
    assert {"UTC", "Europe/Berlin", "Asia/Riyadh", "America/Argentina/Ushuaia"} <= set(offered)


@pytest.mark.parametrize(
    ("cookie", "chosen", "accepts", "spoken"),
    [
        ("ar", "de", "fr", "ar"),
        ("", "de", "fr", "de"),
        ("", "de_AT", "fr", "de"),
        ("", "", "fr-CH, en;q=0.5", "fr"),
        ("tlh", "xx", "", "en"),
        ("nl", "", "nl", "en"),  # Django speaks it, we do not
    ],
)
def test_the_browsers_choice_decides_then_the_account_then_what_it_accepts(
    cookie: str, chosen: str, accepts: str, spoken: str
) -> None:
    assert language_of(a_request(language=cookie, accepts=accepts), chosen=chosen) == spoken


def test_languages_name_themselves_and_are_those_we_speak(settings: Settings) -> None:
    assert dict(languages()) == {
        "en": "English",
        "de": "Deutsch",
        "es": "Español",
        "fr": "Français",
        "ar": "العربيّة",
    }
    settings.LANGUAGES = [("en", "English"), ("nl", "Dutch"), ("de", "German")]
    assert dict(languages()) == {"en": "English", "de": "Deutsch"}


def test_a_variant_without_words_of_its_own_is_offered_to_whoever_speaks_it(
    settings: Settings,
) -> None:
    settings.LANGUAGES = [(one, one) for one in ("de", "es", "es-mx", "en-gb", "fr-ca")]
    with translation.override("de"):
        assert [code for code, _ in offered()] == ["de", "es", "en-gb", "fr-ca"]
    with translation.override("es-mx"):
        assert [code for code, _ in offered()] == ["de", "es", "es-mx", "en-gb", "fr-ca"]
    assert language_of(a_request(accepts="es-MX")) == "es-mx"


def test_nothing_of_it_stays_when_the_page_is_made() -> None:
    before = (translation.get_language(), timezone.get_current_timezone_name())

    with read_by(a_request(), locale="ar", time_zone="Asia/Riyadh"):
        during = (translation.get_language(), timezone.get_current_timezone_name())

    assert during == ("ar", "Asia/Riyadh")
    assert (translation.get_language(), timezone.get_current_timezone_name()) == before
