"""Products by SKU, and the entitlements of a purchase in short."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import Code, Entitlement, Partner, Product
from counterfoil.models.ids import handle_of


@dataclass(frozen=True, kw_only=True, slots=True)
class EntitlementInShort:
    """An entitlement without its story."""

    handle: str
    state: str
    version: int
    last_four: str
    expires_at: datetime | None


def product_by_sku(sku: str) -> Product:
    """
    Find a product.

    :raises NotFound: if there is none with this SKU.
    """
    product = Product.objects.filter(sku=sku).first()
    if product is None:
        raise NotFound("There is no product with this SKU.")
    return product


def partners() -> list[Partner]:
    """Give all partners by name."""
    return list(Partner.objects.order_by("name"))


def partner_by_slug(slug: str) -> Partner:
    """
    Find a partner.

    :raises NotFound: if there is none of this name.
    """
    partner = Partner.objects.filter(slug=slug).first()
    if partner is None:
        raise NotFound("There is no partner of this name.")
    return partner


def entitlements_of(purchase_id: UUID, *, most: int = 100) -> list[EntitlementInShort]:
    """Give the first entitlements of a purchase, with the end of the last code of each."""
    rows = Entitlement.objects.filter(purchase=purchase_id).order_by("line", "ordinal")[:most]
    last_fours = dict(
        Code.objects.filter(entitlement__in=[one.pk for one in rows])
        .order_by("created_at")
        .values_list("entitlement_id", "last_four")
    )
    return [
        EntitlementInShort(
            handle=handle_of(one.pk),
            state=one.state,
            version=one.version,
            last_four=last_fours.get(one.pk, ""),
            expires_at=one.expires_at,
        )
        for one in rows
    ]
