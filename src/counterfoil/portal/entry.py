"""The way in: sign in, choose for whom one acts, or read how one becomes a member."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from counterfoil.portal.doors import is_fresh, members_of, with_headers
from counterfoil.web.languages import frame, read_by
from counterfoil.web.pending import pending_mail
from counterfoil.web.visitor import Visitor, visitor_of


@login_not_required
@require_http_methods(["GET", "HEAD"])
def enter(request: HttpRequest) -> HttpResponse:
    """
    Ask strangers to sign in, and lead members to their partner.

    The digits are asked for and taken by the pages everybody signs in by; here is only where they
    come back to.
    """
    visitor = visitor_of(request)
    with read_by(request, locale=visitor.locale, time_zone=visitor.time_zone):
        response = _answer(request, visitor)
        response.headers["Content-Language"] = get_language() or ""
    return with_headers(response)


def _answer(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    wanted = _wanted(request)
    if not is_fresh(visitor):
        mail = pending_mail(request)
        step = {"step": "one_time", "email": mail} if mail else {"step": "address"}
        return _page(request, visitor, "sign_in", {"next": wanted, **step})
    found = members_of(visitor)
    if found and wanted != reverse("counterfoil:portal"):
        return redirect(wanted)
    if len(found) == 1:
        return redirect("counterfoil:portal-overview", found[0].partner.slug)
    return _page(request, visitor, "choose", {"memberships": found})


def _page(
    request: HttpRequest, visitor: Visitor, name: str, context: dict[str, object]
) -> HttpResponse:
    around = frame(here=request.get_full_path()) | {
        "account_email": visitor.called if is_fresh(visitor) else ""
    }
    return render(request, f"counterfoil/portal/{name}.html", around | context)


def _wanted(request: HttpRequest) -> str:
    """Give the page of the portal somebody wanted, or this one."""
    home, wanted = reverse("counterfoil:portal"), request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, None, request.is_secure())
    return wanted if is_ours and wanted.startswith(home) else home
