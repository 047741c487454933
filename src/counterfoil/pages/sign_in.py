"""Signing in by a one-time code sent to an address, and out."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.conf import conf
from counterfoil.errors import SignInRefused, TooManyAttempts
from counterfoil.intake.presenting import look_at, prove
from counterfoil.operations.request_sign_in import request_sign_in
from counterfoil.pages import presented
from counterfoil.pages.claim import claim_again
from counterfoil.pages.host_sign_in import sign_in_at_host, sign_out_at_host
from counterfoil.pages.hosted import PageRequest, hosted, refuse, show
from counterfoil.pages.origin import origin_of
from counterfoil.pages.returning import way_back
from counterfoil.rules.people import mask_mail, normalise_mail
from counterfoil.web import pending
from counterfoil.web.visitor import forget, remember

FORM_INVALID = 422


@hosted()
def sign_in(request: PageRequest) -> HttpResponse:
    """Ask for an address, and have a one-time code sent there."""
    back_to = _back_to(request)
    if conf.ACCOUNTS:
        return sign_in_at_host(request, back_to)
    if request.method != "POST":
        if request.visitor.account is not None:
            return redirect(back_to)
        return _page(request, {}, back_to)
    if "again" in request.POST:
        pending.drop(request)
        return redirect(_waiting_at(back_to))
    typed = request.POST.get("email", "")
    address = normalise_mail(typed)
    if address is None:
        errors = {"email": _("This does not look like an address. One is name@example.com.")}
        return _wrong(request, {"errors": errors, "email": typed}, back_to)
    by, at = request.visitor.actor, timezone.now()
    try:
        waiting = request_sign_in(mail=address, locale=get_language() or "", by=by, at=at)
    except TooManyAttempts as refusal:
        return refuse(request, refusal, kind="too_many_sign_ins")
    pending.keep(request, waiting.pk, mask_mail(address))
    return redirect(_waiting_at(back_to))


@hosted(post_only_beside="counterfoil:sign-in")
def sign_in_code(request: PageRequest) -> HttpResponse:
    """Take the one-time code; if it fits, the session is that account's."""
    back_to, waiting = _back_to(request), pending.pending_id(request)
    if waiting is None or conf.ACCOUNTS:
        return redirect(_waiting_at(back_to))
    digits = "".join(filter(str.isdigit, request.POST.get("one_time_code", "")))
    by, at = request.visitor.actor, timezone.now()
    try:
        account = prove(sign_in_id=waiting, digits=digits, origin=origin_of(request), by=by, at=at)
    except TooManyAttempts as refusal:
        return refuse(request, refusal, kind="too_many_sign_ins")
    except SignInRefused:
        errors = {"one_time_code": _("These digits do not fit. After five tries ask for new ones.")}
        return _wrong(request, {"errors": errors}, back_to)
    pending.drop(request)
    remember(request, account)
    if (code := presented.kept(request, at=at)) is not None:
        look_at(code=code, account_id=account.pk, by=by, at=at)
    return redirect(back_to)


@hosted(post_only_beside="counterfoil:my-purchases")
def sign_out(request: PageRequest) -> HttpResponse:
    """End the session; the host's as well, where it is the host's."""
    if conf.ACCOUNTS:
        return sign_out_at_host(request)
    forget(request)
    return redirect("counterfoil:signed-out")


@hosted()
def signed_out(request: PageRequest) -> HttpResponse:
    """Say that the session is over."""
    return show(request, "signed_out", {})


def _page(
    request: PageRequest, wrong: Mapping[str, Any], back_to: str, *, status: int = 200
) -> HttpResponse:
    mail = pending.pending_mail(request)
    step = {"step": "one_time", "email": mail} if mail else {"step": "address"}
    return show(request, "sign_in", {"next": back_to, **step, **wrong}, status=status)


def _wrong(request: PageRequest, wrong: Mapping[str, Any], back_to: str) -> HttpResponse:
    if back_to == reverse("counterfoil:claim"):
        return claim_again(request, wrong, status=FORM_INVALID)
    return _page(request, wrong, back_to, status=FORM_INVALID)


def _waiting_at(back_to: str) -> str:
    """Give the page that asks for the address or the digits: the claim, or one of its own."""
    if back_to == reverse("counterfoil:claim"):
        return back_to
    return f"{reverse('counterfoil:sign-in')}?{urlencode({'next': back_to})}"


def _back_to(request: PageRequest) -> str:
    return way_back(request, reverse("counterfoil:my-purchases"))
