"""Issue the next part of a grant that is too large for one transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import GrantRecord, Line, Purchase
from counterfoil.operations.issue import BATCH, issue
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


@transaction.atomic
def continue_grant(*, purchase_id: UUID, by: Actor, at: datetime) -> int:
    """
    Issue some thousand more of what was granted; gives how many there are then.

    It is one act with what was issued before, and nobody is written to before it is whole. Called
    again and again it issues exactly what was granted.

    :raises NotFound: if there is no such grant.
    """
    Purchase.objects.select_for_update(of=("self",)).filter(pk=purchase_id).first()
    record = GrantRecord.objects.filter(pk=purchase_id).first()
    line = Line.objects.select_for_update().filter(purchase=purchase_id).first()
    if record is None or line is None:
        raise NotFound("There is no such grant.")
    units = min(line.units_paid + BATCH, record.quantity)
    issue(line=line, units=units, by=by, at=at, act=Act.GRANT, act_id=purchase_id)
    Line.objects.filter(pk=line.pk).update(quantity=units)
    is_whole = units == record.quantity
    Purchase.objects.filter(pk=purchase_id).update(issuing=None if is_whole else purchase_id)
    return units
