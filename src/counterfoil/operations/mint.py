"""Mint the next codes of a batch that was approved."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import ApprovalMissing, BatchNotReady
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._batching import lock_batch, note
from counterfoil.operations._codes import give_codes
from counterfoil.rules.acts import Act
from counterfoil.rules.batches import Step
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor

AT_ONCE = 5_000


@transaction.atomic
def mint(*, batch_id: UUID, by: Actor, at: datetime) -> int:
    """
    Mint the next units of a batch, a few thousand at most; gives how many there are then.

    They are numbered from 1, carry real codes, and cannot be redeemed before they are sold. Called
    again and again it mints exactly as many as were approved.

    :raises NotFound: if there is no such batch.
    :raises ApprovalMissing: if nobody has approved it.
    :raises BatchNotReady: if it was recalled.
    """
    batch = lock_batch(batch_id)
    if batch.approved_at is None:
        raise ApprovalMissing
    if batch.recalled_at is not None:
        raise BatchNotReady("It was recalled.")
    there = batch.entitlements.count()
    ordinals = range(there + 1, min(there + AT_ONCE, batch.quantity) + 1)
    if ordinals:
        ids = [uuid7() for _ in ordinals]
        parameters = {
            "purchase": None,
            "line": None,
            "batch": batch.pk,
            "product": batch.product_id,
            "terms": batch.terms_id,
            "partner": batch.partner_id,
            "allotment": None,
            "is_test": batch.is_test,
            "expires_at": None,
        }
        change = _ledger.Change(
            act=Act.MINT,
            by=by,
            at=at,
            move=Move.MINT,
            to=State.MINTED,
            act_id=batch.pk,
            data={"batch": batch.name},
        )
        _ledger.create(change, ids=ids, ordinals=ordinals, parameters=parameters)
        give_codes(forms=dict.fromkeys(ids, batch.terms.terms.code_form), at=at)
        there += len(ids)
    if there == batch.quantity and batch.minted_at is None:
        batch.minted_at = at
        batch.save(update_fields=["minted_at"])
        note(batch, Step.MINTED, by=by, at=at, quantity=there)
    return there
