"""Which entitlements has a partner, and how does each of them stand?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from counterfoil.errors import NotFound
from counterfoil.models import Contact, Gift, Person
from counterfoil.models.ids import handle_of, id_of
from counterfoil.queries._standing import GIVEN_DIRECTLY, STANDING

PAGE = 50

PIECES = f"""
SELECT x.* FROM (
SELECT e.id, e.batch_ordinal, e.product_id, e.allotment_id, e.expires_at, e.reserved_until,
       {STANDING} AS standing,
       g.id AS gift_id, coalesce(g.recipient_id, w.recipient_id) AS recipient_id, g.send_at,
       g.opened_at, d.sent_at, d.bounced_at, s.started_at, v.label,
       (SELECT p.name FROM counterfoil_product p WHERE p.id = e.product_id) AS product
  FROM counterfoil_entitlement e
  LEFT JOIN LATERAL (
       SELECT * FROM counterfoil_gift t
        WHERE t.entitlement_id = e.id AND t.partner_id = e.partner_id
          AND (t.ended_at IS NULL OR t.ended_because = 'claimed')
        ORDER BY t.ended_at IS NULL DESC, t.created_at DESC LIMIT 1) g ON true
  LEFT JOIN LATERAL (
       SELECT m.sent_at, m.bounced_at FROM counterfoil_delivery m
        WHERE m.gift_id = g.id AND m.kind = 'gift' ORDER BY m.created_at DESC LIMIT 1) d ON true
  LEFT JOIN {GIVEN_DIRECTLY}
  LEFT JOIN LATERAL (
       SELECT a.started_at FROM counterfoil_assignment a
        WHERE a.entitlement_id = e.id AND a.ended_at IS NULL LIMIT 1) s ON true
  LEFT JOIN LATERAL (
       SELECT n.label FROM counterfoil_reservedentitlement k
         JOIN counterfoil_reservation n ON n.id = k.reservation_id
        WHERE k.entitlement_id = e.id AND k.ended_at IS NULL LIMIT 1) v ON true
 WHERE e.partner_id = %(partner)s
   AND (%(product)s::uuid IS NULL OR e.product_id = %(product)s)
   AND (%(allotment)s::uuid IS NULL OR e.allotment_id = %(allotment)s)
   AND (NOT %(bought)s OR e.allotment_id IS NULL)
   AND (%(piece)s::uuid IS NULL OR e.id = %(piece)s)
   AND (%(serial)s::int IS NULL OR e.batch_ordinal = %(serial)s)
   AND (%(after)s::uuid IS NULL OR e.id > %(after)s)
) x
 WHERE (%(standing)s::text IS NULL OR x.standing = %(standing)s)
   AND (%(people)s::uuid[] IS NULL OR x.recipient_id = ANY(%(people)s))
   AND (NOT %(is_bounced)s OR (x.bounced_at IS NOT NULL AND x.standing = 'sent'))
   AND (%(soon)s::timestamptz IS NULL
        OR (x.expires_at <= %(soon)s AND x.standing IN ('free', 'reserved', 'sent', 'sold')))
 ORDER BY x.id LIMIT %(most)s"""  # noqa: S608 - ours


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which of them somebody wants to see; ``search`` is an address, a handle or a number."""

    product_id: UUID | None = None
    allotment_id: UUID | None = None
    bought_only: bool = False
    standing: str = ""
    search: str = ""
    bounced_only: bool = False
    ending_before: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """
    One entitlement as its partner sees it.

    ``contact`` is whom the partner gave it to. What was sold to a customer is the customer's.
    """

    id: UUID
    handle: str
    serial: int | None
    product_id: UUID
    product: str
    allotment_id: UUID | None
    standing: str
    expires_at: datetime | None
    reserved_until: datetime | None
    reserved_for: str
    gift_id: UUID | None
    contact: Contact | None
    send_at: datetime | None
    sent_at: datetime | None
    bounced_at: datetime | None
    opened_at: datetime | None
    claimed_at: datetime | None

    @property
    def is_card(self) -> bool:
        """Tell whether it was printed, and goes from hand to hand."""
        return self.gift_id is not None and self.contact is None

    @property
    def can_hand_out(self) -> bool:
        """Tell whether it can be given to somebody now."""
        return self.standing == "free"

    @property
    def can_take_back(self) -> bool:
        """Tell whether somebody is being given it and has not claimed it."""
        return self.standing == "sent" and self.gift_id is not None


def pieces(
    partner_id: UUID,
    asked: Asked,
    *,
    after: UUID | None = None,
    most: int = PAGE,
) -> tuple[Piece, ...]:
    """Give a page of a partner's entitlements in the order they were issued."""
    found = _looked_for(asked.search)
    given = {
        "partner": partner_id,
        "product": asked.product_id,
        "allotment": asked.allotment_id,
        "bought": asked.bought_only,
        "standing": asked.standing or None,
        "is_bounced": asked.bounced_only,
        "soon": asked.ending_before,
        "after": after,
        "most": most,
    }
    if found is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(PIECES, given | found)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    people = Person.objects.in_bulk({row["recipient_id"] for row in rows if row["recipient_id"]})
    return tuple(_piece(row, people.get(row["recipient_id"])) for row in rows)


def one_piece(partner_id: UUID, handle: str) -> Piece:
    """
    Give one entitlement of a partner.

    :raises NotFound: if there is none of this handle, or it is somebody else's.
    """
    found = pieces(partner_id, Asked(search=handle_of(id_of(handle))), most=1)
    if not found:
        raise NotFound("There is no such entitlement.")
    return found[0]


def all_pieces(partner_id: UUID, asked: Asked) -> Iterator[Piece]:
    """Give all of them, read page by page, for a file."""
    after: UUID | None = None
    while page := pieces(partner_id, asked, after=after, most=1_000):
        yield from page
        after = page[-1].id


def gift_said(partner_id: UUID, gift_id: UUID) -> Gift | None:
    """Give a gift that this partner makes."""
    return Gift.objects.filter(pk=gift_id, partner=partner_id).first()


def _looked_for(search: str) -> dict[str, Any] | None:
    """Say what a search means, or give ``None`` if it can mean nothing."""
    found: dict[str, Any] = {"piece": None, "serial": None, "people": None}
    if not search:
        return found
    if "@" in search:
        found["people"] = list(Person.objects.reading(search).values_list("pk", flat=True))
        return found if found["people"] else None
    if search.isascii() and search.isdigit() and len(search) < 10:
        return found | {"serial": int(search)}
    try:
        return found | {"piece": id_of(search)}
    except NotFound:
        return None


def _piece(row: dict[str, Any], person: Person | None) -> Piece:
    return Piece(
        id=row["id"],
        handle=handle_of(row["id"]),
        serial=row["batch_ordinal"],
        product_id=row["product_id"],
        product=row["product"],
        allotment_id=row["allotment_id"],
        standing=row["standing"],
        expires_at=row["expires_at"],
        reserved_until=row["reserved_until"],
        reserved_for=row["label"] or "",
        gift_id=row["gift_id"],
        contact=person.contact() if person else None,
        send_at=row["send_at"],
        sent_at=row["sent_at"],
        bounced_at=row["bounced_at"],
        opened_at=row["opened_at"],
        claimed_at=row["started_at"],
    )
