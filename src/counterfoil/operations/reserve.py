"""Keep entitlements for somebody until a moment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.errors import KeyReused, ReservationInvalid
from counterfoil.models import Reservation
from counterfoil.operations._partnering import require_right
from counterfoil.operations._picking import pick, pick_named
from counterfoil.operations._reserving import (
    digest_of,
    keep,
    lock_owner,
    refuse_suspended,
    refuse_time,
    refuse_too_many,
)
from counterfoil.rules.partners import PartnerRight
from counterfoil.rules.people import Actor


@transaction.atomic
def reserve(
    *,
    owner: str,
    key: str,
    until: datetime,
    by: Actor,
    at: datetime,
    product_id: UUID | None = None,
    quantity: int = 0,
    entitlement_ids: Collection[UUID] = (),
    partner_id: UUID | None = None,
    account_id: UUID | None = None,
    label: str = "",
    reason: str = "",
    comment: str = "",
) -> Reservation:
    """
    Keep entitlements until a moment: so many of a product, or those named; all of them or none.

    ``owner`` is whoever keeps them, as ``partner:<id>``, ``key:<id>`` or ``operator:<id>``; ``key``
    is theirs, and asking again under it gives the same reservation. So many are picked from what
    the partner has, or of what the house granted itself without naming a recipient. With an account
    they are kept for it, and it may redeem them; without one for nobody yet, and nobody may.

    :raises KeyReused: if the key was used for something else.
    :raises ReservationInvalid: if nothing is asked for, or until a moment that is over.
    :raises ReservationTooLong: if it is further away than the setting allows.
    :raises TooManyReserved: if the owner would have more reserved than the setting allows.
    :raises PartnerSuspended: if the partner hands out nothing for now.
    :raises NotEnoughFree: if the pool has fewer, saying how many.
    :raises PartnerSuspended: if the partner is; also NotAMember, PartnerRoleMissing.
    :raises NotFree: if named ones are not free, saying of each why; NotFound for those of others.
    """
    named = sorted(set(entitlement_ids))
    by_number, by_name = product_id is not None and quantity > 0, bool(named)
    if not key or by_number is by_name or (by_name and (product_id or quantity)):
        raise ReservationInvalid("Name a key, and either a product and how many, or entitlements.")
    about: dict[str, Any] = {"partner_id": partner_id, "account_id": account_id, "label": label}
    about |= {"product_id": product_id, "quantity": quantity or len(named)}
    if partner_id is not None:
        require_right(by, [partner_id], PartnerRight.HAND_OUT)
    asked = digest_of(entitlements=named, until=until.timestamp(), **about)
    lock_owner(owner)
    known = Reservation.objects.filter(owner=owner, key=key).first()
    if known is not None:
        if known.asked != asked:
            raise KeyReused
        return known
    refuse_suspended(partner_id)
    refuse_time(until, at=at)
    refuse_too_many(owner, quantity or len(named))
    if product_id is None:
        found = pick_named(named, partner_id=partner_id)
    else:
        found = pick(product_id, quantity, partner_id=partner_id)
    reservation = Reservation.objects.create(
        owner=owner, key=key, asked=asked, until=until, created_at=at, **about
    )
    keep(reservation, found, by=by, at=at, reason=reason, comment=comment)
    return reservation
