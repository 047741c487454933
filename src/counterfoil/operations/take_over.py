"""Give somebody what is reserved for somebody else."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import EntitlementExpired, IllegalMove
from counterfoil.models import CodeState, Contact, Entitlement, ReservedEntitlement
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import ASSIGN, PROVISION
from counterfoil.operations._codes import END_CODE
from counterfoil.operations._loading import load_free, require_reason
from counterfoil.operations._people import account_of, person_for
from counterfoil.operations._reserving import END_TAKEN_OVER, NOT_RESERVED
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor

PICKED = """
SELECT id, version, state, terms_id FROM counterfoil_entitlement WHERE id = %(entitlement)s"""


@transaction.atomic
def take_over(
    *, entitlement_id: UUID, mail: str, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> Entitlement:
    """
    Assign an entitlement to whoever reads an address, although it is reserved for somebody else.

    Its reservation ends as taken over, and the entry says which it was. The others of the same
    reservation stay reserved.

    :raises NotFound: if there is no such entitlement, or no mail reaches the address.
    :raises IllegalMove: if it is not reserved.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises EntitlementExpired: if it ended; extend it first.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = load_free(entitlement_id, Act.ASSIGN)
    kept = ReservedEntitlement.objects.filter(entitlement=entitlement, ended_at=None).first()
    if kept is None:
        raise IllegalMove("This entitlement is not reserved.")
    account = account_of(person_for(Contact(mail=mail), at=at), at=at)
    changed = _ledger.record(
        _ledger.Change(
            act=Act.ASSIGN,
            by=by,
            at=at,
            move=Move.REDEEM,
            to=State.ASSIGNED,
            reason=reason,
            comment=comment,
            data={"taken_over": str(kept.reservation_id)},
        ),
        picked=PICKED,
        parameters={
            "entitlement": entitlement.pk,
            "assignment": uuid7(),
            "account": account.pk,
            "subject": None,
            "by_partner": None,
            "onboarded": False,
            "code_state": CodeState.SPENT.value,
        },
        sets=f"{NOT_RESERVED}, bound_to_id = NULL",
        guard="(e.expires_at IS NULL OR e.expires_at > clock_timestamp())",
        keeps="p.terms_id",
        also=(END_CODE, ASSIGN, PROVISION, END_TAKEN_OVER),
    )
    if not changed:
        raise EntitlementExpired
    entitlement.refresh_from_db()
    return entitlement
