"""Products by SKU, and the entitlements of a purchase in short."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from counterfoil.errors import NotFound
from counterfoil.models import Allotment, Code, Entitlement, Partner, Product, ProductMapping
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


def products_of(
    skus: Collection[str],
    *,
    partner_id: UUID | None = None,
    connection_id: UUID | None = None,
    told: Collection[str] = (),
) -> Sequence[Product]:
    """
    Find products for whoever sees only their own: what they have something of, or sell.

    That is also what they sold once, and what their sub-partners have: they can take it back. Of
    what they have nothing they are told as of what nobody has, unless they were ``told`` of it
    before. Who is neither a partner nor bound to a connection sees all.

    :raises NotFound: if there is one that is none of these.
    """
    rows = Product.objects.filter(sku__in=skus)
    if partner_id is not None or connection_id is not None:
        sold = ProductMapping.objects.filter(product=OuterRef("pk"))
        allotted = Allotment.objects.filter(product=OuterRef("pk"))
        units = Entitlement.objects.filter(product=OuterRef("pk"))
        has = Q(pk__in=told)
        if connection_id is not None:
            has |= Q(Exists(sold.filter(connection=connection_id)))
            has |= Q(Exists(units.filter(purchase__connection=connection_id)))
        if partner_id is not None:
            theirs = Q(partner=partner_id) | Q(partner__parent=partner_id)
            has |= Q(Exists(sold.filter(connection__partner=partner_id)))
            has |= Q(Exists(allotted.filter(theirs)))
            has |= Q(Exists(units.filter(theirs)))
        rows = rows.filter(has)
    found = {one.sku: one for one in rows}
    for sku in skus:
        if sku not in found:
            raise NotFound(f"There is no product {sku[:64]}.")
    return [found[sku] for sku in skus]


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
