"""Give to the next recipients of a hand-out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import CounterfoilError, NotEnoughFree, Unavailable
from counterfoil.models import Contact, Handout, HandoutRow, HandoutStatus
from counterfoil.operations._handouts import give, pick
from counterfoil.operations._partnering import require_active
from counterfoil.operations._people import person_for
from counterfoil.rules.handouts import GIVEN, Said
from counterfoil.rules.people import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """How far a hand-out has come: the last row that was looked at, none if none was left."""

    last: int | None
    given: int
    refused: int


@transaction.atomic
def carry_out_handout(
    *, handout_id: UUID, after: int, most: int, by: Actor, at: datetime
) -> Carried:
    """
    Give to the next rows of a confirmed hand-out, and close it after the last.

    A row and what came of it are kept in the transaction that gives: a row that was carried out is
    not carried out again, whoever dies in between. One that cannot be says why, and holds up no
    other; if what was promised to it has gone to somebody else meanwhile, it gets another.
    """
    handout = (
        Handout.objects.select_for_update(of=("self",)).select_related("partner").get(pk=handout_id)
    )
    if handout.status != HandoutStatus.CONFIRMED:
        return Carried(last=None, given=0, refused=0)
    waiting = handout.rows.filter(number__gt=after, outcome="", entitlement__isnull=False)
    rows = list(waiting.order_by("number")[:most])
    for row in rows:
        _carry_out(handout, row, by=by, at=at)
    if not rows:
        handout.rows.filter(outcome="").update(key_id=None, words_sealed=None)  # the bad ones
        Handout.objects.filter(pk=handout.pk).update(status=HandoutStatus.DONE, finished_at=at)
        return Carried(last=None, given=0, refused=0)
    given = sum(row.outcome in GIVEN for row in rows)
    return Carried(last=rows[-1].number, given=given, refused=len(rows) - given)


def _carry_out(handout: Handout, row: HandoutRow, *, by: Actor, at: datetime) -> None:
    try:
        require_active(handout.partner_id)
        _give_or_another(handout, row, by=by, at=at)
    except Unavailable:
        raise
    except CounterfoilError as refusal:
        contact = Contact(mail=Said.from_data(row.words()).mail)
        HandoutRow.objects.filter(pk=row.pk).update(
            outcome=refusal.code[:40], entitlement=None, recipient=person_for(contact, at=at)
        )
        row.outcome = refusal.code[:40]


def _give_or_another(handout: Handout, row: HandoutRow, *, by: Actor, at: datetime) -> None:
    promised = row.entitlement_id
    assert promised is not None  # noqa: S101 - only rows with a promise are read
    try:
        with transaction.atomic():
            give(handout, row, promised, by=by, at=at)
            return
    except CounterfoilError as refusal:
        first = refusal
    try:
        with transaction.atomic():
            [another] = pick(handout, 1)
            give(handout, row, another, by=by, at=at)
    except NotEnoughFree:
        raise first from None
