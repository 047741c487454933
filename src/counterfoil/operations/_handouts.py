"""Hand-outs: picking what is free, judging recipients, and giving to one of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from counterfoil.errors import BeingGiven, NotEnoughFree, NotFound
from counterfoil.models import (
    Allotment,
    Contact,
    Gift,
    GiftWords,
    Handout,
    HandoutRow,
    Partner,
    Product,
    Reservation,
)
from counterfoil.models.handouts import FREE_TO_HAND_OUT
from counterfoil.models.keys import keyring
from counterfoil.operations._loading import lock
from counterfoil.operations._partnering import lock_partner, require_active, require_right
from counterfoil.operations._people import person_for
from counterfoil.operations.assign_to_mail import assign_to_mail
from counterfoil.operations.release import release
from counterfoil.operations.set_gift import set_gift
from counterfoil.rules.handouts import (
    Judging,
    Mode,
    RowFault,
    RowOutcome,
    RowWrong,
    Said,
    Source,
    language_of,
    send_moment,
)
from counterfoil.rules.partners import PartnerRight
from counterfoil.rules.people import Actor, normalise_mail

PICK = f"""
SELECT e.id FROM counterfoil_entitlement e WHERE {FREE_TO_HAND_OUT}
 ORDER BY e.expires_at NULLS LAST, e.id LIMIT %(quantity)s
   FOR NO KEY UPDATE OF e SKIP LOCKED"""  # noqa: S608 - ours

# Read anew under the locks: a gift or a promise may be newer than what the row was picked by.
STILL = f"""
SELECT e.id FROM counterfoil_entitlement e
 WHERE e.id = ANY(%(ids)s::uuid[]) AND {FREE_TO_HAND_OUT}"""  # noqa: S608 - ours
TRIES = 3

HAVE_ONE = """
SELECT DISTINCT ON (a.number) a.number, p.id
  FROM unnest(%(numbers)s::int[], %(key_ids)s::smallint[], %(lookups)s::bytea[])
       AS a(number, key_id, lookup)
  JOIN counterfoil_person p ON p.mail_key_id = a.key_id AND p.mail_lookup = a.lookup
 WHERE EXISTS (SELECT FROM counterfoil_gift g
                 JOIN counterfoil_entitlement e ON e.id = g.entitlement_id
                WHERE g.recipient_id = p.id AND g.partner_id = %(partner)s
                  AND e.product_id = %(product)s AND g.ended_at IS NULL)
    OR EXISTS (SELECT FROM counterfoil_account c
                 JOIN counterfoil_assignment s ON s.account_id = c.id AND s.ended_at IS NULL
                 JOIN counterfoil_entitlement e ON e.id = s.entitlement_id
                WHERE c.person_id = p.id AND e.partner_id = %(partner)s
                  AND e.product_id = %(product)s)"""


def partner_handing_out(partner_id: UUID, by: Actor) -> Partner:
    """
    Lock the partner, so that its hand-outs are confirmed one after the other.

    :raises NotFound: if there is none.
    :raises PartnerSuspended: if it may hand out nothing; also NotAMember, PartnerRoleMissing.
    """
    partner = lock_partner(partner_id)
    require_right(by, [partner_id], PartnerRight.HAND_OUT)
    require_active(partner_id)
    return partner


def refuse_foreign(partner_id: UUID, source: Source) -> None:
    """Refuse what is not this partner's, in the words in which nothing is there."""
    allotments = Allotment.objects.filter(partner=partner_id)
    reservations = Reservation.objects.filter(partner=partner_id)
    known = Product.objects.filter(pk=source.product_id).exists()
    if source.allotment_id is not None:
        known = known and allotments.filter(pk=source.allotment_id).exists()
    if source.reservation_id is not None:
        known = known and reservations.filter(pk=source.reservation_id).exists()
    if not known:
        raise NotFound("There is no such product, allotment or reservation.")


def lock_handout(handout_id: UUID, *, partner_id: UUID) -> Handout:
    """
    Lock and read a partner's hand-out.

    :raises NotFound: if there is none, or it is another partner's.
    """
    locked = Handout.objects.select_for_update(of=("self",)).select_related("partner")
    found = locked.filter(pk=handout_id, partner=partner_id).first()
    if found is None:
        raise NotFound("There is no such hand-out.")
    return found


def is_at_work(handout: Handout) -> bool:
    """Tell whether a hand-out goes on by itself; one whose work was stopped has to be taken up."""
    return handout.job is not None and handout.job.finished_at is None


def pick(handout: Handout, quantity: int, *, entitlement_id: UUID | None = None) -> list[UUID]:
    """
    Lock so many of what a hand-out may take from, those that end first, first.

    :raises NotEnoughFree: if there are fewer, saying how many.
    """
    given = handout.pool() | {"quantity": quantity, "entitlement": entitlement_id}
    free: list[UUID] = []
    for _ in range(TRIES):
        found = _ids(PICK, given)
        still = set(_ids(STILL, given | {"ids": found}))
        free = [one for one in found if one in still]
        if len(free) == len(found):
            break
    if len(free) < quantity:
        raise NotEnoughFree(len(free))
    return free


def judge(handout: Handout, rows: Sequence[HandoutRow], *, at: datetime) -> None:
    """Say of each row what stands against it now, without saving."""
    judging = judging_of(handout, at=at)
    seen: dict[str, int] = {}
    for row in rows:
        if row.fault == RowFault.UNREADABLE:
            continue
        said = Said.from_data(row.words())
        fault = judging.fault_of(said)
        address = normalise_mail(said.mail)
        if address and fault is None and seen.setdefault(address, row.number) != row.number:
            fault = RowFault.REPEATED
        row.fault = fault.value if fault else ""
    known = have_one(handout, {number: address for address, number in seen.items()})
    for row in rows:
        if not row.fault and row.number in known:
            row.fault, row.recipient_id = RowFault.HAS_ONE.value, known[row.number]


def have_one(handout: Handout, addresses: dict[int, str]) -> dict[int, UUID]:
    """Find which of these have, or are being given, one of the product from this partner."""
    ring, asked = keyring(), []
    for number, address in addresses.items():
        asked += [(number, it.key_id, it.digest) for it in ring.lookups("mail:", address)]
    given: dict[str, Any] = {"partner": handout.partner_id, "product": handout.product_id}
    for place, name in enumerate(("numbers", "key_ids", "lookups")):
        given[name] = [one[place] for one in asked]
    with connection.cursor() as cursor:
        cursor.execute(HAVE_ONE, given)
        return dict(cursor.fetchall())


def judging_of(handout: Handout, *, at: datetime) -> Judging:
    """Say by what the rows of a hand-out are judged."""
    zone = ZoneInfo(handout.options.get("time_zone") or settings.TIME_ZONE)
    return Judging(at=at, zone=zone, languages=[code for code, _ in settings.LANGUAGES])


def give(
    handout: Handout, row: HandoutRow, entitlement_id: UUID, *, by: Actor, at: datetime
) -> None:
    """
    Give one entitlement to the recipient of a row, and keep with the row that it was.

    :raises BeingGiven: if somebody has begun to give it to somebody else.
    :raises CounterfoilError: as the acts of giving do; nothing has changed then.
    """
    lock([entitlement_id])
    if Gift.objects.filter(entitlement=entitlement_id, ended_at=None).exists():
        raise BeingGiven
    said, judging = Said.from_data(row.words()), judging_of(handout, at=at)
    if handout.reservation_id is not None:
        release(
            reservation_id=handout.reservation_id, entitlement_ids=[entitlement_id], by=by, at=at
        )
    locale = language_of(said.language, judging.languages)
    if handout.options["mode"] == Mode.ASSIGN:
        assign_to_mail(entitlement_id=entitlement_id, mail=said.mail, by=by, at=at)
        row.outcome = RowOutcome.ASSIGNED.value
    else:
        row.gift = set_gift(
            entitlement_id=entitlement_id,
            words=GiftWords(
                recipient_mail=said.mail,
                recipient_name=said.name,
                message=said.message,
                sender_name=handout.partner.name,
            ),
            send_at=_moment(said, judging),
            time_zone=judging.zone.key,
            locale=locale,
            by=by,
            at=at,
            partner_id=handout.partner_id,
        )
        row.outcome = (RowOutcome.SENT if said.mail else RowOutcome.PRINTED).value
    if said.mail:
        contact = Contact(mail=said.mail, name=said.name, locale=locale)
        row.recipient = person_for(contact, at=at)
    row.entitlement_id = entitlement_id
    row.key_id = row.words_sealed = None  # the gift keeps them from here on
    row.save()


def actor_as_data(by: Actor) -> dict[str, str]:
    """Write down who asked, for the job that goes on in their name."""
    return {"kind": by.kind.value, "id": by.id, "display": by.display}


def _ids(statement: str, given: dict[str, Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [row[0] for row in cursor.fetchall()]


def _moment(said: Said, judging: Judging) -> datetime | None:
    try:
        return send_moment(said.send_on, zone=judging.zone, at=judging.at)
    except RowWrong:
        return None  # it was to come when it was confirmed: since then its moment has passed
