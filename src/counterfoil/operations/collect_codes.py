"""Give the codes of a purchase to the organisation that bought them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from counterfoil.models import Code, CodeState, Entitlement
from counterfoil.models.ids import handle_of
from counterfoil.operations import _ledger
from counterfoil.operations._loading import lock
from counterfoil.operations._partnering import require_partner_active
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import CODE_STATES, State
from counterfoil.rules.people import Actor

MEANT = """
SELECT id, version, state FROM counterfoil_entitlement WHERE id = ANY(%(meant)s::uuid[])"""


class Without(StrEnum):
    """Why an entitlement comes without its code."""

    IN_USE = "in_use"
    WITHDRAWN = "withdrawn"
    ON_HOLD = "on_hold"
    EXPIRED = "expired"
    NOT_READABLE = "not_readable"
    HANDED_ON = "handed_on"


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected:
    """One entitlement, and its code; or why there is none to be had."""

    entitlement: str
    code: str | None = field(repr=False)
    without: Without | None


@transaction.atomic
def collect_codes(
    *, purchase_id: UUID, entitlement_ids: Sequence[UUID], by: Actor, at: datetime
) -> tuple[Collected, ...]:
    """
    Open the live codes of these entitlements of one purchase, in the order they are named.

    The ledger keeps for each who was given its code, every time. Those of another purchase are left
    out; those whose code nobody can use, or that were handed on, come without it.

    :raises PartnerSuspended: if a suspended partner collects them.
    """
    require_partner_active(by)
    of_purchase = Entitlement.objects.filter(pk__in=entitlement_ids, purchase=purchase_id)
    units = {
        one.pk: one
        for one in Entitlement.objects.select_related("purchase").filter(
            pk__in=lock(of_purchase.values_list("pk", flat=True))
        )
    }
    live = Code.objects.filter(
        entitlement__in=units, state=CodeState.LIVE, ciphertext__isnull=False
    )
    codes = {one.entitlement_id: one for one in live}
    kept = {pk: _kept_back(one, codes.get(pk), at) for pk, one in units.items()}
    given = [pk for pk in units if kept[pk] is None]
    if given:
        change = _ledger.Change(act=Act.COLLECT_CODES, by=by, at=at)
        _ledger.record(change, picked=MEANT, parameters={"meant": given})
    return tuple(
        Collected(
            entitlement=handle_of(pk),
            code=codes[pk].opened() if kept[pk] is None else None,
            without=kept[pk],
        )
        for pk in entitlement_ids
        if pk in units
    )


def _kept_back(one: Entitlement, code: Code | None, at: datetime) -> Without | None:
    if one.state == State.REVOKED:
        return Without.WITHDRAWN
    if one.purchase is not None and one.partner_id != one.purchase.partner_id:
        return Without.HANDED_ON
    if one.state not in CODE_STATES:
        return Without.IN_USE
    if one.held_count:
        return Without.ON_HOLD
    if one.expires_at is not None and one.expires_at <= at:
        return Without.EXPIRED
    return Without.NOT_READABLE if code is None else None
