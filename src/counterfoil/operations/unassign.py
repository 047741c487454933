"""Take an entitlement back from its holder, so that it can be assigned anew."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Entitlement
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import DEPROVISION, END_ASSIGNMENT
from counterfoil.operations._codes import give_codes
from counterfoil.operations._loading import load_free, require_reason
from counterfoil.operations._undoing import holding, refuse_after_cutoff, refuse_after_window
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor


@transaction.atomic
def unassign(
    *, entitlement_id: UUID, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> Entitlement:
    """
    End the assignment of an entitlement; it is issued again and carried by a new code.

    The assignment stays as history, the downstream record is taken down. A customer may do this
    within the window of the terms, staff at any time with a reason.

    :raises NotFound: if there is no such entitlement.
    :raises IllegalMove: if nobody has it.
    :raises NotAssigned: if the customer who gives it back does not have it.
    :raises UndoWindowOver: if a customer comes too late.
    :raises CutoffPassed: if what the terms name has happened, and no operator asks.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = load_free(entitlement_id, Act.UNASSIGN)
    terms = entitlement.terms.terms
    held = holding(entitlement, by)
    refuse_after_window(entitlement, by, at)
    despite = refuse_after_cutoff(entitlement, by)
    _ledger.record_one(
        _ledger.Change(
            act=Act.UNASSIGN,
            by=by,
            at=at,
            move=Move.UNASSIGN,
            to=State.ISSUED,
            reason=reason,
            comment=comment,
            data={"assignment": str(held.pk), **despite},
        ),
        entitlement=entitlement,
        also=(END_ASSIGNMENT, DEPROVISION),
    )
    give_codes(forms={entitlement.pk: terms.code_form}, at=at)
    entitlement.refresh_from_db()
    return entitlement
