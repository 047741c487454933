"""Changing the address of one's account, or making one of two accounts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from counterfoil.errors import AddressTaken, ProofMissing, SignInRefused, TooManyAttempts
from counterfoil.intake.joining import merge, prove_new_address
from counterfoil.operations.request_sign_in import request_sign_in
from counterfoil.pages.host_sign_in import not_where_the_host_signs_in
from counterfoil.pages.hosted import PageRequest, hosted, refuse, show
from counterfoil.pages.my_purchases import to_sign_in
from counterfoil.pages.origin import origin_of
from counterfoil.queries.people import account_proved_by
from counterfoil.rules.people import mask_mail, normalise_mail
from counterfoil.web.visitor import remember

PAGE = "counterfoil:account-mail"
FORM_INVALID = 422
WAITING = "counterfoil_new_mail"


@hosted()
@not_where_the_host_signs_in
def change(request: PageRequest) -> HttpResponse:
    """Ask for another address, and have digits sent there."""
    visitor = request.visitor
    if visitor.account is None:
        return to_sign_in(reverse(PAGE))
    if request.method != "POST":
        return _page(request, {})
    if "again" in request.POST:
        request.session.pop(WAITING, None)
        return redirect(PAGE)
    typed = request.POST.get("email", "")
    address = normalise_mail(typed)
    if address is None:
        told = _("This does not look like an address. One is name@example.com.")
        return _page(request, {"errors": {"email": told}, "email": typed}, status=FORM_INVALID)
    if address == visitor.mail:
        told = _("This is your address already.")
        return _page(request, {"errors": {"email": told}, "email": typed}, status=FORM_INVALID)
    locale, at = get_language() or "", timezone.now()
    try:
        waiting = request_sign_in(mail=address, locale=locale, by=visitor.actor, at=at)
    except TooManyAttempts as refusal:
        return refuse(request, refusal, kind="too_many_sign_ins")
    _keep(request, waiting.pk, mask_mail(address), is_proved=False)
    return redirect(PAGE)


@hosted(post_only_beside=PAGE)
@not_where_the_host_signs_in
def confirm(request: PageRequest) -> HttpResponse:
    """Take the digits; if they fit, the account is reached there from now on."""
    visitor, waiting = request.visitor, request.session.get(WAITING)
    if visitor.account is None or waiting is None:
        return redirect(PAGE)
    sign_in_id = UUID(waiting["id"])
    digits = "".join(filter(str.isdigit, request.POST.get("one_time_code", "")))
    try:
        account = prove_new_address(
            account_id=visitor.account.pk,
            sign_in_id=sign_in_id,
            digits=digits,
            origin=origin_of(request),
            by=visitor.actor,
            at=timezone.now(),
        )
    except TooManyAttempts as refusal:
        return refuse(request, refusal, kind="too_many_sign_ins")
    except SignInRefused:
        told = _("These digits do not fit. After five tries ask for new ones.")
        return _page(request, {"errors": {"one_time_code": told}}, status=FORM_INVALID)
    except AddressTaken:
        _keep(request, sign_in_id, waiting["mail"], is_proved=True)
        return redirect(PAGE)
    request.session.pop(WAITING)
    remember(request, account)
    return _done(request, "changed")


@hosted(post_only_beside=PAGE)
@not_where_the_host_signs_in
def join(request: PageRequest) -> HttpResponse:
    """Make one account of this one and that of the address which was just proved."""
    visitor, waiting = request.visitor, request.session.pop(WAITING, None)
    if visitor.account is None or waiting is None:
        return redirect(PAGE)
    sign_in_id = UUID(waiting["id"])
    other = account_proved_by(sign_in_id)
    if other is None:
        return redirect(PAGE)
    try:
        merge(
            survivor_id=visitor.account.pk,
            merged_id=other.pk,
            by=visitor.actor,
            at=timezone.now(),
            sign_in_id=sign_in_id,
        )
    except ProofMissing:  # it took too long: begin again
        return redirect(PAGE)
    return _done(request, "joined")


def _done(request: PageRequest, what: str) -> HttpResponse:
    return redirect(f"{reverse('counterfoil:account')}?done={what}")


def _page(request: PageRequest, wrong: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    waiting = request.session.get(WAITING)
    step = "address"
    if waiting is not None:
        step = "join" if waiting["is_proved"] else "one_time"
    email = waiting["mail"] if waiting else ""
    context = {"page": "account", "step": step, "email": email, **wrong}
    return show(request, "account_mail", context, status=status)


def _keep(request: PageRequest, sign_in_id: UUID, mail: str, *, is_proved: bool) -> None:
    request.session[WAITING] = {"id": str(sign_in_id), "mail": mail, "is_proved": is_proved}
