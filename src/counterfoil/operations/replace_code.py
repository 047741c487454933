"""Give an entitlement a new code; the old one stops working at once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import CodeState, Entitlement
from counterfoil.operations import _ledger
from counterfoil.operations._codes import END_CODE, give_codes
from counterfoil.operations._loading import load_free, require_reason
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


@transaction.atomic
def replace_code(
    *, entitlement_id: UUID, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> Entitlement:
    """
    Replace the code of an entitlement that nobody has used yet, and end the links made for it.

    The old code is remembered, so that whoever presents it is told so by support. The new one is
    sent to the delivery address of the purchase.

    :raises NotFound: if there is no such entitlement.
    :raises IllegalMove: if it was redeemed or withdrawn already: there is no code to replace.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = load_free(entitlement_id, Act.REPLACE_CODE)
    _ledger.record_one(
        _ledger.Change(act=Act.REPLACE_CODE, by=by, at=at, reason=reason, comment=comment),
        entitlement=entitlement,
        parameters={"code_state": CodeState.REPLACED.value},
        also=(END_CODE,),
    )
    give_codes(forms={entitlement.pk: entitlement.terms.terms.code_form}, at=at)
    entitlement.refresh_from_db()
    return entitlement
