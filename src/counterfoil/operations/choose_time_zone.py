"""Remember in whose time somebody reads times."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import Account
from counterfoil.rules.people import Actor
from counterfoil.rules.zones import zone_named


@transaction.atomic
def choose_time_zone(*, account_id: UUID, time_zone: str, by: Actor, at: datetime) -> None:
    """
    Tell times to the owner of this account in this zone from now on.

    :raises NotFound: if there is no such account, or no such zone.
    """
    if zone_named(time_zone) is None:
        raise NotFound("There is no such time zone.")
    if not Account.objects.filter(pk=account_id).update(time_zone=time_zone):
        raise NotFound("There is no such account.")
