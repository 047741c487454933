"""Purchases that are told to us by whoever sells elsewhere: partners, and coupled shops."""

from typing import Annotated

from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from counterfoil.api.idempotency import once, once_read_again
from counterfoil.api.lists import After, Limit, page
from counterfoil.api.purchase_bodies import (
    CancelRequest,
    CodesAnswer,
    CollectedAnswer,
    CollectRequest,
    PurchaseAnswer,
    PurchaseRequest,
    UnitAnswer,
    UnitsAnswer,
)
from counterfoil.api.purchase_lists import PurchaseListed, PurchasesAnswer, PurchasesSought
from counterfoil.api.purchase_reading import order_of, part_of
from counterfoil.api.schemas import READ, WRITE, Problem
from counterfoil.api.security import ApiKeyBearer, BoundKeyBearer, CallerRequest
from counterfoil.errors import DeclarationInvalid, Fault
from counterfoil.intake.telling import cancel_purchase, cancel_units, tell_purchase
from counterfoil.models import Connection
from counterfoil.models.ids import id_of
from counterfoil.operations.collect_codes import collect_codes
from counterfoil.operations.declare_order import Outcome
from counterfoil.queries.listing_purchases import PurchaseFilter, purchases_in_list
from counterfoil.queries.told import (
    MOST_UNITS,
    ToldStatus,
    told_purchase,
    told_purchase_id,
    told_through,
    told_units,
)
from counterfoil.rules.codes import display
from counterfoil.rules.scopes import Scope

router = Router(tags=["Purchases"])


def _codes(request: CallerRequest, reference: str, body: CollectRequest) -> CodesAnswer:
    connection = told_through(request.auth.bound_to)
    units, following = told_units(
        connection=connection, reference=reference, after=body.after, limit=body.limit
    )
    purchase_id = told_purchase_id(connection=connection, reference=reference)
    if purchase_id is None:
        return CodesAnswer(codes=[], next=None)
    collected = collect_codes(
        purchase_id=purchase_id,
        entitlement_ids=[id_of(one.entitlement) for one in units],
        by=request.auth.actor,
        at=timezone.now(),
    )
    return CodesAnswer(
        codes=[
            CollectedAnswer(
                entitlement=one.entitlement,
                code=None if one.code is None else display(one.code),
                without=one.without,
            )
            for one in collected
        ],
        next=following,
    )


@router.post(
    "",
    auth=BoundKeyBearer(Scope.TELL),
    response={200: PurchaseAnswer, 201: PurchaseAnswer, 202: PurchaseAnswer, **WRITE},
    summary="Tell of a purchase",
)
@once
def tell(request: CallerRequest, body: PurchaseRequest) -> Status[Schema]:
    """
    Record a purchase by your reference, and issue for it.

    201 if it is new, 200 if it was told before, 409 with what differs if something else was told by
    this reference. Up to 500 entitlements are issued before the answer comes; more are accepted
    with 202 and a job to follow, at most 100,000 in one purchase.
    """
    connection = told_through(request.auth.bound_to)
    order = order_of(body, is_test=connection.is_test)
    outcome = tell_purchase(connection=connection, order=order, by=request.auth.actor)
    return _answer(connection, body.reference, made=outcome is Outcome.CREATED)


@router.get(
    "",
    auth=ApiKeyBearer(Scope.TRACE),
    response={200: PurchasesAnswer, **READ},
    summary="List purchases and grants",
)
def list_them(
    request: CallerRequest,
    sought: Query[PurchasesSought],
    after: After = None,
    limit: Limit = 50,
) -> PurchasesAnswer:
    """Give a page of everything that was bought or granted, whatever it came through."""
    found, following = page(PurchaseFilter.from_query(sought.asked()), before=after, limit=limit)
    rows = purchases_in_list(found, now=timezone.now())
    return PurchasesAnswer(purchases=[PurchaseListed.of(one) for one in rows], next=following)


@router.get(
    "/{reference}",
    auth=BoundKeyBearer(Scope.TRACE),
    response={200: PurchaseAnswer, **READ},
    summary="Read a purchase",
)
def read(request: CallerRequest, reference: str) -> PurchaseAnswer:
    """Tell how a purchase stands that was told with a key of the same connection."""
    return _told(told_through(request.auth.bound_to), reference)


@router.get(
    "/{reference}/entitlements",
    auth=BoundKeyBearer(Scope.TRACE),
    response={200: UnitsAnswer, **READ},
    summary="List the entitlements of a purchase",
)
def entitlements(
    request: CallerRequest,
    reference: str,
    after: str | None = None,
    limit: Annotated[int, Field(ge=1, le=MOST_UNITS)] = 100,
) -> UnitsAnswer:
    """Give a page of entitlements; ``next`` of one page is ``after`` of the next."""
    units, following = told_units(
        connection=told_through(request.auth.bound_to),
        reference=reference,
        after=after,
        limit=limit,
    )
    return UnitsAnswer(
        entitlements=[UnitAnswer.model_validate(one, from_attributes=True) for one in units],
        next=following,
    )


@router.post(
    "/{reference}/cancel",
    auth=BoundKeyBearer(Scope.TELL),
    response={200: PurchaseAnswer, 202: PurchaseAnswer, **WRITE},
    summary="Take a purchase back",
)
@once
def cancel(request: CallerRequest, reference: str, body: CancelRequest) -> Status[Schema]:
    """
    Take back a whole purchase, or part of it.

    What nobody has is withdrawn. What somebody has already is withdrawn, kept, or put before a
    person, as the product's terms say; the answer tells for each. A cancellation is done once by
    its reference, and several come to the same in whatever order they are told.
    """
    connection, by = told_through(request.auth.bound_to), request.auth.actor
    if [bool(body.whole), bool(body.lines), bool(body.units)].count(True) != 1:
        raise DeclarationInvalid([Fault("body", "give one of whole, lines and units")])
    if body.whole:
        cancel_purchase(connection=connection, reference=reference, by=by)
    else:
        part = part_of(body, at=timezone.now())
        cancel_units(connection=connection, reference=reference, cancellation=part, by=by)
    return _answer(connection, reference)


@router.post(
    "/{reference}/codes",
    auth=BoundKeyBearer(Scope.COLLECT),
    response={200: CodesAnswer, 400: Problem, 413: Problem, 415: Problem, **READ},
    operation_id="collectPurchaseCodes",
    summary="Collect the codes of a purchase",
)
@once_read_again(_codes)
def collect(request: CallerRequest, reference: str, body: CollectRequest) -> Schema:
    """
    Give a page of codes, to be handed on by you.

    This is the only answer with codes in it. For each the ledger keeps that your key was given it,
    every time; asking again for the same page gives the same codes, as long as they can be used.
    """
    return _codes(request, reference, body)


def _answer(connection: Connection, reference: str, *, made: bool = False) -> Status[Schema]:
    answer = _told(connection, reference)
    if answer.status is ToldStatus.ACCEPTED:
        return Status(202, answer)
    return Status(201 if made else 200, answer)


def _told(connection: Connection, reference: str) -> PurchaseAnswer:
    found = told_purchase(connection=connection, reference=reference)
    return PurchaseAnswer.model_validate(found, from_attributes=True)
