"""Have a list of grants carried out, or ask for a second person where that is needed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import GrantListClosed, GrantListNotClean, OrderInvalid
from counterfoil.models import Approval, GrantList, GrantListRow, GrantListStatus
from counterfoil.operations._approving import ask
from counterfoil.operations._auditing import note
from counterfoil.operations._grant_lists import (
    good,
    hand_over,
    judge,
    last_request,
    lock_list,
    save,
    subject_of,
)
from counterfoil.operations._rights import needs_second_person
from counterfoil.rules.approvals import ApprovalKind, Standing
from counterfoil.rules.grants import MOST
from counterfoil.rules.handouts import Reach
from counterfoil.rules.people import Actor


@transaction.atomic
def confirm_grant_list(
    *, list_id: UUID, reach: Reach, by: Actor, at: datetime
) -> GrantList | Approval:
    """
    Have a list granted in the background: all of it or nothing, or only its good rows.

    Every row is judged anew. Whoever confirms answers for it, and what it gives counts against
    what they may give alone at once; above that it waits for a second person. Of two who confirm
    at the same moment the second is given what there is. What was rejected, or lapsed, can be
    asked for anew.

    :raises NotFound: if there is no such list.
    :raises GrantListClosed: if it was discarded or carried out.
    :raises GrantListNotClean: if all are meant and a row is bad, or if no row is good.
    :raises OrderInvalid: if it gives more than is given at once.
    """
    grant_list = lock_list(list_id)
    request = last_request(grant_list)
    if grant_list.status == GrantListStatus.CONFIRMED:
        return grant_list
    if grant_list.status == GrantListStatus.REQUESTED:
        if request is not None and request.standing(at) is Standing.WAITING:
            return request
    elif grant_list.status != GrantListStatus.JUDGED:
        raise GrantListClosed
    rows = list(grant_list.rows.order_by("number"))
    judge(grant_list, rows)
    wanted = good(rows)
    if not wanted or (reach is Reach.ALL and len(wanted) < len(rows)):
        raise GrantListNotClean(f"{len(rows) - len(wanted)} of {len(rows)} rows are not good.")
    total = sum(row.quantity for row in wanted)
    if total > MOST:
        raise OrderInvalid(f"A list gives at most {MOST:,}: divide it.")
    save(rows)
    data = {"rows": len(wanted), "quantity": total}
    subject = str(grant_list.pk)
    note("confirm_grant_list", connection=None, subject=subject, by=by, at=at, data=data)
    if needs_second_person(total, by=by, at=at):
        return _ask(grant_list, wanted, total, by=by, at=at)
    return hand_over(grant_list, wanted, by=by, at=at)


def _ask(
    grant_list: GrantList, wanted: list[GrantListRow], total: int, *, by: Actor, at: datetime
) -> Approval:
    grant_list.status = GrantListStatus.REQUESTED
    grant_list.requested_by, grant_list.requested_for = by.id, (by.display or by.id)[:100]
    grant_list.save()
    return ask(
        kind=ApprovalKind.GRANT_LIST,
        subject=subject_of(grant_list),
        parameters={
            "list": grant_list.file_name,
            "rows": len(wanted),
            "quantity": total,
            "recipients": sum("mail" in row.recipient() for row in wanted),
            "category": grant_list.category,
            "reason": grant_list.reason,
            "reference": grant_list.reference,
            "reference_kind": grant_list.reference_kind,
            "partner": grant_list.partner.slug if grant_list.partner else "",
        },
        by=by,
        at=at,
    )
