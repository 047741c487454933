"""Which entitlements are free to be kept for somebody, and taking some of them from a pool."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from counterfoil.conf import conf
from counterfoil.errors import NotEnoughFree, NotFound, NotFree
from counterfoil.models.handouts import A_CUSTOMERS
from counterfoil.models.ids import handle_of
from counterfoil.operations import _credentials

FREE = f"""e.state = 'issued' AND e.held_count = 0
   AND (NOT e.is_test OR {_credentials.TEST_MODE})
   AND (e.expires_at IS NULL OR e.expires_at > clock_timestamp())
   AND NOT EXISTS (SELECT FROM counterfoil_gift g
                    WHERE g.entitlement_id = e.id AND g.ended_at IS NULL)"""
"""Can be kept for somebody; needs ``test_codes``."""

PARTNERS_POOL = f"""
counterfoil_entitlement e
 WHERE e.partner_id = %(partner)s AND e.product_id = %(product)s AND NOT {A_CUSTOMERS}"""

# What was granted to nobody in particular lies in stock; all else is some buyer's.
HOUSE_POOL = """
counterfoil_grantrecord g
  JOIN counterfoil_purchase p ON p.id = g.purchase_id
  JOIN counterfoil_entitlement e ON e.purchase_id = p.id
 WHERE e.partner_id IS NULL AND e.product_id = %(product)s
   AND p.buyer_id IS NULL AND p.account_id IS NULL AND p.partner_id IS NULL"""

PICK = """
SELECT e.id FROM {pool} AND {free}
 ORDER BY e.id LIMIT %(quantity)s
   FOR NO KEY UPDATE OF e SKIP LOCKED"""

WHY = """
SELECT e.id, e.partner_id,
       CASE WHEN e.state <> 'issued' THEN e.state
            WHEN e.held_count > 0 THEN 'on hold'
            WHEN e.expires_at <= clock_timestamp() THEN 'expired'
            WHEN NOT {free} THEN 'being given as a gift, or a test'
            WHEN %(partner)s::uuid IS NOT NULL AND {sold} THEN 'sold to a customer'
            ELSE '' END
  FROM counterfoil_entitlement e WHERE e.id = ANY(%(ids)s::uuid[])
 ORDER BY e.id FOR NO KEY UPDATE OF e"""


def pick(product_id: UUID, quantity: int, *, partner_id: UUID | None) -> list[UUID]:
    """
    Lock so many free ones of a pool that nobody else is at, the oldest first.

    The pool is what a partner has, or what the house granted itself without a recipient.

    :raises NotEnoughFree: if there are fewer.
    """
    pool = HOUSE_POOL if partner_id is None else PARTNERS_POOL
    given = {"product": product_id, "partner": partner_id, "quantity": quantity}
    with connection.cursor() as cursor:
        cursor.execute(
            PICK.replace("{pool}", pool).replace("{free}", FREE),
            given | {"test_codes": conf.REDEEM_TEST_CODES},
        )
        found = [row[0] for row in cursor.fetchall()]
    if len(found) < quantity:
        raise NotEnoughFree(len(found))
    return found


def pick_named(entitlement_ids: Collection[UUID], *, partner_id: UUID | None) -> list[UUID]:
    """
    Lock these, if every one of them is free.

    :raises NotFound: if one does not exist, or is not this partner's.
    :raises NotFree: if some are not, saying of each how it stands.
    """
    wanted = set(entitlement_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            WHY.replace("{free}", f"({FREE})").replace("{sold}", A_CUSTOMERS),
            {"ids": list(wanted), "partner": partner_id, "test_codes": conf.REDEEM_TEST_CODES},
        )
        found = cursor.fetchall()
    if len(found) < len(wanted) or any(partner_id not in (None, row[1]) for row in found):
        raise NotFound("There is no such entitlement.")
    why = [f"{handle_of(row[0])} is {row[2]}" for row in found if row[2]]
    if why:
        raise NotFree(why)
    return [row[0] for row in found]
