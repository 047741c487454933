"""Throw a list of recipients away."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import HandoutClosed
from counterfoil.models import Handout, HandoutStatus
from counterfoil.operations._handouts import lock_handout
from counterfoil.rules.people import Actor


@transaction.atomic
def discard_handout(*, handout_id: UUID, partner_id: UUID, by: Actor, at: datetime) -> Handout:
    """
    Forget a list that was never carried out, and everything it says of people.

    :raises NotFound: if the partner has no such hand-out.
    :raises HandoutClosed: if it was confirmed.
    """
    del by, at  # nothing was given: there is nothing to answer for
    handout = lock_handout(handout_id, partner_id=partner_id)
    if handout.status == HandoutStatus.DISCARDED:
        return handout
    if handout.status != HandoutStatus.JUDGED:
        raise HandoutClosed
    handout.rows.all().delete()
    handout.status, handout.file_name = HandoutStatus.DISCARDED, ""
    handout.save(update_fields=["status", "file_name"])
    return handout
