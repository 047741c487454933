"""Make one account of two that are the same person's."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import ProofMissing
from counterfoil.models import Account
from counterfoil.models.ids import uuid7
from counterfoil.operations._loading import require_reason
from counterfoil.operations._merging import (
    hand_over_entitlements,
    hand_over_identity,
    hand_over_records,
    lock_both,
)
from counterfoil.operations._moving import tell
from counterfoil.operations._proving import was_proved
from counterfoil.rules.people import Actor, ActorKind


@transaction.atomic
def merge_accounts(
    *,
    survivor_id: UUID,
    merged_id: UUID,
    by: Actor,
    at: datetime,
    reason: str = "",
    sign_in_id: UUID | None = None,
) -> Account:
    """
    Let one account have everything that another has, and be found at both addresses.

    Purchases, entitlements, subjects, reservations, gifts, offers and memberships follow; each
    entitlement gets an entry. Whoever is signed in to the merged account is signed in to the
    other from now on. A customer must have proved, within the last half hour, that the address of
    the merged account is theirs too: ``sign_in_id`` says by which digits. Merging again changes
    nothing.

    :raises NotFound: if there is no such account.
    :raises SameAccount: if both are the same.
    :raises AccountMerged: if one of them was merged into a third.
    :raises ProofMissing: if a customer proved nothing, or acts for somebody else's account.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    pair = lock_both(survivor_id, merged_id)
    if pair.is_done:
        return pair.survivor
    if by.kind is ActorKind.CUSTOMER:
        _require_proof(pair.merged, pair.survivor, sign_in_id, by, at)
    cause = f"merged:{survivor_id}:{uuid7()}"
    for person in {one.person for one in (pair.survivor, pair.merged) if one.person is not None}:
        tell(person, cause=cause, at=at)
    hand_over_entitlements(pair, by=by, at=at, reason=reason or "own")
    hand_over_records(pair, at=at)
    hand_over_identity(pair, by=by, at=at, reason=reason or "own")
    return pair.survivor


def _require_proof(
    merged: Account, survivor: Account, sign_in_id: UUID | None, by: Actor, at: datetime
) -> None:
    proved = sign_in_id is not None and was_proved(sign_in_id, merged.person, at=at)
    if not proved or by.id != str(survivor.pk):
        raise ProofMissing
