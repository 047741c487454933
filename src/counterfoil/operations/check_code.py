"""Tell what a code is good for."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Entitlement
from counterfoil.operations import _credentials
from counterfoil.operations._partnering import partner_of
from counterfoil.rules.people import Actor


@transaction.atomic
def check_code(
    *, code: str, by: Actor, at: datetime, account_id: UUID | None = None
) -> Entitlement:
    """
    Find the entitlement that this code, or link token, would give; nothing is changed.

    A partner's key is told of that partner's own. With an account, a code reserved for that
    account, or already used by it, is fine.

    :raises CodeMalformed: if it is mistyped; no row was read.
    :raises CodeNotFound: if no entitlement carries it.
    :raises CodeAlreadyUsed: if somebody has it; also CodeReplaced, EntitlementRevoked,
        EntitlementExpired, EntitlementOnHold, EntitlementReserved, EntitlementNotSold,
        EntitlementIsTest, EntitlementOfAnother.
    """
    facts = _credentials.find(_credentials.read_credential(code))
    facts.refuse_unless_of(partner_of(by))
    if account_id is None or not facts.is_in_use_by(account_id):
        facts.refuse_unless_usable(account_id)
    return Entitlement.objects.select_related("product", "terms").get(pk=facts.entitlement_id)
