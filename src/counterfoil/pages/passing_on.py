"""What somebody does with what they have: give it back, offer it to somebody, call that off."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from counterfoil.errors import MailInvalid, NotFound, RecipientIsHolder
from counterfoil.models import Account
from counterfoil.models.ids import id_of
from counterfoil.operations.cancel_transfer import cancel_transfer
from counterfoil.operations.offer_transfer import offer_transfer
from counterfoil.operations.unassign import unassign
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import PAGE, show_unit, to_sign_in, to_unit
from counterfoil.pages.passing_words import REFUSED, told
from counterfoil.queries.bought_units import is_bought_by
from counterfoil.queries.holdings import Used, use_now

FORM_INVALID, CHANGED = 422, 409


@hosted()
def give_back(request: PageRequest, handle: str) -> HttpResponse:
    """Say what giving it back means, and do it."""
    account = request.visitor.account
    if account is None:
        return _back("give-back", handle)
    use = _use(account, handle)
    if request.method != "POST":
        if use.undo_until is None:
            return to_unit(handle)
        mine = is_bought_by(use.entitlement_id, account)
        return show(request, "give_back", {"page": PAGE, "use": use, "is_bought": mine})
    try:
        unassign(entitlement_id=use.entitlement_id, by=request.visitor.actor, at=timezone.now())
    except REFUSED as refusal:
        return _refused(request, account, use, told(refusal))
    if is_bought_by(use.entitlement_id, account):
        return to_unit(handle)
    return show(request, "given_back", {"page": PAGE, "product": use.product})


@hosted()
def offer(request: PageRequest, handle: str) -> HttpResponse:
    """Ask to whom it is to go, and offer it to them."""
    account = request.visitor.account
    if account is None:
        return _back("offer", handle)
    use = _use(account, handle)
    if request.method != "POST":
        return _form(request, use, {}) if use.can_offer else to_unit(handle)
    typed, by = request.POST.get("email", ""), request.visitor.actor
    try:
        offer_transfer(entitlement_id=use.entitlement_id, mail=typed, by=by, at=timezone.now())
    except (MailInvalid, RecipientIsHolder) as refusal:
        wrong = {"errors": {"email": told(refusal)}, "typed": typed}
        return _form(request, use, wrong, status=FORM_INVALID)
    except REFUSED as refusal:
        return _refused(request, account, use, told(refusal))
    return to_unit(handle)


@hosted(post_only_beside="counterfoil:my-purchases")
def cancel_offer(request: PageRequest, handle: str) -> HttpResponse:
    """Call off the offer that stands."""
    account = request.visitor.account
    if account is None:
        return _back("unit", handle)
    use = _use(account, handle)
    if use.offer_id is None:  # answered, lapsed or called off since the page was shown
        return to_unit(handle)
    try:
        cancel_transfer(transfer_id=use.offer_id, by=request.visitor.actor, at=timezone.now())
    except REFUSED as refusal:
        return _refused(request, account, use, told(refusal))
    return to_unit(handle)


def _use(account: Account, handle: str) -> Used:
    """Give what this account has by this handle; anybody else's is not there."""
    use = use_now(id_of(handle), account, now=timezone.now())
    if use is None:
        raise NotFound
    return use


def _form(
    request: PageRequest, use: Used, wrong: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    return show(request, "offer", {"page": PAGE, "use": use, **wrong}, status=status)


def _refused(request: PageRequest, account: Account, use: Used, words: str) -> HttpResponse:
    more = {"refusal": words}
    return show_unit(request, account, use.entitlement_id, more, status=CHANGED)


def _back(name: str, handle: str) -> HttpResponse:
    return to_sign_in(reverse(f"counterfoil:{name}", args=[handle]))
