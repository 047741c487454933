"""
How entitlements stand towards an act that is to be done to many.

The same condition sorts them when they are previewed and, under their locks, when it is done: what
stands otherwise by then has moved, and is reported instead of being forced.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from counterfoil.conf import conf
from counterfoil.errors import BulkEmpty
from counterfoil.models import Bulk, Partner
from counterfoil.models.ids import uuid7
from counterfoil.operations._pooling import CAME_BY, MOVABLE, UNCLAIMED
from counterfoil.rules.acts import Act
from counterfoil.rules.bulk import Stands

HAD = "e.state IN ('assigned', 'fulfilled')"
HELD = "e.held_count > 0"
OVER = "e.expires_at <= clock_timestamp()"
GIFT = """SELECT g.recipient_id, g.send_at, (SELECT count(*) FROM counterfoil_delivery d
        WHERE d.gift_id = g.id AND d.attempts > 0 AND NOT d.is_unneeded) AS left_for
  FROM counterfoil_gift g WHERE g.entitlement_id = e.id AND g.ended_at IS NULL"""
GIVEN = f"EXISTS ({GIFT})"
WAITS = f"""EXISTS (SELECT FROM ({GIFT}) given WHERE given.recipient_id IS NOT NULL
                AND given.send_at > clock_timestamp() AND given.left_for = 0)"""
HAS_ADDRESS = f"""(EXISTS (SELECT FROM ({GIFT}) given WHERE given.recipient_id IS NOT NULL)
    OR EXISTS (SELECT FROM counterfoil_purchase p
                WHERE p.id = e.purchase_id AND p.notify AND p.buyer_id IS NOT NULL))
"""  # noqa: S608 - ours
READABLE = """EXISTS (SELECT FROM counterfoil_code c WHERE c.entitlement_id = e.id
                AND c.state = 'live' AND c.ciphertext IS NOT NULL)"""
REFUNDED = """EXISTS (SELECT FROM counterfoil_refundedentitlement r WHERE r.entitlement_id = e.id
                AND r.decision = 'revoke' AND r.superseded_at IS NULL)"""
LAST = "FROM counterfoil_entry n WHERE n.entitlement_id = e.id"
WAS_HAD = f"""(SELECT n.from_state {LAST} AND n.move = 'revoke' ORDER BY n.seq DESC LIMIT 1)
    IN ('assigned', 'fulfilled')"""
NOT_BY_IT = f"""%(of)s::uuid IS NOT NULL AND (SELECT n.act {LAST} AND n.move = 'revoke'
    ORDER BY n.seq DESC LIMIT 1) IS DISTINCT FROM %(of)s::uuid"""  # noqa: S608 - ours
HOLD = """EXISTS (SELECT FROM counterfoil_hold h WHERE h.entitlement_id = e.id
    AND h.lifted_seq IS NULL AND h.kind = %(kind)s
    AND (%(reference)s = '' OR h.reference = %(reference)s))"""

# What an extension leads to: a day, so many days more, or what stood before it was extended.
BEFORE = """(SELECT (o.before->>'expires_at')::timestamptz FROM counterfoil_bulkitem o
    WHERE o.bulk_id = %(of)s::uuid AND o.entitlement_id = e.id)"""
SET_BY_IT = """(SELECT (o.before->>'until')::timestamptz FROM counterfoil_bulkitem o
    WHERE o.bulk_id = %(of)s::uuid AND o.entitlement_id = e.id)"""
UNTIL = f"""CASE WHEN %(of)s::uuid IS NOT NULL THEN {BEFORE}
    WHEN %(days)s::int IS NOT NULL
    THEN greatest(e.expires_at, clock_timestamp()) + make_interval(days => %(days)s::int)
    ELSE %(until)s::timestamptz END"""
SAME = f"""CASE WHEN %(days)s::int IS NOT NULL AND %(of)s::uuid IS NULL THEN e.expires_at IS NULL
    ELSE e.expires_at IS NOT DISTINCT FROM ({UNTIL}) END"""
SHORTER = f"""%(of)s::uuid IS NULL
    AND coalesce(({UNTIL}) < coalesce(e.expires_at, 'infinity'), false)"""
OTHER_END = "%(of)s::uuid IS NOT NULL AND e.expires_at IS DISTINCT FROM " + SET_BY_IT

Case = tuple[str, Stands]
NOBODYS: tuple[Case, ...] = (
    ("e.state = 'minted'", Stands.MINTED),
    ("e.state = 'reserved'", Stands.RESERVED),
    ("true", Stands.UNASSIGNED),
)
REVOKED: Case = ("e.state = 'revoked'", Stands.REVOKED)
ASSIGNED: Case = (HAD, Stands.ASSIGNED)
ON_HOLD: Case = (HELD, Stands.ON_HOLD)

CASES: Mapping[Act, tuple[Case, ...]] = {
    Act.REVOKE: (
        REVOKED,
        (f"{HAD} AND {HELD}", Stands.ASSIGNED_ON_HOLD),
        ASSIGNED,
        ON_HOLD,
        (GIVEN, Stands.GIVEN),
        *NOBODYS,
    ),
    Act.REINSTATE: (
        ("e.state <> 'revoked'", Stands.NOT_REVOKED),
        (NOT_BY_IT, Stands.REVOKED_OTHERWISE),
        (REFUNDED, Stands.REFUNDED),
        (WAS_HAD, Stands.WAS_ASSIGNED),
        ("true", Stands.REVOKED),
    ),
    Act.EXTEND: (
        REVOKED,
        (SAME, Stands.SAME_END),
        (OTHER_END, Stands.CHANGED_SINCE),
        (SHORTER, Stands.SHORTENED),
        ASSIGNED,
        (OVER, Stands.EXPIRED),
        ("true", Stands.VALID),
    ),
    Act.PLACE_HOLD: (REVOKED, ASSIGNED, ON_HOLD, *NOBODYS),
    Act.LIFT_HOLD: (
        (HOLD, Stands.HELD_SO),
        (HELD, Stands.HELD_OTHERWISE),
        ("true", Stands.NOT_HELD),
    ),
    Act.RESEND_CODE: (
        REVOKED,
        ASSIGNED,
        ON_HOLD,
        ("e.state = 'minted'", Stands.MINTED),
        (OVER, Stands.EXPIRED),
        (WAITS, Stands.GIFT_WAITING),
        (f"NOT {READABLE}", Stands.UNREADABLE),
        (f"NOT {HAS_ADDRESS}", Stands.NO_ADDRESS),
        (GIVEN, Stands.GIVEN),
        *NOBODYS,
    ),
    Act.RELEASE: (
        ("e.state = 'reserved'", Stands.RESERVED),
        ("true", Stands.NOT_RESERVED),
    ),
    Act.REPLACE_CODE: (
        REVOKED,
        ASSIGNED,
        ON_HOLD,
        ("e.batch IS NOT NULL", Stands.PRINTED),
        (GIVEN, Stands.GIVEN),
        *NOBODYS,
    ),
    Act.ALLOT: (
        ("e.partner_id = %(partner)s::uuid", Stands.THERE_ALREADY),
        ("e.partner_id IS DISTINCT FROM %(above)s::uuid", Stands.ELSEWHERE),
        (MOVABLE, Stands.FREE),
        ("true", Stands.NOT_FREE),
    ),
    Act.RETURN_TO_POOL: (
        ("e.partner_id = %(above)s::uuid", Stands.THERE_ALREADY),
        ("e.partner_id IS DISTINCT FROM %(partner)s::uuid", Stands.ELSEWHERE),
        (f"{UNCLAIMED} AND EXISTS (SELECT FROM {CAME_BY})", Stands.FREE),
        ("true", Stands.NOT_FREE),
    ),
}
"""The first condition that holds says how an entitlement stands."""

# Whoever has it belongs to how it stands: what somebody else has by now has moved.
HOLDER = f"""CASE WHEN {HAD} THEN coalesce((SELECT a.account_id::text FROM counterfoil_assignment a
    WHERE a.entitlement_id = e.id AND a.ended_at IS NULL), '') ELSE '' END"""  # noqa: S608 - ours

# What one buyer is written to about lies together.
JUDGE = f"""
INSERT INTO counterfoil_bulkitem (
    id, bulk_id, number, entitlement_id, standing, outcome, problem, before)
SELECT n.id, %(bulk)s, row_number() OVER (ORDER BY e.purchase_id, e.id), e.id, {{stands}}, '', '',
       jsonb_build_object('holder', {HOLDER})
  FROM unnest(%(ids)s::uuid[], %(entitlements)s::uuid[]) AS n(id, entitlement_id)
  JOIN counterfoil_entitlement e ON e.id = n.entitlement_id"""  # noqa: S608 - ours

AGAIN = f"""
UPDATE counterfoil_bulkitem i
   SET standing = {{stands}}, before = jsonb_build_object('holder', {HOLDER})
  FROM counterfoil_entitlement e
 WHERE i.bulk_id = %(bulk)s AND e.id = i.entitlement_id"""  # noqa: S608 - ours

NOW = f"""
SELECT i.id, i.entitlement_id, i.standing, {{stands}}, i.before->>'holder' = {HOLDER}
  FROM counterfoil_bulkitem i JOIN counterfoil_entitlement e ON e.id = i.entitlement_id
 WHERE i.bulk_id = %(bulk)s AND i.entitlement_id = ANY(%(entitlements)s::uuid[])
"""  # noqa: S608 - ours


class Seen(NamedTuple):
    """An item, how it stood when it was previewed, and how it stands now."""

    item_id: UUID
    entitlement_id: UUID
    shown: str
    stands: str
    is_same_holder: bool

    def has_moved(self, chosen: Collection[str]) -> bool:
        """Tell whether it is no longer of a sort that was chosen, or somebody else's."""
        return self.stands not in chosen or not self.is_same_holder


def judge(bulk: Bulk, entitlement_ids: Sequence[UUID]) -> None:
    """
    Keep these as the items of a bulk act, and how each stands.

    :raises BulkEmpty: if none of them exists.
    """
    given = {"ids": [uuid7() for _ in entitlement_ids], "entitlements": list(entitlement_ids)}
    if not _run(bulk, JUDGE, given):
        raise BulkEmpty("None of these is an entitlement.")


def judge_again(bulk: Bulk) -> None:
    """Look again at how the items stand."""
    _run(bulk, AGAIN, {})


def judge_now(bulk: Bulk, entitlement_ids: Sequence[UUID]) -> list[Seen]:
    """Say how some items stand, which are locked."""
    statement = NOW.replace("{stands}", stands(Act(bulk.act)))
    with connection.cursor() as cursor:
        cursor.execute(statement, asked(bulk) | {"entitlements": list(entitlement_ids)})
        return [Seen(*row) for row in cursor.fetchall()]


def stands(act: Act) -> str:
    """Give the condition that sorts entitlements for an act, over ``e``."""
    cases = "".join(f" WHEN {condition} THEN '{name}'" for condition, name in CASES[act])
    return f"CASE{cases} END"


def asked(bulk: Bulk) -> dict[str, Any]:
    """Give what the conditions need to know of a bulk act."""
    told = bulk.parameters
    partner = Partner.objects.filter(slug=told.get("partner", "")).first()
    return {
        "bulk": bulk.pk,
        "of": bulk.inverse_of_id,
        "until": told.get("until"),
        "days": told.get("days"),
        "kind": told.get("kind", ""),
        "reference": told.get("reference", ""),
        "partner": partner.pk if partner else None,
        "above": partner.parent_id if partner else None,
        "test_codes": conf.REDEEM_TEST_CODES,
    }


def _run(bulk: Bulk, statement: str, given: Mapping[str, Any]) -> bool:
    with connection.cursor() as cursor:
        sql = statement.replace("{stands}", stands(Act(bulk.act)))
        cursor.execute(sql, asked(bulk) | dict(given))
        return bool(cursor.rowcount)
