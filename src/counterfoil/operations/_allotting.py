"""What somebody wants to allot to a partner, kept until a second person has decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import Partner, Product
from counterfoil.models.ids import uuid_of


@dataclass(frozen=True, kw_only=True, slots=True)
class AllotmentWish:
    """An allotment as it was asked for; with ``allotment_id``, more of one that is there."""

    request_id: UUID
    partner_id: UUID
    product_id: UUID
    quantity: int
    label: str
    reference: str
    reason: str
    allotment_id: UUID | None

    def as_arguments(self) -> dict[str, Any]:
        """Give the arguments of :func:`allot`."""
        return {name: getattr(self, name) for name in self.__slots__}

    def as_data(self) -> dict[str, Any]:
        """Give plain data, by the names people know partner and product by."""
        return {
            "request_id": str(self.request_id),
            "partner": Partner.objects.get(pk=self.partner_id).slug,
            "sku": Product.objects.get(pk=self.product_id).sku,
            "quantity": self.quantity,
            "label": self.label,
            "reference": self.reference,
            "reason": self.reason,
            "allotment": str(self.allotment_id) if self.allotment_id else "",
        }


def allotment_wish_from(data: Mapping[str, Any]) -> AllotmentWish:
    """
    Read a wish again, with product and partner as they are now.

    :raises NotFound: if the product, or the partner, is not there any more.
    """
    partner = Partner.objects.filter(slug=data["partner"]).first()
    product = Product.objects.filter(sku=data["sku"]).first()
    if partner is None or product is None:
        raise NotFound("The product or partner is not there any more.")
    return AllotmentWish(
        request_id=UUID(data["request_id"]),
        partner_id=partner.pk,
        product_id=product.pk,
        quantity=data["quantity"],
        label=data["label"],
        reference=data["reference"],
        reason=data["reason"],
        allotment_id=uuid_of(data["allotment"]),
    )
