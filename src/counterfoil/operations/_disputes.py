"""Disputes: suspended while open, given back when won, withdrawn when lost."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counterfoil.models import Dispute, Entitlement, HoldKind, Purchase
from counterfoil.operations._withdrawing import DISPUTE_LOST
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.park import park
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.operations.revoke import revoke
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import HOLDER_STATES, Move, State
from counterfoil.rules.orders import DisputeStatus, OrderDispute, OrderState, RefundStatus
from counterfoil.rules.people import Actor

CLOSED = {DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.INQUIRY_CLOSED}


def settle_disputes(purchase: Purchase, order: OrderState, *, by: Actor, at: datetime) -> None:
    """
    Bring holds and withdrawals to what the disputes of an order call for.

    An inquiry moves no money and changes nothing but the record of it. What somebody already has
    is not taken from them: it is put before a person, once for each turn the dispute takes. So is
    a dispute that was lost about a part of the money, for nobody knows which part.
    """
    for dispute in sorted(order.disputes, key=lambda one: one.reference):
        known = Dispute.objects.filter(purchase=purchase, external_reference=dispute.reference)
        before = known.first()
        turned = before is None or before.status != dispute.status.value
        about = _Case(purchase, dispute, by, at)
        if before is not None and not turned and dispute.status is not DisputeStatus.OPEN:
            if dispute.status is DisputeStatus.LOST and _is_about_everything(dispute, order):
                about.withdraw_late(before)
            continue
        _remember(purchase, dispute, at)
        match dispute.status:
            case DisputeStatus.OPEN:
                about.hold()
                if turned:
                    about.ask_about_used()
            case DisputeStatus.WON | DisputeStatus.INQUIRY_CLOSED:
                about.give_back()
            case DisputeStatus.LOST if _is_about_everything(dispute, order):
                about.withdraw()
            case DisputeStatus.LOST:
                about.ask_which()
            case DisputeStatus.INQUIRY:
                pass


def lost_everything(order: OrderState) -> bool:
    """Tell whether a bank has taken all the money back for good."""
    return any(
        one.status is DisputeStatus.LOST and _is_about_everything(one, order)
        for one in order.disputes
    )


def _is_about_everything(dispute: OrderDispute, order: OrderState) -> bool:
    """Tell whether nothing of the money is left, as far as that can be known."""
    refunded = sum(
        refund.amount
        for refund in order.refunds
        if refund.status is RefundStatus.SUCCEEDED and refund.currency == order.currency
    )
    same = dispute.currency == order.currency
    return same and dispute.amount + refunded >= order.amount_total


def _remember(purchase: Purchase, dispute: OrderDispute, at: datetime) -> None:
    facts = {
        "amount": dispute.amount,
        "currency": dispute.currency[:3],
        "status": dispute.status.value,
        "reason": dispute.reason[:64],
        "closed_at": at if dispute.status in CLOSED else None,
    }
    Dispute.objects.update_or_create(
        purchase=purchase,
        external_reference=dispute.reference,
        defaults=facts,
        create_defaults={**facts, "opened_at": dispute.at},
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One dispute of a purchase, and what it does to the units."""

    purchase: Purchase
    dispute: OrderDispute
    by: Actor
    at: datetime

    def hold(self) -> None:
        """Suspend what nobody has yet."""
        place_hold(
            entitlement_ids=[unit.pk for unit in self._live() if unit.state not in HOLDER_STATES],
            kind=HoldKind.DISPUTE,
            reference=self.dispute.reference,
            by=self.by,
            at=self.at,
            reason="dispute_opened",
        )

    def give_back(self) -> None:
        """Lift the hold; what went when the dispute seemed lost was brought back before."""
        self._lift()
        for kind in (
            ExceptionKind.DISPUTE_AFTER_ASSIGNMENT,
            ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT,
        ):
            resolve_exception(
                kind=kind,
                key=self._key,
                outcome="The dispute was won.",
                by=self.by,
                at=self.at,
            )

    def withdraw(self) -> None:
        """Withdraw what nobody has yet."""
        self._lift()
        unused = [unit.pk for unit in self._live() if unit.state not in HOLDER_STATES]
        if unused:
            self._revoke(unused)
        self.ask_about_used()

    def withdraw_late(self, known: Dispute) -> None:
        """Withdraw what was issued after the money was lost, unless somebody brought it back."""
        if known.closed_at is None:
            return
        # A large order is issued in parts, all at the moment it was looked at.
        late = self.purchase.entitlements.filter(created_at__gte=known.closed_at)
        late = late.exclude(state=State.REVOKED).exclude(entries__move=Move.REVOKE)
        going = [unit.pk for unit in late.order_by("pk") if unit.state not in HOLDER_STATES]
        if going:
            self._revoke(going)

    def ask_about_used(self) -> None:
        """Put what somebody already has before a person."""
        used = [unit.handle for unit in self._live() if unit.state in HOLDER_STATES]
        if used:
            self._park(ExceptionKind.DISPUTE_AFTER_ASSIGNMENT, {"handles": used[:50]})

    def ask_which(self) -> None:
        """Suspend everything, and let a person say which units the money was for."""
        self.hold()
        handles = [unit.handle for unit in self._live()]
        self._park(ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT, {"handles": handles[:50]})

    @property
    def _key(self) -> str:
        return f"{self.purchase.pk}:{self.dispute.reference}"

    def _live(self) -> list[Entitlement]:
        """Lock what was not withdrawn: whoever is redeeming one has it already, or waits."""
        units = self.purchase.entitlements.select_for_update(of=("self",))
        units = units.exclude(state=State.REVOKED)
        return list(units.order_by("pk"))

    def _revoke(self, units: list[UUID]) -> None:
        revoke(
            entitlement_ids=units,
            by=self.by,
            at=self.at,
            reason=DISPUTE_LOST,
            comment=self.dispute.reference,
        )

    def _lift(self) -> None:
        units = self.purchase.entitlements.order_by("pk").values_list("pk", flat=True)
        lift_hold(
            entitlement_ids=list(units),
            kind=HoldKind.DISPUTE,
            reference=self.dispute.reference,
            by=self.by,
            at=self.at,
            reason=f"dispute_{self.dispute.status.value}",
        )

    def _park(self, kind: ExceptionKind, evidence: dict[str, object]) -> None:
        about = {
            "dispute": self.dispute.reference,
            "status": self.dispute.status.value,
            "amount": self.dispute.amount,
            "currency": self.dispute.currency,
        }
        park(
            kind=kind,
            key=self._key,
            evidence={**about, **evidence},
            by=self.by,
            at=self.at,
            purchase=self.purchase,
        )
