"""Have a list of recipients carried out."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from counterfoil.errors import HandoutClosed, HandoutNotClean
from counterfoil.models import Handout, HandoutRow, HandoutStatus
from counterfoil.operations._handouts import (
    actor_as_data,
    is_at_work,
    judge,
    lock_handout,
    partner_handing_out,
    pick,
)
from counterfoil.operations.request_job import request_job
from counterfoil.rules.handouts import BAD, GIVEN, Known, Reach, RowFault, RowOutcome
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import Actor

PROMISE = """
UPDATE counterfoil_handoutrow r SET entitlement_id = n.entitlement, outcome = ''
  FROM unnest(%(rows)s::uuid[], %(entitlements)s::uuid[]) AS n(id, entitlement)
 WHERE r.id = n.id"""


@transaction.atomic
def confirm_handout(
    *, handout_id: UUID, partner_id: UUID, reach: Reach, known: Known, by: Actor, at: datetime
) -> Handout:
    """
    Have a list carried out, in the background: all of it or nothing, or only its good rows.

    Every row is judged anew, and each that is carried out is promised one entitlement at once, so
    that what is confirmed is there. Confirming again while it is carried out changes nothing;
    afterwards it takes up what was refused then, and never a row that was carried out.

    :raises PartnerSuspended: if the partner may hand out nothing.
    :raises NotFound: if it has no such hand-out.
    :raises HandoutClosed: if it was discarded, or every row of it was carried out.
    :raises HandoutNotClean: if all are meant and a row is bad, or if no row is good.
    :raises NotEnoughFree: if fewer are free than there are rows; nothing was promised.
    """
    partner_handing_out(partner_id, by)
    handout = lock_handout(handout_id, partner_id=partner_id)
    if handout.status == HandoutStatus.CONFIRMED and is_at_work(handout):
        return handout
    if handout.status == HandoutStatus.DISCARDED:
        raise HandoutClosed
    waiting = handout.rows.exclude(outcome__in=list(GIVEN)).order_by("number")
    if handout.confirmed_at is not None:  # what was bad then is forgotten by now
        waiting = waiting.filter(words_sealed__isnull=False)
    rows = list(waiting)
    if not rows:
        raise HandoutClosed
    before = {row.pk: (row.fault, row.outcome) for row in rows}
    judge(handout, rows, at=at)
    bad = [row for row in rows if row.fault in BAD]
    wanted = [row for row in rows if row.fault not in BAD]
    if known is Known.LEAVE_OUT:
        wanted = [row for row in wanted if row.fault != RowFault.HAS_ONE]
    if (bad and reach is Reach.ALL) or not wanted:
        raise HandoutNotClean(f"{len(bad)} of {len(rows)} rows are not good.")
    entitlements = pick(handout, len(wanted))
    meant = {row.pk for row in wanted}
    for row in rows:
        row.outcome = "" if row.pk in meant or row.fault in BAD else RowOutcome.LEFT_OUT.value
    changed = [row for row in rows if before[row.pk] != (row.fault, row.outcome)]
    HandoutRow.objects.bulk_update(changed, ["fault", "outcome", "recipient"], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute(PROMISE, {"rows": [row.pk for row in wanted], "entitlements": entitlements})
    return _request(handout, reach, known, len(wanted), by=by, at=at)


def _request(
    handout: Handout, reach: Reach, known: Known, total: int, *, by: Actor, at: datetime
) -> Handout:
    round_ = int(handout.options.get("round", 0)) + 1
    handout.options |= {"reach": reach.value, "known": known.value, "round": round_}
    handout.status, handout.confirmed_at = HandoutStatus.CONFIRMED, at
    handout.finished_at = None
    handout.job = request_job(
        kind=JobKind.HANDOUT,
        key=f"{handout.pk} ({round_})",
        parameters={"handout": str(handout.pk), "by": actor_as_data(by)},
        by=by,
        at=at,
        total=total,
    )
    handout.save()
    return handout
