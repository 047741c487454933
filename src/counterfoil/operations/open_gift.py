"""Take note that somebody who proved their address looked at a gift."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from counterfoil.models import Account, Gift
from counterfoil.operations._announcing import announce_unit
from counterfoil.operations._gift_news import tell_giver
from counterfoil.rules.events import EventType
from counterfoil.rules.people import Actor

PATIENCE = timedelta(minutes=5)


@transaction.atomic
def open_gift(*, entitlement_id: UUID, account_id: UUID, by: Actor, at: datetime) -> Gift | None:
    """
    Remember when a gift was opened first, and have its giver told.

    Only whoever is signed in opens a gift: a mail scanner, a preview or a stranger with the link
    looks at it and leaves no trace. Whoever gave it does not open it by trying their own link. The
    giver is told after a few minutes, and only if it was not claimed by then: that is news enough.
    Gives the gift if there is one.
    """
    gift = (
        Gift.objects.select_for_update(of=("self",), no_key=True)
        .select_related("entitlement__product", "entitlement__partner")
        .filter(entitlement=entitlement_id, ended_at=None)
        .first()
    )
    person_id = Account.objects.values_list("person_id", flat=True).get(pk=account_id)
    if gift is None or gift.opened_at is not None:
        return gift
    if gift.giver_id is not None and gift.giver_id == person_id:
        return gift
    gift.opened_at = at
    gift.save(update_fields=["opened_at"])
    announce_unit(EventType.GIFT_OPENED, gift.entitlement, at=at)
    tell_giver(gift, f"opened:{gift.pk}", at=at, due_at=at + PATIENCE)
    return gift
