"""Choose entitlements to act on, and say how each stands; nothing is done to them yet."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.errors import BulkEmpty, BulkInvalid, BulkTooLarge
from counterfoil.models import Bulk, BulkStatus, HoldKind
from counterfoil.models.ids import uuid7
from counterfoil.operations._bulk_judging import judge
from counterfoil.operations._bulk_pools import sub_partner
from counterfoil.rules.acts import Act
from counterfoil.rules.bulk import BULK
from counterfoil.rules.people import Actor


@transaction.atomic
def preview_bulk(
    *,
    act: Act,
    entitlement_ids: Collection[UUID],
    parameters: Mapping[str, Any],
    selection: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> Bulk:
    """
    Keep which entitlements are meant, and how each stands towards the act.

    ``parameters`` is what the act takes: ``until`` or ``days`` to extend, ``kind`` and
    ``reference`` of a hold, the ``partner`` below another to hand on to, or to take back from.
    ``selection`` says how they were chosen, for people. One that is named twice counts once.

    :raises BulkEmpty: if there is none.
    :raises BulkTooLarge: if they are more than one act takes at once.
    :raises BulkInvalid: if the act cannot be done to many, or lacks what it takes.
    """
    chosen = sorted(set(entitlement_ids))
    if not chosen:
        raise BulkEmpty("No entitlement was chosen.")
    if len(chosen) > conf.BULK_MAX_ROWS:
        raise BulkTooLarge(conf.BULK_MAX_ROWS)
    if act not in BULK:
        raise BulkInvalid("This cannot be done to many at once.")
    bulk = Bulk(
        id=uuid7(),
        act=act.value,
        parameters=dict(parameters),
        selection=dict(selection),
        status=BulkStatus.JUDGED,
        requested_by=by.id,
        requested_for=(by.display or by.id)[:100],
        case=by.case,
        created_at=at,
    )
    _refuse_incomplete(bulk)
    bulk.save()
    judge(bulk, chosen)
    return bulk


def _refuse_incomplete(bulk: Bulk) -> None:
    told = bulk.parameters
    match Act(bulk.act):
        case Act.EXTEND:
            if "until" not in told and not 1 <= int(told.get("days") or 0) <= 36_500:
                raise BulkInvalid("Say until when, or by how many days.")
        case Act.PLACE_HOLD | Act.LIFT_HOLD:
            if told.get("kind") not in HoldKind.values:
                raise BulkInvalid("Say which kind of hold.")
            if Act(bulk.act) is Act.PLACE_HOLD:  # by this name it can be lifted again
                told["reference"] = told.get("reference") or f"bulk {bulk.pk}"
        case Act.ALLOT | Act.RETURN_TO_POOL:
            sub_partner(bulk)
        case _:
            pass
