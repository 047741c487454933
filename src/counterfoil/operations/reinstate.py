"""Bring back an entitlement that was withdrawn."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Assignment, Decision, Entitlement, Entry, RefundedEntitlement
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import ASSIGN, PROVISION
from counterfoil.operations._codes import revive_code
from counterfoil.operations._loading import load, require_reason
from counterfoil.operations._onboarding import carry_steps, is_onboarded
from counterfoil.operations._subjects import still_free
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import HOLDER_STATES, Move, State
from counterfoil.rules.people import Actor

BACK_TO = {State.MINTED: State.MINTED, State.ISSUED: State.ISSUED, State.RESERVED: State.ISSUED}


@transaction.atomic
def reinstate(
    *, entitlement_id: UUID, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> Entitlement:
    """
    Undo a withdrawal: back to where it was, a reservation apart.

    Whoever had it has it again, with what they answered, and the downstream record is made anew.
    Otherwise the code that
    was live works again, for it may be on a card in somebody's drawer; it can no longer be shown.
    A refund that took it stands, and from now on leaves it where it is.

    :raises NotFound: if there is no such entitlement.
    :raises IllegalMove: if it was not withdrawn.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = load(entitlement_id, Act.REINSTATE)
    withdrawn = Entry.objects.filter(entitlement=entitlement, move=Move.REVOKE).latest("seq")
    before = State(str(withdrawn.from_state))
    had = before in HOLDER_STATES
    change = _ledger.Change(
        act=Act.REINSTATE,
        by=by,
        at=at,
        move=Move.REINSTATE,
        to=State.ASSIGNED if had else BACK_TO[before],
        reason=reason,
        comment=comment,
    )
    if had:
        last = Assignment.objects.filter(entitlement=entitlement).latest("ended_at")
        after = uuid7()
        _ledger.record_one(
            change,
            entitlement=entitlement,
            parameters={
                "assignment": after,
                "account": last.account_id,
                "subject": still_free(last),
                "by_partner": last.by_partner_id,
                "onboarded": is_onboarded(last, entitlement.terms.terms),
                "terms": entitlement.terms_id,
            },
            keeps="%(terms)s::uuid AS terms_id",
            also=(ASSIGN, PROVISION),
        )
        carry_steps(before=last, after_id=after)
    else:
        _ledger.record_one(change, entitlement=entitlement)
        revive_code(entitlement, at=at)
    _keep_despite_refund(entitlement, at=at)
    entitlement.refresh_from_db()
    return entitlement


def _keep_despite_refund(entitlement: Entitlement, *, at: datetime) -> None:
    """Decide anew what a refund means for it, or the records would ask to withdraw it again."""
    decided = entitlement.refund_decisions.filter(
        decision=Decision.REVOKE, superseded_at=None
    ).first()
    if decided is None:
        return
    entitlement.refund_decisions.filter(pk=decided.pk).update(superseded_at=at)
    RefundedEntitlement.objects.create(
        refund_id=decided.refund_id,
        entitlement=entitlement,
        decision=Decision.KEEP,
        decided_at=at,
    )
