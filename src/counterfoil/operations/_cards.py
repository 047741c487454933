"""Printed cards: gifts that a partner hands over itself, and their codes in the clear."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from counterfoil.models import Code, CodeState, Gift, Handout
from counterfoil.models.ids import handle_of
from counterfoil.operations import _ledger
from counterfoil.operations._loading import lock
from counterfoil.rules.acts import Act
from counterfoil.rules.handouts import RowOutcome
from counterfoil.rules.people import Actor

MEANT = """
SELECT e.id, e.version, e.state FROM counterfoil_entitlement e
 WHERE e.id = ANY(%(meant)s::uuid[]) AND e.held_count = 0
   AND EXISTS (SELECT FROM counterfoil_code c WHERE c.entitlement_id = e.id AND c.state = 'live'
                  AND c.ciphertext IS NOT NULL)"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One card: the code on it, the line of words, and until when it is valid."""

    entitlement_id: UUID
    code: str = field(repr=False)
    message: str
    expires_at: datetime | None

    @property
    def handle(self) -> str:
        """Give the public id of what it is a card of."""
        return handle_of(self.entitlement_id)


def reveal(handout: Handout, *, by: Actor, at: datetime) -> Sequence[Card]:
    """
    Open the codes of the cards of a hand-out that are still to be claimed; the ledger keeps it.

    A card that was claimed, taken back or suspended meanwhile is left out, and so is whatever
    went to somebody by mail.
    """
    printed = handout.rows.filter(outcome=RowOutcome.PRINTED, gift__ended_at=None)
    rows = printed.select_related("gift").order_by("number")
    meant = lock(rows.values_list("entitlement_id", flat=True))
    change = _ledger.Change(
        act=Act.REVEAL_CODE, by=by, at=at, reason="printed", data={"handout": str(handout.pk)}
    )
    shown = {one.id for one in _ledger.record(change, picked=MEANT, parameters={"meant": meant})}
    live = Code.objects.filter(entitlement__in=shown, state=CodeState.LIVE)
    codes = {one.entitlement_id: one for one in live.select_related("entitlement")}
    return [
        Card(
            entitlement_id=row.entitlement_id,
            code=codes[row.entitlement_id].opened(),
            message=_message(row.gift),
            expires_at=codes[row.entitlement_id].entitlement.expires_at,
        )
        for row in rows
        if row.entitlement_id in codes
    ]


def _message(gift: Gift | None) -> str:
    words = gift.words() if gift else None
    return words.message if words else ""
