"""Every page of the portal, with something behind each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, reverse
from tests.handouts import carried_out, source_of, upload
from tests.partnership import Clinic, make_clinic, member

from counterfoil.models import Gift, Handout, PartnerRole
from counterfoil.models.ids import handle_of, uuid7, uuid_of
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.print_cards import print_cards
from counterfoil.operations.reserve import reserve
from counterfoil.portal.urls import urlpatterns
from counterfoil.testing.builders import now

PATTERNS = [one for one in urlpatterns if isinstance(one, URLPattern) and one.name != "portal"]
NAMES = [str(one.name) for one in PATTERNS]
VIEWS = {str(one.name): one.callback for one in PATTERNS}


@dataclass(frozen=True)
class Places:
    """A partner that has done everything a partner can do, and the addresses of its pages."""

    clinic: Clinic
    sent: Handout
    judged: Handout
    cards: Handout
    reservation_id: Any
    colleague: Any

    def address(self, name: str, *, slug: str = "") -> str:
        """Give the address of a page; with another slug as if it were another partner's."""
        gift = Gift.objects.filter(partner=self.clinic.partner, recipient__isnull=False).first()
        assert gift is not None
        handle = handle_of(gift.entitlement_id)
        of_piece = ("portal-piece", "portal-send-again", "portal-correct", "portal-take-back")
        of_list = ("portal-list", "portal-list-confirm", "portal-list-discard")
        given: dict[str, list[object]] = {
            **{one: [handle] for one in of_piece},
            **{one: [self.judged.pk] for one in of_list},
            "portal-results": [self.sent.pk],
            "portal-print-again": [self.cards.pk],
            "portal-release": [self.reservation_id],
            "portal-take-back-from": [self.clinic.branch.pk],
            "portal-member-role": [self.colleague],
            "portal-member-end": [self.colleague],
        }
        partner = slug or self.clinic.partner.slug
        return reverse(f"counterfoil:{name}", args=[partner, *given.get(name, [])])


def furnish(slug: str = "clinic") -> Places:
    """Let a partner do everything once."""
    clinic = make_clinic(slug, quantity=20)
    sent = carried_out(clinic, ["ann@example.com", "bob@example.com"])
    judged = upload(clinic, ["cy@example.com", "nobody"]).handout
    printed = print_cards(
        partner_id=clinic.partner.pk,
        source=source_of(clinic),
        quantity=2,
        message="",
        key="cards",
        by=clinic.admin,
        at=now(),
    )
    kept = reserve(
        owner=f"partner:{clinic.partner.pk}",
        key="fair",
        product_id=clinic.allotment.product_id,
        quantity=3,
        partner_id=clinic.partner.pk,
        until=now() + timedelta(days=3),
        label="Fair",
        by=clinic.operator,
        at=now(),
    )
    hand_on(
        request_id=uuid7(),
        partner_id=clinic.partner.pk,
        to_partner_id=clinic.branch.pk,
        choice=clinic.some(2),
        by=clinic.admin,
        at=now(),
    )
    colleague = member(clinic.partner, "colleague", PartnerRole.OPERATOR)
    return Places(
        clinic=clinic,
        sent=sent,
        judged=judged,
        cards=printed.handout,
        reservation_id=kept.pk,
        colleague=uuid_of(str(colleague.pk)),
    )
