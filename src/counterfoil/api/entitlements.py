"""Entitlements: which there are, and how each stands."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from counterfoil.api.entitlement_bodies import EntitlementsAnswer, StandingAnswer
from counterfoil.api.partner_named import product_for
from counterfoil.api.preconditions import describes_tag, tags
from counterfoil.api.schemas import READ, Moment
from counterfoil.api.security import Caller, CallerRequest, OwnOrAllBearer
from counterfoil.errors import NotFound
from counterfoil.models.ids import id_of
from counterfoil.queries.entitlement_list import (
    MOST,
    Standing,
    Wanted,
    Whose,
    listed,
    standing_of,
)
from counterfoil.queries.partners import one_partner, partner_by_name
from counterfoil.rules.lifecycle import State
from counterfoil.rules.scopes import Scope

router = Router(tags=["Entitlements"])


@router.get(
    "",
    auth=OwnOrAllBearer(Scope.TRACE),
    response={200: EntitlementsAnswer, **READ},
    summary="List entitlements",
)
def list_them(
    request: CallerRequest,
    state: Annotated[list[State], Query(max_length=10)] = [],  # noqa: B006 - never changed
    product: Annotated[str, Field(max_length=200)] = "",
    partner: Annotated[str, Field(max_length=200)] = "",
    purchase: UUID | None = None,
    reference: Annotated[str, Field(max_length=200)] = "",
    on_hold: bool | None = None,
    is_test: bool | None = None,
    expires_before: Moment | None = None,
    created_after: Moment | None = None,
    after: Annotated[str | None, Field(max_length=40)] = None,
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100,
) -> EntitlementsAnswer:
    """
    Give a page of entitlements, in the order they were made.

    Everything that is asked for has to be true of them; of several states any one. `product` is a
    SKU, `partner` a short name, `reference` that of an order or grant. A partner's key sees what
    is the partner's, a bound key what was sold through its connection.
    """
    caller = request.auth
    wanted = Wanted(
        states=tuple(state),
        product_id=product_for(caller, product) if product else None,
        partner_id=_partner(caller, partner) if partner else None,
        purchase_id=purchase,
        reference=reference,
        on_hold=on_hold,
        is_test=is_test,
        expires_before=expires_before,
        created_after=created_after,
    )
    found, following = listed(wanted, whose=_whose(caller), after=after, limit=limit)
    return EntitlementsAnswer(entitlements=[answer(one) for one in found], next=following)


@router.get(
    "/{handle}",
    auth=OwnOrAllBearer(Scope.TRACE),
    response={200: StandingAnswer, **READ},
    summary="Read an entitlement",
)
@describes_tag
def read(request: CallerRequest, response: HttpResponse, handle: str) -> StandingAnswer:
    """Tell how an entitlement stands; its `trace` tells how it came to that."""
    found = standing_of(id_of(handle), whose=_whose(request.auth))
    return tags(response, answer(found))


def answer(one: Standing) -> StandingAnswer:
    """Put how an entitlement stands as it is answered."""
    return StandingAnswer.model_validate(one, from_attributes=True)


def _whose(caller: Caller) -> Whose:
    return Whose(connection_id=caller.connection_id, partner_id=caller.partner_id)


def _partner(caller: Caller, named: str) -> UUID:
    """Give the partner that is meant; a partner is told of itself and of no other."""
    if not caller.is_partner:
        return partner_by_name(named).id
    own = one_partner(caller.partner_id) if caller.partner_id is not None else None
    if own is None or named != own.slug:
        raise NotFound("There is no such partner.")
    return own.id
