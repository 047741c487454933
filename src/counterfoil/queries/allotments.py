"""
What a partner has: counted, and one by one.

Nothing here tells of anybody else's: not of other partners', and of people only what the partner
itself said when it handed something out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from counterfoil.errors import NotFound
from counterfoil.queries._standing import STANDING

COUNTS = f"""
SELECT e.product_id, e.allotment_id, {STANDING} AS standing, count(*)
  FROM counterfoil_entitlement e
 WHERE e.partner_id = %(partner)s GROUP BY 1, 2, 3"""  # noqa: S608 - ours

ALL = f"""
SELECT e.partner_id, {STANDING} AS standing, count(*)
  FROM counterfoil_entitlement e
 WHERE e.partner_id IS NOT NULL GROUP BY 1, 2"""  # noqa: S608 - ours

ROWS = """
SELECT p.id, p.sku, p.name, a.id, a.label, coalesce(a.granted, 0), a.created_at, g.name,
       coalesce((SELECT sum(c.granted) FROM counterfoil_allotment c WHERE c.parent_id = a.id), 0)
  FROM (SELECT product_id, id FROM counterfoil_allotment
         WHERE partner_id = %(partner)s AND product_id IS NOT NULL
         UNION
        SELECT product, NULL::uuid FROM unnest(%(products)s::uuid[]) AS n(product)) n(product, id)
  JOIN counterfoil_product p ON p.id = n.product
  LEFT JOIN counterfoil_allotment a ON a.id = n.id
  LEFT JOIN counterfoil_allotment o ON o.id = a.parent_id
  LEFT JOIN counterfoil_partner g ON g.id = o.partner_id
 ORDER BY p.name, p.sku, a.created_at NULLS LAST, a.id"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """
    How many stand how; each is counted once.

    ``free`` can be handed out now. ``sent`` is given to somebody who has not claimed it, ``sold``
    to a customer who has not, ``unsold`` printed and not sold, and ``on_hold`` unclaimed and
    suspended.
    """

    free: int = 0
    reserved: int = 0
    sent: int = 0
    claimed: int = 0
    fulfilled: int = 0
    expired: int = 0
    revoked: int = 0
    on_hold: int = 0
    unsold: int = 0
    sold: int = 0

    @property
    def in_use(self) -> int:
        """Give how many somebody has, set up or not."""
        return self.claimed + self.fulfilled

    @property
    def total(self) -> int:
        """Give how many there are."""
        return sum(getattr(self, one.name) for one in fields(self))

    def __add__(self, other: "Counts") -> "Counts":
        """Add up."""
        both = {
            one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)
        }
        return Counts(**both)


@dataclass(frozen=True, kw_only=True, slots=True)
class AllotmentSeen:
    """
    One allotment of a partner, or what it has of a product from purchases (``id`` is None).

    ``granted`` is how many it may have of it, ``handed_on`` how many of it went further down, and
    ``from_partner`` who handed it on to this partner.
    """

    id: UUID | None
    product_id: UUID
    sku: str
    product: str
    label: str
    granted: int
    handed_on: int
    from_partner: str
    created_at: datetime | None
    counts: Counts


def overview(partner_id: UUID) -> Sequence[AllotmentSeen]:
    """Give what a partner has by product and allotment, in two questions however much it is."""
    counted = _counted(partner_id)
    loose = sorted({product for product, allotment in counted if allotment is None})
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"partner": partner_id, "products": loose})
        return [_seen(row, counted) for row in cursor.fetchall()]


def one_allotment(partner_id: UUID, allotment_id: UUID) -> AllotmentSeen:
    """
    Give one allotment of a partner.

    :raises NotFound: if the partner has none of this id, whoever else may have it.
    """
    for one in overview(partner_id):
        if one.id == allotment_id:
            return one
    raise NotFound("There is no such allotment.")


def together(rows: Sequence[AllotmentSeen]) -> Counts:
    """Add up what several say."""
    return sum((one.counts for one in rows), Counts())


def counts_of_all() -> Mapping[UUID, Counts]:
    """Count what every partner has, for colleagues; partners that have nothing are left out."""
    found: dict[UUID, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        for partner, standing, count in cursor.fetchall():
            found.setdefault(partner, {})[standing] = count
    return {partner: Counts(**counts) for partner, counts in found.items()}


def _counted(partner_id: UUID) -> Mapping[tuple[UUID, UUID | None], Counts]:
    found: dict[tuple[UUID, UUID | None], dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"partner": partner_id})
        for product, allotment, standing, count in cursor.fetchall():
            found.setdefault((product, allotment), {})[standing] = count
    return {key: Counts(**counts) for key, counts in found.items()}


def _seen(row: Sequence[Any], counted: Mapping[tuple[UUID, UUID | None], Counts]) -> AllotmentSeen:
    product_id, sku, name, pk, label, granted, created_at, giver, handed_on = row
    return AllotmentSeen(
        id=pk,
        product_id=product_id,
        sku=sku,
        product=name,
        label=label or "",
        granted=granted,
        handed_on=int(handed_on),
        from_partner=giver or "",
        created_at=created_at,
        counts=counted.get((product_id, pk), Counts()),
    )
