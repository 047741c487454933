"""How did a checkout of ours end, and which codes came of it?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Min

from counterfoil.conf import conf
from counterfoil.models import Cart, CartState, Code, CodeState, Purchase
from counterfoil.rules.orders import PaymentStatus


class Outcome(StrEnum):
    """How far a checkout has come."""

    CONFIRMING = "confirming"
    AWAITING = "awaiting"
    FAILED = "failed"
    PAID = "paid"


_OUTCOMES = {
    PaymentStatus.OPEN: Outcome.CONFIRMING,
    PaymentStatus.AWAITING: Outcome.AWAITING,
    PaymentStatus.FAILED: Outcome.FAILED,
    PaymentStatus.EXPIRED: Outcome.FAILED,
    PaymentStatus.PAID: Outcome.PAID,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkout:
    """A checkout, and what came of it; codes are shown until ``shown_until``."""

    cart: Cart
    outcome: Outcome
    purchase: Purchase | None
    shown_until: datetime | None

    @property
    def is_test_payment(self) -> bool:
        """Tell whether it is paid with the built-in test payment."""
        return self.cart.connection.channel == "native" and self.cart.connection.is_test

    def shows_codes(self, now: datetime) -> bool:
        """Tell whether the browser that paid may still see the codes."""
        return self.shown_until is not None and now < self.shown_until


@dataclass(frozen=True, kw_only=True, slots=True)
class BoughtCode:
    """A code that was bought just now; in the clear, for the page that shows it."""

    code: str
    product: str
    handle: str
    valid_until: datetime | None
    waiting_until: datetime | None
    needs_subject: bool


def find_checkout(cart_id: UUID) -> Checkout | None:
    """
    Read how the checkout of this cart stands, by what we know without asking the channel.

    The time codes are shown for begins when they are issued, not when somebody began to pay: a
    payment page may stay open for long.
    """
    cart = Cart.objects.select_related("buyer", "connection").filter(pk=cart_id).first()
    if cart is None:
        return None
    purchase = (
        Purchase.objects.filter(cart=cart)
        .select_related("buyer")
        .annotate(issued_at=Min("entitlements__created_at"))
        .first()
    )
    if purchase is None:
        abandoned = cart.state == CartState.ABANDONED
        outcome = Outcome.FAILED if abandoned else Outcome.CONFIRMING
        return Checkout(cart=cart, outcome=outcome, purchase=None, shown_until=None)
    issued_at = purchase.issued_at
    window = timedelta(minutes=conf.CODES_SHOWN_MINUTES)
    return Checkout(
        cart=cart,
        outcome=_OUTCOMES[PaymentStatus(purchase.payment)],
        purchase=purchase,
        shown_until=issued_at + window if issued_at else None,
    )


def codes_of(purchase: Purchase) -> list[BoughtCode]:
    """Open the live codes of a purchase that can be used; nothing is written down about it."""
    codes = (
        Code.objects.filter(
            entitlement__purchase=purchase,
            entitlement__held_count=0,
            state=CodeState.LIVE,
            ciphertext__isnull=False,
        )
        .select_related("entitlement__product", "entitlement__terms")
        .order_by("entitlement__line", "entitlement__ordinal")
    )
    return [
        BoughtCode(
            code=code.opened(),
            product=code.entitlement.product.name,
            handle=code.entitlement.handle,
            valid_until=code.entitlement.expires_at,
            waiting_until=code.entitlement.reserved_until,
            needs_subject=code.entitlement.terms.needs_subject,
        )
        for code in codes
    ]
