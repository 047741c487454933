"""Give what somebody has to another account, on staff's word."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import Denied, TransferNotAllowed
from counterfoil.models import Entitlement
from counterfoil.operations import _ledger
from counterfoil.operations._loading import read, refuse_unless_free, require_reason
from counterfoil.operations._reassigning import reassign
from counterfoil.operations._undoing import holding, refuse_after_cutoff
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, ActorKind, Assignee
from counterfoil.rules.terms import TransferPolicy


@transaction.atomic
def transfer(
    *,
    entitlement_id: UUID,
    to: Assignee,
    by: Actor,
    at: datetime,
    reason: str = "",
    comment: str = "",
) -> Entitlement:
    """
    Transfer an assigned entitlement at once, without asking whoever has it or is to have it.

    Both assignments stay in history; an offer that stood is overtaken. After the cut-off of the
    terms only an operator may, and the entry says that they did so despite it. Transferring to
    whoever has it changes nothing.

    :raises NotFound: if there is no such entitlement.
    :raises NotAssigned: if nobody has it.
    :raises Denied: if a customer asks: they offer it instead.
    :raises TransferNotAllowed: if the terms let nobody.
    :raises CutoffPassed: if what the terms name has happened, and no operator asks.
    :raises EntitlementExpired: if its validity is over; extend it first.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    if by.kind is ActorKind.CUSTOMER:
        raise Denied
    entitlement = read(entitlement_id)
    held = holding(entitlement, by)
    if held.account_id == to.account_id:
        return entitlement
    refuse_unless_free(entitlement, Act.TRANSFER)
    if entitlement.terms.terms.transfer_policy is TransferPolicy.NEVER:
        raise TransferNotAllowed
    despite = refuse_after_cutoff(entitlement, by)
    change = _ledger.Change(
        act=Act.TRANSFER, by=by, at=at, reason=reason, comment=comment, data=despite
    )
    reassign(change, entitlement=entitlement, held=held, to=to)
    return entitlement
