"""Which lists has a partner handed out by, and what became of each row?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from counterfoil.errors import NotFound
from counterfoil.models import Contact, Handout, HandoutRow
from counterfoil.models.handouts import FREE_TO_HAND_OUT
from counterfoil.models.ids import handle_of
from counterfoil.rules.handouts import BAD, GIVEN, Mode, RowFault, RowOutcome, Said

HANDOUTS, ROWS = 25, 100

COUNT_FREE = f"""
SELECT count(*) FROM counterfoil_entitlement e WHERE {FREE_TO_HAND_OUT}"""  # noqa: S608 - ours

FATES = """
SELECT r.id, d.sent_at, d.bounced_at, g.opened_at, g.ended_because, e.state
  FROM counterfoil_handoutrow r
  LEFT JOIN counterfoil_entitlement e ON e.id = r.entitlement_id
  LEFT JOIN counterfoil_gift g ON g.id = r.gift_id
  LEFT JOIN LATERAL (
       SELECT m.sent_at, m.bounced_at FROM counterfoil_delivery m
        WHERE m.gift_id = g.id AND m.kind = 'gift' ORDER BY m.created_at DESC LIMIT 1) d ON true
 WHERE r.id = ANY(%(rows)s::uuid[])"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many rows there are of each sort; of the first five, each row is one."""

    good: int = 0
    known: int = 0
    bad: int = 0
    given: int = 0
    refused: int = 0
    left_out: int = 0

    @property
    def total(self) -> int:
        """Give how many rows there are."""
        return self.good + self.known + self.bad + self.given + self.refused + self.left_out


@dataclass(frozen=True, kw_only=True, slots=True)
class HandoutSeen:
    """A list as it is told of; ``is_halted`` says that its work was stopped, or failed."""

    id: UUID
    name: str
    product_id: UUID
    product: str
    sku: str
    allotment_id: UUID | None
    reservation: str
    status: str
    mode: str
    tally: Tally
    created_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    job_id: UUID | None
    is_running: bool
    is_halted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RowSeen:
    """A row: who is meant, what stands against it, what became of it, and of its mail."""

    number: int
    contact: Contact | None
    mail: str
    name: str
    fault: str
    outcome: str
    handle: str
    sent_at: datetime | None
    bounced_at: datetime | None
    opened_at: datetime | None
    state: str
    ended: str

    @property
    def is_bad(self) -> bool:
        """Tell whether it cannot be carried out as it stands."""
        return self.fault in BAD

    @property
    def is_claimed(self) -> bool:
        """Tell whether it belongs to somebody now because of this row."""
        return self.is_given and self.state in ("assigned", "fulfilled")

    @property
    def is_given(self) -> bool:
        """Tell whether it was carried out."""
        return self.outcome in GIVEN


def handouts_of(
    partner_id: UUID, *, before: UUID | None = None, most: int = HANDOUTS
) -> Sequence[HandoutSeen]:
    """Give a page of a partner's lists and sheets of cards, the newest first."""
    found = _handouts(partner_id).exclude(status="discarded").order_by("-pk")
    found = found.filter(Q(options__mode=Mode.CARDS) | ~Q(options__has_key="one"))
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found[:most])
    tallies = _tallies([one.pk for one in page])
    return [_seen(one, tallies.get(one.pk, Tally())) for one in page]


def one_handout(partner_id: UUID, handout_id: UUID) -> HandoutSeen:
    """
    Give one list of a partner.

    :raises NotFound: if it has none of this id, whoever else may have it.
    """
    found = _handouts(partner_id).filter(pk=handout_id).first()
    if found is None:
        raise NotFound("There is no such hand-out.")
    return _seen(found, _tallies([found.pk]).get(found.pk, Tally()))


def free_for(partner_id: UUID, handout_id: UUID) -> int:
    """Count what a list of a partner may take from."""
    pool = Handout.objects.get(pk=handout_id, partner=partner_id).pool()
    with connection.cursor() as cursor:
        cursor.execute(COUNT_FREE, pool)
        return int(cursor.fetchone()[0])


def rows_of(
    partner_id: UUID, handout_id: UUID, *, sort: str = "", after: int = 0, most: int = ROWS
) -> Sequence[RowSeen]:
    """Give a page of the rows of a list, in its order; ``sort`` is a name of :class:`Tally`."""
    rows = HandoutRow.objects.filter(
        handout=handout_id, handout__partner=partner_id, number__gt=after
    )
    if sort in _SORTS:
        rows = rows.filter(_SORTS[sort])
    page = list(rows.select_related("recipient").order_by("number")[:most])
    with connection.cursor() as cursor:
        cursor.execute(FATES, {"rows": [row.pk for row in page]})
        fates = {row[0]: row[1:] for row in cursor.fetchall()}
    return [_row(row, fates[row.pk]) for row in page]


def all_rows(partner_id: UUID, handout_id: UUID) -> Iterator[RowSeen]:
    """Give all rows of a list, read page by page, for a file."""
    after = 0
    while page := rows_of(partner_id, handout_id, after=after, most=1_000):
        yield from page
        after = page[-1].number


_IS_BAD = Q(outcome="", fault__in=BAD)
_SORTS: Mapping[str, Q] = {
    "good": Q(outcome="", fault=""),
    "known": Q(outcome="", fault=RowFault.HAS_ONE),
    "bad": _IS_BAD,
    "given": Q(outcome__in=list(GIVEN)),
    "left_out": Q(outcome=RowOutcome.LEFT_OUT),
    "refused": ~Q(outcome__in=["", RowOutcome.LEFT_OUT, *GIVEN]),
}
SORTS = tuple(_SORTS)


def _handouts(partner_id: UUID) -> QuerySet[Handout]:
    found = Handout.objects.filter(partner=partner_id)
    return found.select_related("product", "job", "reservation")


def _tallies(ids: Sequence[UUID]) -> dict[UUID, Tally]:
    counts = {name: Count("pk", filter=sort) for name, sort in _SORTS.items()}
    counted = HandoutRow.objects.filter(handout__in=ids).values_list("handout").annotate(**counts)
    return {one[0]: Tally(**dict(zip(_SORTS, one[1:], strict=True))) for one in counted}


def _seen(one: Handout, tally: Tally) -> HandoutSeen:
    is_confirmed = one.status == "confirmed"
    is_running = is_confirmed and one.job is not None and one.job.finished_at is None
    return HandoutSeen(
        id=one.pk,
        name=one.file_name,
        product_id=one.product_id,
        product=one.product.name,
        sku=one.product.sku,
        allotment_id=one.allotment_id,
        reservation=one.reservation.label if one.reservation else "",
        status=one.status,
        mode=one.options.get("mode", ""),
        tally=tally,
        created_at=one.created_at,
        confirmed_at=one.confirmed_at,
        finished_at=one.finished_at,
        job_id=one.job_id,
        is_running=is_running,
        is_halted=is_confirmed and not is_running,
    )


def _row(row: HandoutRow, fate: tuple[Any, ...]) -> RowSeen:
    said = Said.from_data(row.words())
    contact = row.recipient.contact() if row.recipient else None
    sent_at, bounced_at, opened_at, ended, state = fate
    return RowSeen(
        number=row.number,
        contact=contact,
        mail=contact.mail if contact else said.mail,
        name=said.name,
        fault=row.fault,
        outcome=row.outcome,
        handle=handle_of(row.entitlement_id) if row.entitlement_id and row.outcome else "",
        sent_at=sent_at,
        bounced_at=bounced_at,
        opened_at=opened_at,
        state=state or "",
        ended=ended or "",
    )
