"""Cards: free entitlements of a partner with their codes, printed to be handed over."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.handout_bodies import Handle
from counterfoil.api.idempotency import once_read_again
from counterfoil.api.partner_named import PartnerNamed, product_for, whose
from counterfoil.api.schemas import WRITE, Strict, Text
from counterfoil.api.security import CallerRequest, PoolKeyBearer
from counterfoil.operations.print_cards import Printed, print_cards
from counterfoil.operations.reprint_cards import reprint_cards
from counterfoil.rules.codes import display
from counterfoil.rules.handouts import Source
from counterfoil.rules.scopes import Scope
from counterfoil.web.qr import claim_url

router = Router(tags=["Hand-outs"], auth=PoolKeyBearer(Scope.CARDS))

LONGEST_LINE = 120  # what a card has room for


class CardsRequest(Strict):
    """How many cards, and of what; the same ``request_id`` gives the same cards."""

    partner: PartnerNamed = ""
    request_id: UUID = Field(description="Yours, a new one for each sheet.")
    sku: Text = Field(examples=["DNA-STD"])
    allotment: UUID | None = Field(None, description="Out of this one only.")
    reservation: UUID | None = Field(None, description="Out of this one.")
    quantity: int = Field(ge=1, description="At most `COUNTERFOIL_CARDS_MAX`.", examples=[8])
    message: str = Field("", max_length=LONGEST_LINE, description="A line on every card.")


class ReprintRequest(Strict):
    """Whose cards they are."""

    partner: PartnerNamed = ""


class CardAnswer(Schema):
    """What stands on one card. Whoever has the code has the entitlement."""

    entitlement: Handle
    code: str = Field(examples=["7K3M-9QXT-2B5N-RWE0"])
    link: str = Field(
        description="Where it is claimed; this is what a QR code holds.",
        examples=["https://shop.example/c#7K3M9QXT2B5NRWE0"],
    )
    message: str
    expires_at: datetime | None


class CardsAnswer(Schema):
    """A sheet of cards; those that were claimed or taken back since are left out."""

    handout: UUID = Field(description="To print them again, or look who has claimed.")
    cards: list[CardAnswer]

    @classmethod
    def of(cls, printed: Printed) -> Self:
        """Tell of a sheet."""
        return cls(
            handout=printed.handout.pk,
            cards=[
                CardAnswer(
                    entitlement=one.handle,
                    code=display(one.code),
                    link=claim_url(one.code),
                    message=one.message,
                    expires_at=one.expires_at,
                )
                for one in printed.cards
            ],
        )


def _printed(request: CallerRequest, body: CardsRequest) -> CardsAnswer:
    printed = print_cards(
        partner_id=whose(request.auth, body.partner).id,
        source=Source(
            product_id=product_for(request.auth, body.sku),
            allotment_id=body.allotment,
            reservation_id=body.reservation,
        ),
        quantity=body.quantity,
        message=body.message.strip(),
        key=f"api:{body.request_id}",
        by=request.auth.actor,
        at=timezone.now(),
    )
    return CardsAnswer.of(printed)


def _printed_again(request: CallerRequest, handout: UUID, body: ReprintRequest) -> CardsAnswer:
    printed = reprint_cards(
        handout_id=handout,
        partner_id=whose(request.auth, body.partner).id,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return CardsAnswer.of(printed)


@router.post(
    "/cards",
    response={200: CardsAnswer, **WRITE},
    operation_id="printCards",
    summary="Print cards",
)
@once_read_again(_printed)
def print_them(request: CallerRequest, body: CardsRequest) -> Schema:
    """
    Take so many that are free out as cards, and be given their codes to print.

    They count as handed out from here on, and can be taken back, which makes the card worthless.
    The ledger keeps that your key was given each code. 409 `not_enough_free` says how many are
    free, and none was taken.
    """
    return _printed(request, body)


@router.post(
    "/{uuid:handout}/cards",
    response={200: CardsAnswer, **WRITE},
    operation_id="reprintCards",
    summary="Print the same cards again",
)
@once_read_again(_printed_again)
def print_again(request: CallerRequest, handout: UUID, body: ReprintRequest) -> Schema:
    """Give the codes of cards once more that nobody has claimed; the ledger keeps that, too."""
    return _printed_again(request, handout, body)
