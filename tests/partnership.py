"""Partners with something to hand out, for tests."""

from dataclasses import dataclass
from uuid import UUID

from counterfoil.models import (
    Allotment,
    Entitlement,
    Partner,
    PartnerMember,
    PartnerRole,
    Product,
)
from counterfoil.models.ids import uuid7
from counterfoil.operations.allot import allot
from counterfoil.operations.invite_member import invite_member
from counterfoil.operations.open_partner import open_partner
from counterfoil.rules.partners import Choice
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import OPERATOR, make_product, now

LATER = Actor(kind=ActorKind.OPERATOR, id="operator-2", display="Sam Second")


@dataclass(frozen=True, slots=True)
class Clinic:
    """A partner with an allotment, and a sub-partner that has nothing yet."""

    partner: Partner
    allotment: Allotment
    branch: Partner
    admin: Actor
    operator: Actor
    branch_admin: Actor

    def free(self) -> list[UUID]:
        """Give what it has that is issued, the oldest first."""
        return units_of(self.partner, state="issued")

    def some(self, count: int) -> Choice:
        """Mean so many of its allotment."""
        return Choice(allotment_id=self.allotment.pk, quantity=count)


def make_clinic(slug: str = "clinic", *, quantity: int = 10) -> Clinic:
    """Make a partner with so many of one product allotted, its people, and a sub-partner."""
    product = Product.objects.filter(sku="DNA-STD").first() or make_product()
    partner = open_partner(slug=slug, name=slug.title(), by=OPERATOR, at=now())
    branch = open_partner(
        slug=f"{slug}-branch", name="Branch", parent_id=partner.pk, by=OPERATOR, at=now()
    )
    return Clinic(
        partner=partner,
        allotment=allotted(partner, product, quantity),
        branch=branch,
        admin=acting(member(partner, "admin", PartnerRole.ADMIN)),
        operator=acting(member(partner, "operator", PartnerRole.OPERATOR)),
        branch_admin=acting(member(branch, "admin", PartnerRole.ADMIN)),
    )


def allotted(partner: Partner, product: Product, quantity: int) -> Allotment:
    """Allot so many, with a second person where that is needed."""
    return allot(
        request_id=uuid7(),
        partner_id=partner.pk,
        product_id=product.pk,
        quantity=quantity,
        label="Spring",
        reference="CASE-7",
        reason="Spring campaign",
        by=OPERATOR,
        approved_by=LATER,
        at=now(),
    )


def member(partner: Partner, name: str, role: PartnerRole) -> PartnerMember:
    """Let somebody act for a partner."""
    return invite_member(
        partner_id=partner.pk,
        mail=f"{name}@{partner.slug}.example",
        role=role,
        by=OPERATOR,
        at=now(),
    )


def acting(one: PartnerMember) -> Actor:
    """Give whom acts of this member are attributed to."""
    return Actor(kind=ActorKind.PARTNER, id=str(one.pk), display=one.partner.name)


def units_of(partner: Partner, **which: object) -> list[UUID]:
    """Give the ids of what a partner has, the oldest first."""
    found = Entitlement.objects.filter(partner=partner, **which)
    return list(found.order_by("pk").values_list("pk", flat=True))


def granted(allotment: Allotment) -> int:
    """Tell how many an allotment may have now."""
    return Allotment.objects.get(pk=allotment.pk).granted
