"""
Giving something away: the page on which it is set, and on which its giver sees what became of it.

It is open to whoever bought it, signed in, and for as long as the thank-you page shows codes, to
the browser that paid.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from counterfoil.errors import (
    CounterfoilError,
    GiftDateInvalid,
    GiftTextTooLong,
    MailInvalid,
    NotFound,
)
from counterfoil.models.ids import id_of
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.correct_recipient import correct_recipient
from counterfoil.operations.resend_code import resend_code
from counterfoil.operations.set_gift import set_gift
from counterfoil.pages.cart_cookie import is_bound
from counterfoil.pages.gift_form import FORM_INVALID, GiftForm, refusal_words
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.pages.my_purchases import to_sign_in
from counterfoil.queries.bought import find_checkout
from counterfoil.queries.gifts import Giveable, giveable, giver_of, is_of_cart, may_give
from counterfoil.rules.lifecycle import PublicState

WRONG = (MailInvalid, GiftDateInvalid, GiftTextTooLong)


@dataclass(frozen=True, kw_only=True, slots=True)
class Giving:
    """Somebody who may give something, and where the pages about it answer."""

    request: PageRequest
    entitlement_id: UUID
    page: str
    card_page: str

    @property
    def giver_id(self) -> UUID | None:
        """Give the person who is told what becomes of the gift."""
        account = self.request.visitor.account
        own = account.person_id if account is not None else None
        return own or giver_of(self.entitlement_id)

    def read(self) -> Giveable:
        """Read what is given as it stands now."""
        item = giveable(self.entitlement_id, now=timezone.now())
        if item is None:
            raise NotFound
        return item


@hosted()
def gift(request: PageRequest, handle: str, cart_id: UUID | None = None) -> HttpResponse:
    """Show what became of a gift, or the form to set it; and do what a button asks for."""
    giving = admit(request, handle, cart_id)
    if giving is None:
        return to_sign_in(reverse("counterfoil:gift", args=[handle]))
    if request.method != "POST":
        return _page(giving)
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise NotFound
    try:
        return act(giving)
    except NotFound:
        raise
    except CounterfoilError as refusal:
        return _page(giving, notice=refusal_words(refusal), status=409)


def admit(request: PageRequest, handle: str, cart_id: UUID | None) -> Giving | None:
    """
    Let in whoever may give this away; nobody, if they have to prove their address first.

    :raises NotFound: if it is somebody else's.
    """
    entitlement_id, account = id_of(handle), request.visitor.account
    where: list[Any] = [handle]
    names = ("gift", "gift-card")
    if cart_id is not None and _paid_here(request, entitlement_id, cart_id):
        where, names = [cart_id, handle], ("gift-of-cart", "gift-card-of-cart")
    elif account is None:
        return None
    elif not may_give(entitlement_id, account):
        raise NotFound
    page, card_page = (reverse(f"counterfoil:{name}", args=where) for name in names)
    return Giving(request=request, entitlement_id=entitlement_id, page=page, card_page=card_page)


def _paid_here(request: PageRequest, entitlement_id: UUID, cart_id: UUID) -> bool:
    if not is_bound(request, cart_id) or not is_of_cart(entitlement_id, cart_id):
        return False
    checkout = find_checkout(cart_id)
    return checkout is not None and checkout.shows_codes(timezone.now())


def _set(giving: Giving) -> HttpResponse:
    form = GiftForm.posted(giving.request.POST)
    if form.errors:
        return _edit(giving, giving.read(), form)
    try:
        set_gift(
            entitlement_id=giving.entitlement_id,
            words=form.words(),
            send_at=form.send_at(),
            time_zone=form.zone,
            locale=get_language() or "",
            giver_id=giving.giver_id,
            by=giving.request.visitor.actor,
            at=timezone.now(),
        )
    except WRONG as refusal:
        return _edit(giving, giving.read(), form.with_refusal(refusal))
    return redirect(giving.page)


def _cancel(giving: Giving) -> HttpResponse:
    by, at = giving.request.visitor.actor, timezone.now()
    cancel_gift(entitlement_id=giving.entitlement_id, by=by, at=at)
    return redirect(giving.page)


def _correct(giving: Giving) -> HttpResponse:
    mail = giving.request.POST.get("recipient_mail", "")
    by, at = giving.request.visitor.actor, timezone.now()
    try:
        correct_recipient(entitlement_id=giving.entitlement_id, recipient_mail=mail, by=by, at=at)
    except MailInvalid as refusal:
        errors = {"recipient_mail": refusal_words(refusal)}
        return _page(giving, status=FORM_INVALID, errors=errors, corrected=mail)
    return redirect(giving.page)


def _again(giving: Giving) -> HttpResponse:
    by, at = giving.request.visitor.actor, timezone.now()
    resend_code(entitlement_id=giving.entitlement_id, by=by, at=at)
    return redirect(giving.page)


ACTS: Mapping[str, Callable[[Giving], HttpResponse]] = {
    "set": _set,
    "cancel": _cancel,
    "correct": _correct,
    "again": _again,
}


def _page(giving: Giving, *, status: int = 200, **more: Any) -> HttpResponse:
    item = giving.read()
    has_gift = item.gift is not None and item.gift.is_open
    is_free = item.state is PublicState.READY and not has_gift
    wants_change = "change" in giving.request.GET and item.gift is not None and item.gift.is_unsent
    if (is_free or wants_change) and "notice" not in more:
        return _edit(giving, item, GiftForm.of(item.gift if has_gift else None))
    return show(giving.request, "gift", _context(giving, item) | more, status=status)


def _edit(giving: Giving, item: Giveable, form: GiftForm) -> HttpResponse:
    context = _context(giving, item) | {"form": form}
    status = FORM_INVALID if form.errors else 200
    return show(giving.request, "gift_edit", context, status=status)


def _context(giving: Giving, item: Giveable) -> dict[str, Any]:
    return {
        "page": "my-purchases",
        "item": item,
        "gift": item.gift,
        "gift_url": giving.page,
        "card_url": giving.card_page,
        "is_test": item.is_test,
        "errors": {},
    }
