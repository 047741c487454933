"""Give an entitlement to an account without its code being presented."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from counterfoil.errors import (
    BeingGiven,
    CodeAlreadyUsed,
    Conflict,
    EntitlementExpired,
    EntitlementReserved,
)
from counterfoil.models import Assignment, CodeState, Entitlement, Gift, GiftEnd
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import ASSIGN, PROVISION
from counterfoil.operations._codes import END_CODE
from counterfoil.operations._gifts import END_GIFT
from counterfoil.operations._loading import read, refuse_unless_free, require_reason
from counterfoil.operations._reserving import END_USED
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor, ActorKind, Assignee

PICKED = """
SELECT id, version, state, terms_id FROM counterfoil_entitlement WHERE id = %(entitlement)s"""

VALID = "(e.expires_at IS NULL OR e.expires_at > clock_timestamp())"

FREE = """(e.state = 'issued' OR e.reserved_until <= clock_timestamp()
    OR e.reserved_for_id = %(account)s)"""

NOT_GIVEN = """(%(ends_gift)s OR NOT EXISTS (SELECT FROM counterfoil_gift g
    WHERE g.entitlement_id = e.id AND g.ended_at IS NULL))"""


@transaction.atomic
def assign(
    *,
    entitlement_id: UUID,
    to: Assignee,
    by: Actor,
    at: datetime,
    reason: str = "",
    comment: str = "",
) -> Entitlement:
    """
    Assign an entitlement on somebody's word: the buyer's, a partner's, an operator's.

    Its code is spent, exactly as if it had been presented, and a gift of it is over; a customer has
    to call the gift off before. Assigning again to the same account changes nothing.

    :raises NotFound: if there is no such entitlement.
    :raises CodeAlreadyUsed: if somebody else has it.
    :raises EntitlementExpired: if it ended; extend it first.
    :raises EntitlementReserved: if it is held for somebody else.
    :raises BeingGiven: if a customer assigns what is a gift for somebody.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises IllegalMove: if it was withdrawn, or not sold yet.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = read(entitlement_id)
    holder = Assignment.objects.filter(entitlement=entitlement, ended_at=None).first()
    if holder is not None and holder.account_id == to.account_id:
        return entitlement
    if holder is not None:
        raise CodeAlreadyUsed
    refuse_unless_free(entitlement, Act.ASSIGN)
    changed = _ledger.record(
        _ledger.Change(
            act=Act.ASSIGN,
            by=by,
            at=at,
            move=Move.REDEEM,
            to=State.ASSIGNED,
            reason=reason,
            comment=comment,
        ),
        picked=PICKED,
        parameters=_parameters(entitlement, to) | {"ends_gift": by.kind is not ActorKind.CUSTOMER},
        sets="reserved_until = NULL, reserved_for_id = NULL, bound_to_id = NULL",
        guard=f"{VALID} AND {FREE} AND {NOT_GIVEN}",
        keeps="p.terms_id",
        also=(END_CODE, ASSIGN, PROVISION, END_USED, END_GIFT),
    )
    if not changed:
        raise _reason_against(entitlement)
    entitlement.refresh_from_db()
    return entitlement


def _parameters(entitlement: Entitlement, to: Assignee) -> dict[str, Any]:
    return {
        "entitlement": entitlement.pk,
        "assignment": uuid7(),
        "account": to.account_id,
        "subject": to.subject_id,
        "by_partner": None,
        "onboarded": False,
        "code_state": CodeState.SPENT.value,
        "gift_end": GiftEnd.CLAIMED.value,
    }


def _reason_against(entitlement: Entitlement) -> Conflict:
    """Tell which of the conditions failed, by the database clock."""
    if Entitlement.objects.filter(pk=entitlement.pk, expires_at__lte=Now()).exists():
        return EntitlementExpired()
    kept = Entitlement.objects.filter(pk=entitlement.pk, reserved_until__gt=Now()).exists()
    given = Gift.objects.filter(entitlement=entitlement, ended_at=None).exists()
    return BeingGiven() if given and not kept else EntitlementReserved()
