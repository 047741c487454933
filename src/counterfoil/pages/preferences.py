"""Choosing a language and a time zone, signed in or not, and without a script."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.operations.choose_language import choose_language
from counterfoil.operations.choose_time_zone import choose_time_zone
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.returning import way_back
from counterfoil.rules.zones import zone_named
from counterfoil.web.languages import languages, remember_language
from counterfoil.web.zones import COOKIE, YEAR, choices

FORM_INVALID = 422


@hosted()
def preferences(request: PageRequest) -> HttpResponse:
    """Offer the languages and the time zones there are."""
    return _page(request)


@hosted(post_only_beside="counterfoil:preferences")
def language(request: PageRequest) -> HttpResponse:
    """Speak another language from now on, in mails to this account too."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(languages()):
        return _page(request, language_error=_("Choose one of these languages."))
    visitor = request.visitor
    if visitor.account is not None and visitor.mail:
        choose_language(
            account_id=visitor.account.pk, locale=wanted, by=visitor.actor, at=timezone.now()
        )
    response = redirect(_after(request))
    remember_language(response, wanted)
    return response


@hosted(post_only_beside="counterfoil:preferences")
def time_zone(request: PageRequest) -> HttpResponse:
    """Tell times in another zone from now on, in mails to this account too."""
    wanted = request.POST.get("time_zone", "")
    if zone_named(wanted) is None:
        return _page(request, zone_error=_("Choose one of these time zones."))
    visitor = request.visitor
    if visitor.account is not None:
        choose_time_zone(
            account_id=visitor.account.pk, time_zone=wanted, by=visitor.actor, at=timezone.now()
        )
    response = redirect(_after(request))
    response.set_cookie(
        COOKIE,
        wanted,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _page(request: PageRequest, *, language_error: str = "", zone_error: str = "") -> HttpResponse:
    context = {
        "page": "preferences",
        "next": _after(request),
        "zones": choices(),
        "zone": timezone.get_current_timezone_name(),
        "now": timezone.now(),
        "language_error": language_error,
        "zone_error": zone_error,
    }
    wrong = bool(language_error or zone_error)
    return show(request, "preferences", context, status=FORM_INVALID if wrong else 200)


def _after(request: PageRequest) -> str:
    return way_back(request, reverse("counterfoil:preferences"))
