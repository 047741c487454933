"""Reservations: keep entitlements until a moment, renew, release, look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from counterfoil.api.idempotency import NEEDED, key_named, once
from counterfoil.api.partner_named import product_for
from counterfoil.api.reservation_bodies import (
    ItemAnswer,
    ItemsAnswer,
    ReleaseRequest,
    RenewRequest,
    ReservationAnswer,
    ReservationsAnswer,
    ReserveRequest,
)
from counterfoil.api.schemas import READ, WRITE, AccountReference
from counterfoil.api.security import Caller, CallerRequest, PoolKeyBearer
from counterfoil.models.ids import id_of
from counterfoil.operations.open_account import open_account
from counterfoil.operations.release import release
from counterfoil.operations.renew import renew
from counterfoil.operations.reserve import reserve
from counterfoil.queries.reservations import (
    MOST_ITEMS,
    PAGE,
    items_of,
    one_reservation,
    reservations,
)
from counterfoil.rules.scopes import Scope

router = Router(tags=["Reservations"])

MAY = PoolKeyBearer(Scope.RESERVE)


@router.post(
    "",
    auth=MAY,
    response={201: ReservationAnswer, **WRITE},
    openapi_extra=NEEDED,
    summary="Reserve entitlements",
)
@once
@transaction.atomic
def keep(request: CallerRequest, body: ReserveRequest) -> Status[Schema]:
    """
    Keep entitlements until a moment: all that are asked for, or none.

    The `Idempotency-Key` is the key of the reservation, for good: asking again under it gives the
    same reservation, and asking for something else is refused with 422. A partner's key picks from
    what the partner has; a key of the house from what was granted without a recipient, or any by
    name. 409 `not_enough_free` says how many there are.
    """
    caller, at = request.auth, timezone.now()
    made = reserve(
        owner=caller.owner,
        key=key_named(request),
        product_id=product_for(caller, body.sku) if body.sku else None,
        quantity=body.quantity,
        entitlement_ids=[id_of(one) for one in body.entitlements],
        until=body.until,
        partner_id=caller.partner_id,
        account_id=_account(body.account, caller, at) if body.account else None,
        label=body.label,
        by=caller.actor,
        at=at,
    )
    return Status(201, _told(made.pk, caller))


@router.get(
    "",
    auth=MAY,
    response={200: ReservationsAnswer, **READ},
    summary="List reservations",
)
def list_them(
    request: CallerRequest,
    is_open: bool | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = PAGE,
) -> ReservationsAnswer:
    """Give a page of your reservations, the newest first: all, the open ones, or those over."""
    found = reservations(owner=request.auth.owner, is_open=is_open, before=after, limit=limit + 1)
    page = found[:limit]
    return ReservationsAnswer(
        reservations=[ReservationAnswer.model_validate(one, from_attributes=True) for one in page],
        next=page[-1].id if len(found) > limit else None,
    )


@router.get(
    "/{reservation}",
    auth=MAY,
    response={200: ReservationAnswer, **READ},
    summary="Read a reservation",
)
def read(request: CallerRequest, reservation: UUID) -> ReservationAnswer:
    """Tell how a reservation of yours stands."""
    return _told(reservation, request.auth)


@router.get(
    "/{reservation}/entitlements",
    auth=MAY,
    response={200: ItemsAnswer, **READ},
    summary="List what a reservation keeps",
)
def entitlements(
    request: CallerRequest,
    reservation: UUID,
    after: str | None = None,
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = 100,
) -> ItemsAnswer:
    """Give a page of its entitlements, with how those ended that are not kept any more."""
    _told(reservation, request.auth)
    items, following = items_of(reservation, after=after, limit=limit)
    return ItemsAnswer(
        entitlements=[ItemAnswer.model_validate(one, from_attributes=True) for one in items],
        next=following,
    )


@router.post(
    "/{reservation}/renew",
    auth=MAY,
    response={200: ReservationAnswer, **WRITE},
    summary="Keep it for longer",
)
@once
def keep_longer(request: CallerRequest, reservation: UUID, body: RenewRequest) -> Schema:
    """Keep what is still kept until a later moment. Repeating it changes nothing."""
    caller = request.auth
    renew(
        reservation_id=reservation,
        owner=caller.owner,
        until=body.until,
        by=caller.actor,
        at=timezone.now(),
    )
    return _told(reservation, caller)


@router.post(
    "/{reservation}/release",
    auth=MAY,
    response={200: ReservationAnswer, **WRITE},
    summary="Let go of it",
)
@once
def let_go(request: CallerRequest, reservation: UUID, body: ReleaseRequest) -> Schema:
    """
    Let go of what is still kept, or of those named. Repeating it changes nothing.

    They can be used by anybody again, and reserved again.
    """
    return _release(reservation, request.auth, body.entitlements)


@router.delete(
    "/{reservation}",
    auth=MAY,
    response={200: ReservationAnswer, **READ},
    summary="Let go of all of it",
)
@once
def let_all_go(request: CallerRequest, reservation: UUID) -> Schema:
    """Let go of everything that is still kept. The reservation stays as a record."""
    return _release(reservation, request.auth, None)


def _release(
    reservation_id: UUID, caller: Caller, named: Sequence[str] | None
) -> ReservationAnswer:
    release(
        reservation_id=reservation_id,
        owner=caller.owner,
        entitlement_ids=None if named is None else [id_of(one) for one in named],
        by=caller.actor,
        at=timezone.now(),
    )
    return _told(reservation_id, caller)


def _told(reservation_id: UUID, caller: Caller) -> ReservationAnswer:
    seen = one_reservation(reservation_id, owner=caller.owner)
    return ReservationAnswer.model_validate(seen, from_attributes=True)


def _account(named: AccountReference, caller: Caller, at: datetime) -> UUID:
    opened = open_account(
        external_reference=named.external_reference, mail=named.email, by=caller.actor, at=at
    )
    return opened.pk
