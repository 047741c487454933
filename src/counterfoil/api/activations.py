"""Sales of printed codes, as a till tells them."""

from datetime import datetime

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.idempotency import once
from counterfoil.api.schemas import Problem, Strict, Text
from counterfoil.api.security import BoundKeyBearer, CallerRequest
from counterfoil.intake import presenting
from counterfoil.models.ids import handle_of
from counterfoil.queries.tills import point_of_sale
from counterfoil.rules.lifecycle import State
from counterfoil.rules.scopes import Scope

router = Router(tags=["Activations"], auth=BoundKeyBearer(Scope.ACTIVATE))

REFUSALS = {401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem, 429: Problem}


class ActivationRequest(Strict):
    """A printed piece that is being sold; repeat a request as often as you like."""

    unit: Text = Field(
        description="What the scanner read or somebody typed: a code, the link of its QR code, or"
        " the handle outside on the box.",
        examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"],
    )
    sale: Text = Field(min_length=1, description="The receipt's number.", examples=["4711-0815"])
    till: str = Field("", max_length=40, examples=["3"])


class UndoRequest(Strict):
    """A printed piece that was sold by mistake, minutes ago."""

    unit: Text


class ActivationAnswer(Schema):
    """What was sold; from now on its code can be redeemed."""

    entitlement: str = Field(examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])
    state: State
    product: str
    batch: str
    ordinal: int = Field(description="Its number in the batch.")
    sale: str
    sold_at: datetime
    expires_at: datetime | None
    is_test: bool
    repeated: bool = Field(description="It had been sold in this sale before.")


class UndoAnswer(Schema):
    """What was taken back; the piece must not be sold again."""

    entitlement: str
    state: State


@router.post("", response={200: ActivationAnswer, **REFUSALS}, summary="Sell a printed code")
@once
def activate(request: CallerRequest, body: ActivationRequest) -> Schema:
    """
    Record that a printed piece was sold, so that its code can be redeemed from now on.

    The key says at which point of sale. Several pieces on one receipt are told one by one, under
    the same `sale`. A piece that was sold otherwise is refused with 409 and with when and where.
    """
    caller = request.auth
    done = presenting.sell(
        connection=point_of_sale(caller.bound_to),
        sale=body.sale,
        presented=body.unit,
        till=body.till,
        origin=caller.origin,
        by=caller.actor,
        at=timezone.now(),
    )
    [unit] = done.units
    return ActivationAnswer(
        entitlement=unit.handle,
        state=State(unit.state),
        product=unit.product.name,
        batch=unit.batch.name if unit.batch else "",
        ordinal=unit.batch_ordinal or 0,
        sale=done.purchase.external_reference,
        sold_at=done.purchase.paid_at or done.purchase.created_at,
        expires_at=unit.expires_at,
        is_test=unit.is_test,
        repeated=done.repeated,
    )


@router.post("/undo", response={200: UndoAnswer, **REFUSALS}, summary="Undo a sale")
@once
def undo(request: CallerRequest, body: UndoRequest) -> Schema:
    """
    Take back a sale made by mistake some minutes ago.

    The piece is withdrawn for good: set it aside.
    """
    caller = request.auth
    unit = presenting.take_back(
        connection=point_of_sale(caller.bound_to),
        presented=body.unit,
        origin=caller.origin,
        by=caller.actor,
        at=timezone.now(),
    )
    return UndoAnswer(entitlement=handle_of(unit.pk), state=State(unit.state))
