"""Giving what one bought without its code: to oneself, or to somebody's address at once."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from counterfoil.errors import NotFound
from counterfoil.hosting.policy import require_givable, require_usable, whoever
from counterfoil.models import Account
from counterfoil.models.ids import id_of
from counterfoil.operations.assign import assign
from counterfoil.operations.assign_to_mail import assign_to_mail
from counterfoil.pages.hosted import PageRequest, hosted
from counterfoil.pages.my_purchases import show_unit, to_sign_in, to_unit
from counterfoil.pages.passing_words import NO_ADDRESS, REFUSED, told
from counterfoil.queries.bought_units import is_bought_by
from counterfoil.queries.holdings import open_assignment
from counterfoil.rules.people import Assignee, normalise_mail

FORM_INVALID, CHANGED = 422, 409


@hosted(post_only_beside="counterfoil:my-purchases")
def use_it(request: PageRequest, handle: str) -> HttpResponse:
    """Give it to whoever bought it, and go on as if they had typed its code."""
    account, entitlement_id = request.visitor.account, id_of(handle)
    if account is None:
        return _back(handle)
    if not is_bought_by(entitlement_id, account):
        raise NotFound
    to, by = Assignee(account_id=account.pk), request.visitor.actor
    at = timezone.now()
    require_usable(entitlement_id=entitlement_id, to=to, surface="page", at=at)
    try:
        assign(entitlement_id=entitlement_id, to=to, by=by, at=at)
    except REFUSED as refusal:
        more = {"refusal": told(refusal)}
        return show_unit(request, account, entitlement_id, more, status=CHANGED)
    return _onward(handle, account)


@hosted(post_only_beside="counterfoil:my-purchases")
def give(request: PageRequest, handle: str) -> HttpResponse:
    """Give it at once to whoever reads an address."""
    account, entitlement_id = request.visitor.account, id_of(handle)
    if account is None:
        return _back(handle)
    if not is_bought_by(entitlement_id, account):
        raise NotFound
    typed = request.POST.get("email", "")
    mail = normalise_mail(typed)
    if mail is None:
        wrong = {"errors": {"email": NO_ADDRESS}, "typed": typed}
        return show_unit(request, account, entitlement_id, wrong, status=FORM_INVALID)
    by, at = request.visitor.actor, timezone.now()
    to = whoever(mail=mail)
    require_givable(entitlement_id=entitlement_id, to=to, surface="page", at=at)
    try:
        assign_to_mail(entitlement_id=entitlement_id, mail=mail, by=by, at=at)
    except REFUSED as refusal:
        more = {"refusal": told(refusal), "typed": typed}
        return show_unit(request, account, entitlement_id, more, status=CHANGED)
    return _onward(handle, account)


def _onward(handle: str, account: Account) -> HttpResponse:
    """Go where whoever has something goes; or back to the unit, if it is somebody else's now."""
    held = open_assignment(id_of(handle), account)
    return to_unit(handle) if held is None else redirect("counterfoil:claimed", held.pk)


def _back(handle: str) -> HttpResponse:
    return to_sign_in(reverse("counterfoil:unit", args=[handle]))
