"""Hand out one entitlement of a partner to one recipient."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import RecipientInvalid
from counterfoil.models import Handout, HandoutRow, HandoutStatus
from counterfoil.operations._handouts import give, judge, partner_handing_out, pick, refuse_foreign
from counterfoil.rules.handouts import Known, Mode, RowFault, Said, Source
from counterfoil.rules.people import Actor


@transaction.atomic
def hand_out(
    *,
    partner_id: UUID,
    source: Source,
    key: str,
    said: Said,
    mode: Mode,
    known: Known,
    time_zone: str,
    by: Actor,
    at: datetime,
    entitlement_id: UUID | None = None,
) -> HandoutRow:
    """
    Give one that is free, or the one that is named, to whoever reads an address.

    ``key`` is the caller's: asking again under it gives what came of it the first time, so a
    double click sends one.

    :raises PartnerSuspended: if the partner may hand out nothing.
    :raises NotFound: if it has no such product, allotment or reservation.
    :raises RecipientInvalid: saying what is wrong; ``has_one`` if they are known and left out.
    :raises NotEnoughFree: if none is free.
    :raises CounterfoilError: as the acts of giving do.
    """
    partner = partner_handing_out(partner_id, by)
    refuse_foreign(partner_id, source)
    digest = hashlib.sha256(f"one:{key}".encode()).digest()
    before = HandoutRow.objects.filter(handout__partner=partner_id, handout__digest=digest)
    if (row := before.first()) is not None:
        return row
    handout = Handout(
        partner=partner,
        product_id=source.product_id,
        allotment_id=source.allotment_id,
        reservation_id=source.reservation_id,
        digest=digest,
        status=HandoutStatus.DONE,
        options={"mode": mode.value, "time_zone": time_zone, "one": True},
        created_by=by.id,
        created_at=at,
        confirmed_at=at,
        finished_at=at,
    )
    row = HandoutRow(handout=handout, number=1)
    row.seal_words(dict(said.as_data()))
    judge(handout, [row], at=at)
    if row.fault and not (row.fault == RowFault.HAS_ONE and known is Known.SEND):
        raise RecipientInvalid(row.fault)
    [free] = pick(handout, 1, entitlement_id=entitlement_id)
    handout.save()
    give(handout, row, free, by=by, at=at)
    return row
