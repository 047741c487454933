"""The bodies of requests and answers about what partners have."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.lists import Next
from counterfoil.api.schemas import Strict, Text
from counterfoil.rules.grants import MOST
from counterfoil.rules.partners import MOST_AT_ONCE

MOST_NAMED = 1_000
Handle = Annotated[str, Field(max_length=40, examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])]


class UnitStanding(StrEnum):
    """How an entitlement stands for whoever hands it out."""

    FREE = "free"
    RESERVED = "reserved"
    SENT = "sent"
    CLAIMED = "claimed"
    FULFILLED = "fulfilled"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ON_HOLD = "on_hold"
    UNSOLD = "unsold"
    SOLD = "sold"


class NumbersRequest(Strict):
    """The pieces of a printed batch from one number to another, both included."""

    batch: Text = Field(min_length=1, examples=["spring-cards"])
    first: int = Field(ge=1)
    last: int = Field(ge=1)


class ChoiceRequest(Strict):
    """Which ones, in one way: so many of an allotment or product, these, or these numbers."""

    allotment: UUID | None = None
    sku: Text = Field("", examples=["DNA-STD"])
    quantity: int | None = Field(None, ge=1, le=MOST_AT_ONCE, examples=[10])
    entitlements: list[Handle] = Field(default_factory=list, max_length=MOST_NAMED)
    numbers: NumbersRequest | None = None


class HandOnRequest(ChoiceRequest):
    """What to hand on, and to which sub-partner."""

    to: Text = Field(min_length=1, description="The short name of a sub-partner.")
    partner: Text = Field("", description="Whose they are; only a key of the house says.")


class ReturnRequest(ChoiceRequest):
    """What goes back to the partner above."""

    partner: Text = Field(
        "",
        description="Who has them: a sub-partner from whom you take them back. Without it, you.",
    )


class AllotRequest(Strict):
    """What to give a partner to hand out; repeat a request with the same ``request_id``."""

    request_id: UUID
    partner: Text = Field(min_length=1, examples=["riverside-clinic"])
    sku: Text = Field(min_length=1, examples=["DNA-STD"])
    quantity: int = Field(ge=1, le=MOST)
    reason: Text = Field(min_length=1, examples=["Spring campaign"])
    reference: Text = Field(min_length=1, examples=["CASE-2041"])
    label: str = Field("", max_length=100, examples=["Spring"])
    allotment: UUID | None = Field(None, description="More of this one, instead of a new one.")


class CountsAnswer(Schema):
    """How many stand how; each is counted once."""

    free: int = Field(description="Can be handed out now.")
    reserved: int
    sent: int = Field(description="Given to somebody who has not claimed it.")
    claimed: int
    fulfilled: int
    expired: int
    revoked: int
    on_hold: int = Field(description="Unclaimed, and suspended.")
    unsold: int = Field(description="Printed, and not sold yet.")
    sold: int = Field(description="Bought by a customer who has not claimed it.")


class AllotmentAnswer(Schema):
    """One allotment; or, without an ``id``, what came of purchases of one product."""

    id: UUID | None
    sku: str
    product: str
    label: str
    granted: int = Field(description="How many you may have of it; what is handed on counts below.")
    handed_on: int
    from_partner: str = Field(description="Who handed it on to you, if anybody did.")
    counts: CountsAnswer


class PartnerAnswer(Schema):
    """A partner below another."""

    slug: str
    name: str


class AllotmentsAnswer(Schema):
    """A page of what a partner has."""

    partner: str
    suspension: str = Field(description="Empty, `handing_out`, or `codes`.")
    allotments: list[AllotmentAnswer]
    sub_partners: list[PartnerAnswer] = Field(description="To whom it can hand on.")
    next: Next


class PartnerUnitAnswer(Schema):
    """One entitlement of a partner. Recipients are those it named itself, addresses masked."""

    entitlement: str = Field(examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])
    standing: UnitStanding
    recipient: str
    batch: str
    number: int | None
    send_at: datetime | None
    claimed_at: datetime | None
    reserved_until: datetime | None
    expires_at: datetime | None


class PartnerUnitsAnswer(Schema):
    """A page of entitlements; ``next`` of one page is ``after`` of the next."""

    entitlements: list[PartnerUnitAnswer]
    next: UUID | None


class HandedOnAnswer(Schema):
    """Where they went."""

    to: str
    quantity: int
    allotment: UUID = Field(description="The sub-partner's allotment.")


class ReturnedAnswer(Schema):
    """How many went back."""

    quantity: int
