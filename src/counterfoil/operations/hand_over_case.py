"""Give a case to somebody else to work on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import CaseTaken, OwnerUnknown
from counterfoil.models import ExceptionCase
from counterfoil.models.cases import owner_named
from counterfoil.operations._auditing import note
from counterfoil.operations._cases import lock_open
from counterfoil.rules.people import Actor


@transaction.atomic
def hand_over_case(
    *, case_id: UUID, owner_id: str, seen_owner_id: str, by: Actor, at: datetime
) -> ExceptionCase:
    """
    Give a case to another member of staff, or take it over from one, whoever has it now.

    ``seen_owner_id`` is who had it when that was decided, empty if nobody did: two who hand it
    over at once do not undo each other. Giving it to whoever has it changes nothing.

    :raises NotFound: if there is no such case.
    :raises CaseSettled: if it was settled.
    :raises CaseTaken: if it went to somebody else in the meantime.
    :raises OwnerUnknown: if nobody of that id works on cases.
    """
    case = lock_open(case_id)
    if case.owner_id == owner_id:
        return case
    if case.owner_id != seen_owner_id:
        has_it = f"{case.owner_display} has it now" if case.owner_id else "nobody has it now"
        raise CaseTaken(f"It went to somebody else in the meantime: {has_it}. Look again.")
    owner = owner_named(owner_id)
    if owner is None:
        raise OwnerUnknown
    before = case.owner_id
    case.owner_id, case.owner_display, case.taken_at = owner.id, owner.display, at
    case.save(update_fields=["owner_id", "owner_display", "taken_at"])
    data = {"from": before, "to": owner.id, "to_display": owner.display}
    note("hand_over_case", connection=None, subject=str(case.pk), by=by, at=at, data=data)
    return case
