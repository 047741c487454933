"""Handing out one: any that is free, or the very one that is named."""

from typing import Self
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from counterfoil.api.handout_bodies import Handle, RecipientRequest, ToSomebody
from counterfoil.api.idempotency import once
from counterfoil.api.partner_named import PartnerNamed, product_for, whose
from counterfoil.api.schemas import WRITE, Text
from counterfoil.api.security import Caller, CallerRequest, PoolKeyBearer
from counterfoil.models import HandoutRow
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations.hand_out import hand_out
from counterfoil.queries.pieces import Piece, one_piece
from counterfoil.rules.handouts import Known, Mode, Source
from counterfoil.rules.scopes import Scope

router = Router(tags=["Hand-outs"], auth=PoolKeyBearer(Scope.HAND_OUT))


class HandOneRequest(RecipientRequest):
    """One recipient, and which one they get: the one you name, or any that is free."""

    partner: PartnerNamed = ""
    entitlement: Handle = Field("", description="The very one they get.")
    sku: Text = Field("", examples=["DNA-STD"])
    allotment: UUID | None = Field(None, description="Out of this one only.")
    reservation: UUID | None = Field(None, description="Out of this one.")
    mode: ToSomebody = Mode.INVITE
    another: bool = Field(False, description="Even if they have one of the product already.")
    time_zone: str = Field("UTC", max_length=64, examples=["Europe/Rome"])

    def source(self, caller: Caller, piece: Piece | None) -> Source:
        """Give out of what it comes."""
        if piece is not None:
            return Source(product_id=piece.product_id, allotment_id=piece.allotment_id)
        return Source(
            product_id=product_for(caller, self.sku),
            allotment_id=self.allotment,
            reservation_id=self.reservation,
        )


class HandedOutAnswer(Schema):
    """What somebody was given, and how."""

    handout: UUID
    entitlement: str
    outcome: str = Field(description="`sent`, or `assigned`.")

    @classmethod
    def of(cls, row: HandoutRow) -> Self:
        """Tell what came of it."""
        handle = handle_of(row.entitlement_id) if row.entitlement_id else ""
        return cls(handout=row.handout_id, entitlement=handle, outcome=row.outcome)


@router.post(
    "/one",
    response={200: HandedOutAnswer, **WRITE},
    operation_id="handOutOne",
    summary="Hand out one",
)
@once
def give_one(request: CallerRequest, body: HandOneRequest) -> Status[Schema]:
    """
    Give one that is free, or the very one you name, to whoever reads an address.

    422 `recipient_invalid` says what is wrong with the recipient; `has_one`, that they have one of
    the product already and `another` was not asked for.
    """
    own = whose(request.auth, body.partner).id
    piece = one_piece(own, body.entitlement) if body.entitlement else None
    row = hand_out(
        partner_id=own,
        source=body.source(request.auth, piece),
        key=str(uuid7()),
        said=body.said(),
        mode=body.mode,
        known=Known.SEND if body.another else Known.LEAVE_OUT,
        time_zone=body.time_zone,
        by=request.auth.actor,
        at=timezone.now(),
        entitlement_id=piece.id if piece else None,
    )
    return Status(200, HandedOutAnswer.of(row))
