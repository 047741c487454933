"""A partner of the demo's shop: a dog club with something to hand out, and a branch of it."""

from datetime import datetime
from uuid import uuid5

from counterfoil.models import PartnerRole, Product
from counterfoil.operations.allot import allot
from counterfoil.operations.invite_member import invite_member
from counterfoil.operations.open_partner import open_partner
from counterfoil.testing.shop import NAMESPACE, OLGA

ADMIN = "club@example.com"
ALLOTTED = {"DNA-STD": ("Members' tests", 20), "CLUB-1Y": ("Free memberships", 12)}


def add_partner(*, at: datetime) -> None:
    """Set up a partner with a sub-partner, an admin, and two allotments."""
    club = open_partner(slug="dog-club", name="Dog club", by=OLGA, at=at)
    open_partner(slug="dog-club-north", name="Dog club, north", parent_id=club.pk, by=OLGA, at=at)
    invite_member(
        partner_id=club.pk, mail=ADMIN, name="Clara Club", role=PartnerRole.ADMIN, by=OLGA, at=at
    )
    for sku, (label, quantity) in ALLOTTED.items():
        allot(
            request_id=uuid5(NAMESPACE, f"allot-{sku}"),
            partner_id=club.pk,
            product_id=Product.objects.get(sku=sku).pk,
            quantity=quantity,
            label=label,
            reference="CASE-2100",
            reason="For the members of the club",
            by=OLGA,
            at=at,
        )
