"""The entitlements of a partner one by one, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from counterfoil.errors import NotFound
from counterfoil.models import Gift, Person
from counterfoil.models.ids import handle_of, id_of
from counterfoil.queries._standing import GIVEN_DIRECTLY, STANDING
from counterfoil.rules.people import normalise_mail

PAGE = 50
MOST = 500

UNITS = """
SELECT e.id, p.sku, p.name, e.allotment_id, {standing}, e.expires_at, e.reserved_until,
       b.name, e.batch_ordinal, a.started_at, g.id, g.send_at, g.opened_at, w.recipient_id
  FROM counterfoil_entitlement e
  JOIN counterfoil_product p ON p.id = e.product_id
  LEFT JOIN counterfoil_batch b ON b.id = e.batch
  LEFT JOIN counterfoil_assignment a ON a.entitlement_id = e.id AND a.ended_at IS NULL
  LEFT JOIN {given_directly}
  LEFT JOIN LATERAL (
       SELECT g.id, g.send_at, g.opened_at FROM counterfoil_gift g
        WHERE g.entitlement_id = e.id AND g.partner_id = e.partner_id
          AND (g.ended_at IS NULL OR g.ended_because = 'claimed')
        ORDER BY g.id DESC LIMIT 1) g ON true
 WHERE e.partner_id = %(partner)s AND {which}
 ORDER BY e.id LIMIT %(limit)s"""

NEVER = UUID(int=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Which:
    """Which of a partner's entitlements are asked for; what is not said does not matter."""

    allotment_id: UUID | None = None
    product_id: UUID | None = None
    from_purchases: bool = False
    standing: str = ""
    search: str = ""  # a handle, a whole address the partner gave, or the number of a piece


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitSeen:
    """
    One entitlement of a partner.

    ``recipient`` and ``name`` are what the partner itself said, the address masked; both are empty
    where somebody else gave it away.
    """

    id: UUID
    handle: str
    sku: str
    product: str
    allotment_id: UUID | None
    standing: str
    recipient: str
    name: str
    batch: str
    number: int | None
    send_at: datetime | None
    opened_at: datetime | None
    claimed_at: datetime | None
    reserved_until: datetime | None
    expires_at: datetime | None


def units(
    partner_id: UUID, which: Which, *, after: UUID | None = None, limit: int = PAGE
) -> tuple[Sequence[UnitSeen], UUID | None]:
    """Give a page of a partner's entitlements, and after which the next page begins, if any."""
    conditions, given = _conditions(which)
    if after is not None:
        conditions.append("e.id > %(after)s")
    limit = min(max(limit, 1), MOST)
    given |= {"partner": partner_id, "after": after, "limit": limit + 1}
    statement = UNITS.replace("{standing}", STANDING).replace("{given_directly}", GIVEN_DIRECTLY)
    statement = statement.replace("{which}", " AND ".join(conditions) or "true")
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows = cursor.fetchall()
    seen = _seen(rows[:limit])
    return seen, seen[-1].id if len(rows) > limit else None


def one_unit(partner_id: UUID, handle: str) -> UnitSeen:
    """
    Give one entitlement of a partner.

    :raises NotFound: if the partner has none of this handle, whoever else may have it.
    """
    found, _ = units(partner_id, Which(search=handle.strip()), limit=1)
    if not found or found[0].id != id_of(handle):
        raise NotFound("There is no such entitlement.")
    return found[0]


def _conditions(which: Which) -> tuple[list[str], dict[str, Any]]:
    conditions, given = (
        [],
        {
            "allotment": which.allotment_id,
            "product": which.product_id,
            "standing": which.standing,
        },
    )
    if which.allotment_id is not None:
        conditions.append("e.allotment_id = %(allotment)s")
    if which.from_purchases:
        conditions.append("e.allotment_id IS NULL")
    if which.product_id is not None:
        conditions.append("e.product_id = %(product)s")
    if which.standing:
        conditions.append(f"{STANDING} = %(standing)s")
    if which.search.strip():
        condition, more = _searched(which.search.strip())
        conditions.append(condition)
        given |= more
    return conditions, given


def _searched(text: str) -> tuple[str, dict[str, Any]]:
    """Find by handle, by an address the partner gave, or by the number on a printed piece."""
    if normalise_mail(text) is not None:
        people = list(Person.objects.reading(text).values_list("pk", flat=True))
        return (
            """(e.id IN (SELECT f.entitlement_id FROM counterfoil_gift f
                  WHERE f.recipient_id = ANY(%(people)s::uuid[]) AND f.partner_id = e.partner_id
                    AND (f.ended_at IS NULL OR f.ended_because = 'claimed'))
                OR w.recipient_id = ANY(%(people)s::uuid[]))""",
            {"people": people},
        )
    if text.isascii() and text.isdigit() and len(text) < 10:
        return "e.batch_ordinal = %(number)s", {"number": int(text)}
    try:
        return "e.id = %(meant)s", {"meant": id_of(text)}
    except NotFound:
        return "e.id = %(meant)s", {"meant": NEVER}


def _seen(rows: Sequence[Any]) -> list[UnitSeen]:
    gifts = Gift.objects.select_related("recipient").in_bulk({row[10] for row in rows if row[10]})
    holders = Person.objects.in_bulk({row[13] for row in rows if row[13]})
    seen = []
    for row in rows:
        gift, holder = gifts.get(row[10]), holders.get(row[13])
        person = gift.recipient if gift else holder
        contact = person.contact() if person else None
        words = gift.words() if gift else None
        seen.append(
            UnitSeen(
                id=row[0],
                handle=handle_of(row[0]),
                sku=row[1],
                product=row[2],
                allotment_id=row[3],
                standing=row[4],
                recipient=contact.masked if contact else "",
                name=words.recipient_name if words else "",
                batch=row[7] or "",
                number=row[8],
                send_at=row[11],
                opened_at=row[12],
                claimed_at=row[9],
                reserved_until=row[6],
                expires_at=row[5],
            )
        )
    return seen
