"""What staff and partners do in Counterfoil itself, whatever the host is."""

from uuid import uuid4

from counterfoil.effects.settling import settle
from counterfoil.models import PartnerRole, Product, Purchase
from counterfoil.operations.allot import allot
from counterfoil.operations.hand_out import hand_out
from counterfoil.operations.invite_member import invite_member
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.replace_code import replace_code
from counterfoil.rules.handouts import Known, Mode, Said, Source
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import OPERATOR, now


class Staff:
    """The half of a :class:`journeys.Host` that happens at Counterfoil's console and portal."""

    def replace_lost_code(self, order: str) -> None:
        unit = Purchase.objects.get(external_reference=order).entitlements.get()
        replace_code(entitlement_id=unit.pk, by=OPERATOR, at=now(), reason="code_lost")
        settle()

    def hand_out(self, to: str) -> None:
        club = open_partner(slug="club", name="Dog club", by=OPERATOR, at=now())
        clara = invite_member(
            partner_id=club.pk,
            mail="clara@club.example",
            role=PartnerRole.ADMIN,
            by=OPERATOR,
            at=now(),
        )
        kit = Product.objects.get()
        lot = allot(
            request_id=uuid4(),
            partner_id=club.pk,
            product_id=kit.pk,
            quantity=2,
            label="Members",
            reference="CASE-1",
            reason="For members",
            by=OPERATOR,
            at=now(),
        )
        hand_out(
            partner_id=club.pk,
            source=Source(product_id=kit.pk, allotment_id=lot.pk),
            key="first",
            said=Said(mail=to),
            mode=Mode.INVITE,
            known=Known.SEND,
            time_zone="UTC",
            by=Actor(kind=ActorKind.PARTNER, id=str(clara.pk), display="Dog club"),
            at=now(),
        )
        settle()
