"""What a bulk act does to entitlements that are locked and stand as they were shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.errors import CounterfoilError, Unavailable
from counterfoil.models import Bulk, CodeState, Entitlement, Hold, HoldKind, Reservation
from counterfoil.operations import _ledger
from counterfoil.operations._bulk_judging import UNTIL, asked
from counterfoil.operations._bulk_pools import hand_on_some, return_some
from counterfoil.operations._codes import END_CODE, give_codes
from counterfoil.operations._reserving import END_RELEASED, NOT_RESERVED
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.resend_code import resend_code
from counterfoil.operations.revoke import revoke
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor

THESE = """
SELECT e.id, e.version, e.state FROM counterfoil_entitlement e
 WHERE e.id = ANY(%(entitlements)s::uuid[])"""

ENDS = f"""
SELECT e.id, e.version, e.state, e.expires_at AS before, {UNTIL} AS until
  FROM counterfoil_entitlement e WHERE e.id = ANY(%(entitlements)s::uuid[])"""  # noqa: S608 - ours

KEPT = """
kept AS (
    UPDATE counterfoil_bulkitem i
       SET before = i.before || jsonb_build_object('expires_at', changed.before,
                                                   'until', changed.expires_at)
      FROM changed WHERE i.bulk_id = %(bulk)s AND i.entitlement_id = changed.id
 RETURNING i.id
)"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What was done to which, and why not to others; what is in neither had changed."""

    done: frozenset[UUID]
    refused: Mapping[UUID, str] = field(default_factory=dict)


def perform(bulk: Bulk, ids: list[UUID], *, by: Actor, at: datetime) -> Done:
    """
    Do the act to these, as one act with everything else the bulk act does.

    Where it is refused as such, because a partner was suspended meanwhile, it is for all of them.
    """
    if not ids:
        return Done(done=frozenset())
    try:
        with _ledger.part_of_bulk(bulk.pk), transaction.atomic():
            return DOING[Act(bulk.act)](bulk, ids, by, at)
    except Unavailable:
        raise
    except CounterfoilError as refusal:
        return Done(done=frozenset(), refused=dict.fromkeys(ids, refusal.code))


def _revoke(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    return _set(revoke(entitlement_ids=ids, by=by, at=at, reason=bulk.reason, comment=bulk.comment))


def _place_hold(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    return _set(
        place_hold(
            entitlement_ids=ids,
            kind=HoldKind(bulk.parameters["kind"]),
            reference=bulk.parameters["reference"],
            by=by,
            at=at,
            reason=bulk.reason,
            comment=bulk.comment,
        )
    )


def _lift_hold(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    kind, reference = HoldKind(bulk.parameters["kind"]), bulk.parameters["reference"]
    standing = Hold.objects.filter(entitlement__in=ids, kind=kind, lifted_seq=None)
    if reference:
        standing = standing.filter(reference=reference)
    lifted: list[_ledger.Changed] = []
    for named in sorted(set(standing.values_list("reference", flat=True))):
        lifted += lift_hold(
            entitlement_ids=ids,
            kind=kind,
            reference=named,
            by=by,
            at=at,
            reason=bulk.reason,
            comment=bulk.comment,
        )
    return _set(lifted)


def _extend(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    change = _change(bulk, Act.EXTEND, by, at)
    return _set(
        _ledger.record(
            change,
            picked=ENDS,
            parameters=asked(bulk) | {"entitlements": ids},
            sets="expires_at = p.until",
            keeps="p.before",
            tells="jsonb_build_object('before', before, 'until', expires_at)",
            also=(KEPT,),
        )
    )


def _release(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    kept = Reservation.objects.filter(items__entitlement__in=ids, items__ended_at=None)
    by_reservation: dict[UUID, list[UUID]] = {}
    for pk, entitlement_id in kept.values_list("pk", "items__entitlement"):
        by_reservation.setdefault(pk, []).append(entitlement_id)
    released: list[_ledger.Changed] = []
    for pk, theirs in sorted(by_reservation.items()):
        released += _ledger.record(
            _change(
                bulk,
                Act.RELEASE,
                by,
                at,
                move=Move.RELEASE,
                to=State.ISSUED,
                data={"reservation": str(pk)},
            ),
            picked=THESE,
            parameters={"entitlements": theirs},
            sets=NOT_RESERVED,
            also=(END_RELEASED,),
        )
    over = Reservation.objects.filter(pk__in=list(by_reservation), ended_at=None)
    over.exclude(items__ended_at=None).update(ended_at=at)
    return _set(released)


def _replace_code(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    changed = _ledger.record(
        _change(bulk, Act.REPLACE_CODE, by, at),
        picked=THESE,
        parameters={"entitlements": ids, "code_state": CodeState.REPLACED.value},
        also=(END_CODE,),
    )
    done = _set(changed)
    units = Entitlement.objects.filter(pk__in=done.done).select_related("terms")
    give_codes(forms={one.pk: one.terms.terms.code_form for one in units}, at=at)
    return done


def _reinstate(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    return _each(
        ids,
        lambda one: reinstate(
            entitlement_id=one, by=by, at=at, reason=bulk.reason, comment=bulk.comment
        ),
    )


def _resend_code(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    return _each(
        ids,
        lambda one: resend_code(
            entitlement_id=one, by=by, at=at, reason=bulk.reason, comment=bulk.comment
        ),
    )


def _hand_on(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    return _set(hand_on_some(bulk, ids, _change(bulk, Act.ALLOT, by, at)))


def _return_to_pool(bulk: Bulk, ids: list[UUID], by: Actor, at: datetime) -> Done:
    return _set(return_some(bulk, ids, _change(bulk, Act.RETURN_TO_POOL, by, at)))


def _change(bulk: Bulk, act: Act, by: Actor, at: datetime, **more: Any) -> _ledger.Change:
    return _ledger.Change(act=act, by=by, at=at, reason=bulk.reason, comment=bulk.comment, **more)


def _set(changed: Iterable[_ledger.Changed]) -> Done:
    return Done(done=frozenset(one.id for one in changed))


def _each(ids: Iterable[UUID], act: Callable[[UUID], object]) -> Done:
    """Do it to one after the other; one that is refused holds up no other."""
    done, refused = set(), {}
    for one in ids:
        try:
            with transaction.atomic():
                act(one)
        except Unavailable:
            raise
        except CounterfoilError as refusal:
            refused[one] = refusal.code
        else:
            done.add(one)
    return Done(done=frozenset(done), refused=refused)


DOING: Mapping[Act, Callable[[Bulk, list[UUID], Actor, datetime], Done]] = {
    Act.REVOKE: _revoke,
    Act.REINSTATE: _reinstate,
    Act.EXTEND: _extend,
    Act.PLACE_HOLD: _place_hold,
    Act.LIFT_HOLD: _lift_hold,
    Act.RESEND_CODE: _resend_code,
    Act.RELEASE: _release,
    Act.REPLACE_CODE: _replace_code,
    Act.ALLOT: _hand_on,
    Act.RETURN_TO_POOL: _return_to_pool,
}
ONE_BY_ONE = frozenset({Act.REINSTATE, Act.RESEND_CODE})
"""The acts that read each entitlement by itself, and so do fewer at a time."""
