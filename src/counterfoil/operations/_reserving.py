"""
Reservations: keeping entitlements, and closing what is not kept any more.

An entitlement leaves the state *reserved* in many ways. Each of them closes its open item in the
statement that moves it, by one of the parts below; a reservation that came to its time by then has
lapsed, whatever ended it.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from counterfoil.conf import conf
from counterfoil.errors import (
    NotFound,
    PartnerSuspended,
    ReservationInvalid,
    ReservationTooLong,
    StaleEntitlement,
    TooManyReserved,
)
from counterfoil.models import Partner, Reservation, ReservationEnd, ReservedEntitlement
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._picking import FREE
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor

_FREED = """
freed AS (
    UPDATE counterfoil_reservedentitlement r
       SET ended_at = clock_timestamp(),
           ended_because = CASE WHEN v.until <= clock_timestamp() THEN 'lapsed'
                                ELSE '{because}' END
      FROM changed, counterfoil_reservation v
     WHERE r.entitlement_id = changed.id AND changed.from_state = 'reserved'
       AND r.ended_at IS NULL AND v.id = r.reservation_id
 RETURNING r.id
)"""


def _freed(because: ReservationEnd) -> str:
    return _FREED.replace("{because}", because.value)


END_USED = _freed(ReservationEnd.USED)
END_RELEASED = _freed(ReservationEnd.RELEASED)
END_TAKEN_OVER = _freed(ReservationEnd.TAKEN_OVER)
END_WITHDRAWN = _freed(ReservationEnd.WITHDRAWN)

NOT_RESERVED = "reserved_until = NULL, reserved_for_id = NULL"
"""The columns that say so, for ``sets`` of a move that ends a reservation."""

OPEN = """
SELECT e.id, e.version, e.state FROM counterfoil_reservedentitlement r
  JOIN counterfoil_entitlement e ON e.id = r.entitlement_id
 WHERE r.reservation_id = %(reservation)s AND r.ended_at IS NULL"""
"""Picks what a reservation still keeps; needs ``reservation``."""

PICKED = """
SELECT e.id, e.version, e.state, n.item
  FROM unnest(%(entitlements)s::uuid[], %(items)s::uuid[]) AS n(id, item)
  JOIN counterfoil_entitlement e ON e.id = n.id"""

KEEP = """
kept AS (
    INSERT INTO counterfoil_reservedentitlement (id, reservation_id, entitlement_id, ended_because)
    SELECT item, %(reservation)s, id, '' FROM changed
 RETURNING id
)"""


def digest_of(**asked: Any) -> str:
    """Sum up what was asked for, so that asking again is told from asking for something else."""
    told = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def refuse_time(until: datetime, *, at: datetime) -> None:
    """
    Refuse a time until which nothing can be kept.

    :raises ReservationInvalid: if it is over already.
    :raises ReservationTooLong: if it is too far away.
    """
    if until <= at:
        raise ReservationInvalid("It would be over before it began.")
    if until > at + timedelta(days=conf.RESERVATION_DAYS):
        raise ReservationTooLong(conf.RESERVATION_DAYS)


def refuse_suspended(partner_id: UUID | None) -> None:
    """
    Refuse a partner that hands out nothing for now.

    :raises PartnerSuspended: if it is suspended.
    """
    if partner_id is None:
        return
    if Partner.objects.filter(pk=partner_id).exclude(suspension="").exists():
        raise PartnerSuspended


def lock_owner(owner: str) -> None:
    """Let one owner reserve one thing after the other: their number is limited."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"own:{owner}"])


def refuse_too_many(owner: str, quantity: int) -> None:
    """
    Refuse an owner more than one may have reserved.

    :raises TooManyReserved: saying how many more it can be.
    """
    kept = ReservedEntitlement.objects.filter(reservation__owner=owner, ended_at=None).count()
    if kept + quantity > conf.RESERVATION_LIMIT:
        raise TooManyReserved(max(conf.RESERVATION_LIMIT - kept, 0))


def load_reservation(reservation_id: UUID, *, owner: str | None) -> Reservation:
    """
    Read a reservation; of an ``owner`` only their own.

    :raises NotFound: if there is none.
    """
    found = Reservation.objects.select_related("partner").filter(pk=reservation_id).first()
    if found is None or owner not in (None, found.owner):
        raise NotFound("There is no such reservation.")
    return found


def lock_open(reservation: Reservation) -> list[UUID]:
    """Lock what a reservation still keeps, in the order everybody locks in."""
    open_items = ReservedEntitlement.objects.filter(reservation=reservation, ended_at=None)
    wanted = list(open_items.values_list("entitlement_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM counterfoil_entitlement WHERE id = ANY(%s::uuid[])"
            " ORDER BY id FOR NO KEY UPDATE",
            [wanted],
        )
        return [row[0] for row in cursor.fetchall()]


def keep(
    reservation: Reservation,
    found: list[UUID],
    *,
    by: Actor,
    at: datetime,
    reason: str,
    comment: str,
) -> None:
    """
    Move these, which are locked, into a reservation.

    :raises StaleEntitlement: if its time, or that of one of them, has come just now.
    """
    changed = _ledger.record(
        _ledger.Change(
            act=Act.RESERVE,
            by=by,
            at=at,
            move=Move.RESERVE,
            to=State.RESERVED,
            reason=reason,
            comment=comment,
            data={"reservation": str(reservation.pk), "until": reservation.until.isoformat()},
        ),
        picked=PICKED,
        parameters={
            "entitlements": found,
            "items": [uuid7() for _ in found],
            "reservation": reservation.pk,
            "until": reservation.until,
            "account": reservation.account_id,
            "test_codes": conf.REDEEM_TEST_CODES,
        },
        sets="reserved_until = %(until)s, reserved_for_id = %(account)s::uuid",
        guard=f"{FREE} AND %(until)s > clock_timestamp()",
        keeps="p.item",
        also=(KEEP,),
    )
    if len(changed) != len(found):
        raise StaleEntitlement
