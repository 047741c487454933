"""Carrying out what a person decided about units whose money went back, each with its entry."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counterfoil.models import (
    Decision,
    Entitlement,
    Entry,
    ExceptionCase,
    Refund,
    RefundedEntitlement,
)
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._revoking import withdraw_for
from counterfoil.operations._withdrawing import AFTER_ASSIGNMENT, REFUNDED, room_of
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor

NOT_TAKEN = "not_taken"
OUTCOMES = {
    Decision.REVOKE.value: "Decided: revoked.",
    Decision.KEEP.value: "Decided: they may keep it.",
    NOT_TAKEN: "Decided: the refund was not for it.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """Who decides, when and why, and what gave rise to it: a refund, or units taken back."""

    by: Actor
    at: datetime
    reason: str
    comment: str
    act_id: UUID
    because: str = REFUNDED
    reference: str = ""

    def revoke(self, unit_ids: Collection[UUID]) -> None:
        """Withdraw them; of those withdrawn before it is only kept that it was decided."""
        change = self._change(Decision.REVOKE.value, move=Move.REVOKE)
        gone = {one.id for one in withdraw_for(change, unit_ids)}
        self._note(Decision.REVOKE.value, set(unit_ids) - gone)
        self._settled(unit_ids, Decision.REVOKE.value)

    def leave(self, unit_ids: Collection[UUID], decision: str) -> None:
        """Leave them to whoever has them; what went for this very cause comes back."""
        units = Entitlement.objects.filter(pk__in=unit_ids).select_related("line__purchase")
        back = set()
        for unit in units.order_by("pk"):
            if self._went_for_it(unit) and self._has_room(unit, decision):
                reinstate(
                    entitlement_id=unit.pk,
                    by=self.by,
                    at=self.at,
                    reason=self.reason,
                    comment=self.comment,
                )
                back.add(unit.pk)
        self._note(decision, set(unit_ids) - back)
        self._settled(unit_ids, decision)

    def write(self, row: Refund, unit_ids: Collection[UUID], decision: Decision) -> None:
        """Let this decision take the place of whatever was decided about these units before."""
        if not unit_ids:
            return
        RefundedEntitlement.objects.filter(entitlement__in=unit_ids, superseded_at=None).update(
            superseded_at=self.at
        )
        RefundedEntitlement.objects.bulk_create(
            RefundedEntitlement(
                refund=row, entitlement_id=pk, decision=decision, decided_at=self.at
            )
            for pk in sorted(unit_ids)
        )

    def _change(self, decision: str, *, move: Move | None = None) -> _ledger.Change:
        return _ledger.Change(
            act=Act.DECIDE_REFUND,
            by=self.by,
            at=self.at,
            move=move,
            to=State.REVOKED if move else None,
            reason=self.reason,
            comment=self.comment,
            act_id=self.act_id,
            data={"decision": decision, "because": self.because, "reference": self.reference},
        )

    def _note(self, decision: str, unit_ids: Collection[UUID]) -> None:
        if unit_ids:
            _ledger.record(
                self._change(decision),
                picked="SELECT id, version, state FROM counterfoil_entitlement"
                " WHERE id = ANY(%(entitlements)s::uuid[])",
                parameters={"entitlements": list(unit_ids)},
            )

    def _went_for_it(self, unit: Entitlement) -> bool:
        if unit.state != State.REVOKED:
            return False
        return why_withdrawn(unit.entries.filter(move=Move.REVOKE).latest("seq")) == self.because

    def _has_room(self, unit: Entitlement, decision: str) -> bool:
        # What is kept despite its refund comes back whatever the order wants.
        return decision == Decision.KEEP or (unit.line is not None and room_of(unit.line) > 0)

    def _settled(self, unit_ids: Collection[UUID], decision: str) -> None:
        for pk in unit_ids:
            resolve_exception(
                kind=AFTER_ASSIGNMENT,
                key=handle_of(pk),
                outcome=OUTCOMES[decision],
                by=self.by,
                at=self.at,
            )


def still_asked(unit_ids: Iterable[UUID]) -> set[UUID]:
    """Give those of these units about which a person is asked just now."""
    cases = ExceptionCase.objects.filter(
        kind=AFTER_ASSIGNMENT.value, entitlement__in=list(unit_ids), resolved_at=None
    )
    return {pk for pk in cases.values_list("entitlement_id", flat=True) if pk}


def ruling_of(
    *, by: Actor, at: datetime, reason: str, comment: str, because: str = REFUNDED, reference: str
) -> Ruling:
    """Begin one act of deciding."""
    return Ruling(
        by=by,
        at=at,
        reason=reason,
        comment=comment,
        act_id=uuid7(),
        because=because,
        reference=reference,
    )


def told_as(decisions: Iterable[Decision]) -> str:
    """Say in a few words what was decided about all units of a refund."""
    counts = Counter(decisions)
    if not counts:
        return "Decided: it takes nothing back."
    kept, gone = counts[Decision.KEEP], counts[Decision.REVOKE]
    parts = [f"{gone} revoked" if gone else "", f"{kept} kept" if kept else ""]
    return f"Decided: {', '.join(part for part in parts if part)}."


def why_withdrawn(entry: Entry) -> str:
    """Say why a unit was withdrawn: what a person decided names what gave rise to it."""
    if entry.act_name == Act.DECIDE_REFUND:
        return str(entry.data.get("because", ""))
    return entry.reason
