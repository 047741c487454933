"""Tell what a code is good for."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Entitlement
from counterfoil.operations._credentials import find_usable
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
    facts = find_usable(code=code, by=by, account_id=account_id)
    return Entitlement.objects.select_related("product", "terms").get(pk=facts.entitlement_id)
