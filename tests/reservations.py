"""What tests of reservations begin with: a stock to pick from, and asking for some of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from counterfoil.models import Partner, Product, Reservation
from counterfoil.operations.grant import grant
from counterfoil.operations.reserve import reserve
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import OPERATOR, make_product, now

OWNER = "operator:operator-1"
MACHINE = Actor(kind=ActorKind.PARTNER, id="key:1", display="A machine")
SECOND = Actor(kind=ActorKind.OPERATOR, id="operator-2", display="Otto Operator")
TOMORROW = timedelta(days=1)


def stock(quantity: int, *, partner: Partner | None = None) -> tuple[Product, list[UUID]]:
    """Lay in so many that nobody has: for a partner, or for the house itself."""
    product = Product.objects.filter(sku="DNA-STD").first() or make_product()
    granted = grant(
        request_id=uuid4(),
        product=product,
        quantity=quantity,
        category=GrantCategory.CUSTOMER_SERVICE
        if partner is None
        else GrantCategory.PARTNER_DISTRIBUTION,
        reason="For the fair",
        reference="FAIR-1",
        by=OPERATOR,
        at=now(),
        partner=partner,
        approved_by=SECOND,
    )
    return product, sorted(granted.entitlements.values_list("pk", flat=True))


def partner(slug: str = "kennel") -> Partner:
    """Make an organisation that hands on what it has."""
    return Partner.objects.create(slug=slug, name=slug.title(), created_at=now())


def asked(product: Product, quantity: int = 2, **other: Any) -> dict[str, Any]:
    """Give the arguments of an act that keeps so many until tomorrow."""
    given: dict[str, Any] = {
        "owner": OWNER,
        "key": str(uuid4()),
        "product_id": product.pk,
        "quantity": quantity,
        "until": now() + TOMORROW,
        "by": OPERATOR,
        "at": now(),
    }
    return given | other


def keep(quantity: int = 1, *, account_id: UUID | None = None, **other: Any) -> Reservation:
    """Lay in so many and keep them all."""
    product, _ = stock(quantity)
    return reserve(**asked(product, quantity, account_id=account_id, **other))


def kept(reservation: Reservation) -> list[UUID]:
    """Give what a reservation still keeps."""
    return sorted(reservation.items.filter(ended_at=None).values_list("entitlement_id", flat=True))


def ends(reservation: Reservation) -> list[str]:
    """Give how each item of a reservation ended, in the order of their entitlements."""
    items = reservation.items.order_by("entitlement_id")
    return list(items.values_list("ended_because", flat=True))


def later(days: float) -> datetime:
    """Give a moment so many days from now."""
    return now() + timedelta(days=days)
