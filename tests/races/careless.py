"""
Implementations that are wrong on purpose: what the races must catch.

Each looks first and writes later, as code does that was never run twice at once. The pause in
between is no longer than that of a busy server, and grows where nothing came of it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction

from counterfoil.errors import CodeAlreadyUsed, NotFree, ReservationOver, SubjectAlreadyKnown
from counterfoil.models import (
    Assignment,
    CodeState,
    Entitlement,
    Line,
    Product,
    Reservation,
    Subject,
)
from counterfoil.models.ids import uuid7
from counterfoil.operations import _credentials, _ledger
from counterfoil.operations.issue import issue
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, Assignee
from counterfoil.testing.builders import CHANNEL, OPERATOR, now
from tests.races.arena import hesitate

PAUSE = 0.002  # seconds
WRITE = """
WITH changed AS (
    UPDATE counterfoil_entitlement SET state = 'assigned', version = version + 1
     WHERE id = %(entitlement)s RETURNING id, version, purchase_id, expires_at),
ended AS (
    UPDATE counterfoil_code SET state = 'spent', ciphertext = NULL, ended_at = clock_timestamp()
     WHERE id = %(code)s),
assigned AS (
    INSERT INTO counterfoil_assignment (id, entitlement_id, account_id, started_at)
    SELECT gen_random_uuid(), id, %(account)s, clock_timestamp() FROM changed)
INSERT INTO counterfoil_entry (
    entitlement_id, seq, purchase_id, act, act_name, move, from_state, to_state, actor_kind,
    actor_id, actor_display, on_behalf_of, reason, comment, at, recorded_at, judged_expiry, data)
SELECT id, version, purchase_id, gen_random_uuid(), 'redeem', 'redeem', %(before)s, 'assigned',
       'customer', %(account)s, '', '', '', '', now(), clock_timestamp(), expires_at, '{}'
  FROM changed
"""


def redeem(*, code: str, to: Assignee) -> None:
    """Read how it stands, and save what follows from it."""
    facts = _credentials.find(_credentials.read_credential(code))
    if facts.is_in_use_by(to.account_id):
        return
    facts.refuse_unless_usable(to.account_id)
    hesitate(PAUSE)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            {
                "entitlement": facts.entitlement_id,
                "code": facts.code_id,
                "account": to.account_id,
                "before": facts.state.value,
            },
        )


def redeem_with_cache(*, code: str, to: Assignee) -> None:
    """Hold a lock that is an entry of a cache."""
    if cache.get(code):
        raise CodeAlreadyUsed
    hesitate(PAUSE)  # the way to the cache and back
    cache.set(code, to.account_id)
    redeem(code=code, to=to)


def raise_to(line: Line, units: int) -> None:
    """Count what is there, and issue the difference."""
    missing = units - Entitlement.objects.filter(line=line).count()
    hesitate(PAUSE)
    with transaction.atomic():
        known = Line.objects.select_for_update(of=("self",)).get(pk=line.pk)
        issue(line=known, units=known.units_paid + missing, by=CHANNEL, at=now())


def reveal(entitlement_id: UUID) -> str:
    """Open the code first, and remember it afterwards."""
    code = Entitlement.objects.get(pk=entitlement_id).codes.get(state=CodeState.LIVE).opened()
    hesitate(PAUSE)
    with transaction.atomic():
        entitlement = Entitlement.objects.select_for_update().get(pk=entitlement_id)
        change = _ledger.Change(act=Act.REVEAL_CODE, by=OPERATOR, at=now())
        _ledger.record_one(change, entitlement=entitlement)
    return code


def complete(*, entitlement_id: UUID, name: str, by: Actor, at: datetime) -> None:
    """See that there is no subject yet, and put one there."""
    assignment = Assignment.objects.get(entitlement=entitlement_id, ended_at=None)
    if assignment.subject_id is not None:
        raise SubjectAlreadyKnown
    hesitate(PAUSE)
    with transaction.atomic():
        entitlement = Entitlement.objects.select_for_update().get(pk=entitlement_id)
        subject = Subject.objects.create(
            id=uuid7(),
            account_id=assignment.account_id,
            kind="dog",
            data={"name": name},
            created_at=at,
        )
        change = _ledger.Change(act=Act.COMPLETE_SUBJECT, by=by, at=at)
        _ledger.record_one(change, entitlement=entitlement)
        Assignment.objects.filter(pk=assignment.pk).update(subject=subject)


MOVE = """
WITH changed AS (
    UPDATE counterfoil_entitlement
       SET state = %(after)s, version = version + 1, reserved_until = %(until)s
     WHERE id = %(entitlement)s RETURNING id, version, purchase_id, expires_at),
item AS ({item})
INSERT INTO counterfoil_entry (
    entitlement_id, seq, purchase_id, act, act_name, move, from_state, to_state, actor_kind,
    actor_id, actor_display, on_behalf_of, reason, comment, at, recorded_at, judged_expiry, data)
SELECT id, version, purchase_id, gen_random_uuid(), %(move)s, %(move)s, %(before)s, %(after)s,
       'system', '', '', '', '', '', now(), clock_timestamp(), expires_at, '{}'
  FROM changed
"""
KEEP = """INSERT INTO counterfoil_reservedentitlement
       (id, reservation_id, entitlement_id, ended_because)
SELECT gen_random_uuid(), %(reservation)s, id, '' FROM changed"""
END = """UPDATE counterfoil_reservedentitlement r SET ended_at = now(), ended_because = 'lapsed'
  FROM changed WHERE r.entitlement_id = changed.id AND r.ended_at IS NULL"""


def pop(product: Product, owner: str) -> Reservation:
    """Look for one that is free, and take it."""
    free = Entitlement.objects.filter(product=product, state="issued").order_by("pk")
    return keep(free.values_list("pk", flat=True)[0], owner=owner)


def keep(entitlement_id: UUID, *, owner: str = "key:1") -> Reservation:
    """See that it is free, and keep it."""
    found = Entitlement.objects.get(pk=entitlement_id)
    if found.state != "issued" or found.held_count:
        raise NotFree([found.handle])
    hesitate(PAUSE)
    until = now() + timedelta(days=1)
    with transaction.atomic():
        made = Reservation.objects.create(
            owner=owner, key=str(uuid7()), quantity=1, until=until, created_at=now()
        )
        _move(found.pk, "issued", "reserved", "reserve", item=KEEP, until=until, made=made)
    return made


def lapse() -> int:
    """Look what is over, and free it."""
    over = list(Entitlement.objects.filter(state="reserved", reserved_until__lte=now()))
    hesitate(PAUSE)
    for one in over:
        with transaction.atomic():
            _move(one.pk, "reserved", "issued", "release", item=END)
    return len(over)


def renew(*, reservation_id: UUID, until: datetime, **_by: object) -> None:
    """See that its time has not come, and move it."""
    reservation = Reservation.objects.get(pk=reservation_id)
    if reservation.until <= now():
        raise ReservationOver
    items = list(reservation.items.values_list("entitlement_id", flat=True))
    hesitate(PAUSE * 10)
    with transaction.atomic():
        Reservation.objects.filter(pk=reservation_id).update(until=until)
        for one in items:
            _move(one, "reserved", "reserved", "renew", item="SELECT 1", until=until)


def _move(
    entitlement_id: UUID,
    before: str,
    after: str,
    move: str,
    *,
    item: str,
    until: datetime | None = None,
    made: Reservation | None = None,
) -> None:
    given = {"entitlement": entitlement_id, "before": before, "after": after, "move": move}
    given |= {"until": until, "reservation": made.pk if made else None}
    with connection.cursor() as cursor:
        cursor.execute(MOVE.replace("{item}", item), given)
