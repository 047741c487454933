"""Grant the next rows of a list."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import CounterfoilError, RequesterMayNot, Unavailable
from counterfoil.models import GrantList, GrantListRow, GrantListStatus
from counterfoil.operations._grant_lists import lock_list
from counterfoil.operations._rights import still_may
from counterfoil.operations.grant import grant
from counterfoil.rules.grant_lists import GRANTED, GrantSaid
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """How far a list has come: the last row that was looked at, none if none was left."""

    last: int | None
    done: int
    refused: int


@transaction.atomic
def carry_out_grant_list(
    *, list_id: UUID, after: int, most: int, by: Actor, at: datetime
) -> Carried:
    """
    Grant the next rows of a confirmed list, and close it after the last.

    Each row is a grant of its own, under the id of the row: carried out twice it is one grant,
    whoever dies in between. A row that cannot be granted any more says why, and holds up no other.
    What a list says of people is dropped when it is through.
    """
    grant_list = lock_list(list_id)
    if grant_list.status != GrantListStatus.CONFIRMED:
        return _carried(grant_list, None)
    waiting = grant_list.rows.filter(number__gt=after, fault="", outcome="")
    rows = list(waiting.select_related("product").order_by("number")[:most])
    for row in rows:
        _carry_out(grant_list, row, by=by, at=at)
    if not rows:
        grant_list.rows.update(key_id=None, recipient_sealed=None)
        grant_list.status, grant_list.finished_at = GrantListStatus.DONE, at
        grant_list.save(update_fields=["status", "finished_at"])
    return _carried(grant_list, rows[-1].number if rows else None)


def _carried(grant_list: GrantList, last: int | None) -> Carried:
    done = grant_list.rows.exclude(outcome="")
    return Carried(last=last, done=done.count(), refused=done.exclude(outcome=GRANTED).count())


def _carry_out(grant_list: GrantList, row: GrantListRow, *, by: Actor, at: datetime) -> None:
    # Taken off what is promised before it counts as given, or it would count twice.
    GrantListRow.objects.filter(pk=row.pk).update(outcome=GRANTED)
    try:
        with transaction.atomic():
            _grant(grant_list, row, by=by, at=at)
        row.outcome = GRANTED
    except Unavailable:
        raise
    except CounterfoilError as refusal:
        row.outcome = refusal.code[:40]
    GrantListRow.objects.filter(pk=row.pk).update(outcome=row.outcome, purchase=row.purchase)


def _grant(grant_list: GrantList, row: GrantListRow, *, by: Actor, at: datetime) -> None:
    if not still_may(by, Permission.GRANT, at=at):
        raise RequesterMayNot
    assert row.product is not None  # noqa: S101 - only rows without a fault are read
    second = grant_list.approved_by
    row.purchase = grant(
        request_id=row.pk,
        product=row.product,
        quantity=row.quantity,
        category=GrantCategory(grant_list.category),
        reason=grant_list.reason,
        reference=row.reference,
        reference_kind=ReferenceKind(row.reference_kind),
        recipient=GrantSaid.from_data(row.recipient()).mail,
        partner=grant_list.partner,
        approved_by=Actor(kind=ActorKind.OPERATOR, id=second) if second else None,
        by=by,
        at=at,
    )
