"""Take free entitlements of a partner out as printed cards."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.errors import KeyReused, RecipientInvalid
from counterfoil.models import Handout, HandoutRow, HandoutStatus
from counterfoil.operations._cards import Card, reveal
from counterfoil.operations._handouts import give, partner_handing_out, pick, refuse_foreign
from counterfoil.operations._partnering import require_right
from counterfoil.operations._reserving import digest_of
from counterfoil.rules.handouts import Mode, Said, Source
from counterfoil.rules.partners import PartnerRight
from counterfoil.rules.people import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """A sheet of cards: the hand-out that keeps them, and what stands on each."""

    handout: Handout
    cards: Sequence[Card]


@transaction.atomic
def print_cards(
    *,
    partner_id: UUID,
    source: Source,
    quantity: int,
    message: str,
    key: str,
    by: Actor,
    at: datetime,
) -> Printed:
    """
    Give so many that are free to nobody in particular, and open their codes to be printed.

    From here on they count as sent, so that nobody else gets one of them, and can be taken back,
    which makes the card worthless. Asking again under the same ``key`` prints the same cards.

    :raises PartnerSuspended: if the partner may hand out nothing.
    :raises NotFound: if it has no such product, allotment or reservation.
    :raises KeyReused: if other cards were printed under the key.
    :raises RecipientInvalid: if it is none, or more than are printed at once.
    :raises NotEnoughFree: if fewer are free; none was taken.
    """
    require_right(by, [partner_id], PartnerRight.PRINT_CARDS)
    partner = partner_handing_out(partner_id, by)
    refuse_foreign(partner_id, source)
    digest = hashlib.sha256(f"cards:{key}".encode()).digest()
    asked = digest_of(source=astuple(source), quantity=quantity, message=message)
    known = Handout.objects.filter(partner=partner_id, digest=digest).first()
    if known is not None:
        if known.options.get("asked") != asked:
            raise KeyReused
        return Printed(handout=known, cards=reveal(known, by=by, at=at))
    if not 1 <= quantity <= conf.CARDS_MAX:
        raise RecipientInvalid("too_many_cards")
    handout = Handout(
        partner=partner,
        product_id=source.product_id,
        allotment_id=source.allotment_id,
        reservation_id=source.reservation_id,
        digest=digest,
        status=HandoutStatus.DONE,
        options={"mode": Mode.CARDS.value, "asked": asked},
        created_by=by.id,
        created_at=at,
        confirmed_at=at,
        finished_at=at,
    )
    free = pick(handout, quantity)
    handout.save()
    for number, entitlement_id in enumerate(free, 1):
        row = HandoutRow(handout=handout, number=number)
        row.seal_words(dict(Said(message=message).as_data()))
        give(handout, row, entitlement_id, by=by, at=at)
    return Printed(handout=handout, cards=reveal(handout, by=by, at=at))
