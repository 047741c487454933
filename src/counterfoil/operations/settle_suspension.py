"""Hold what comes back to a suspended partner."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.operations._suspending import settle
from counterfoil.rules.people import Actor


@transaction.atomic
def settle_suspension(*, entitlement_ids: Collection[UUID], by: Actor, at: datetime) -> None:
    """
    Bring the holds of suspensions on these entitlements to where they should be.

    What was claimed when its partner was suspended, and is taken back from its holder, is put on
    hold like everything else there. Called again it changes nothing.
    """
    settle(entitlement_ids, by=by, at=at)
