"""The bodies of requests and answers about purchases that are told to us."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictBool, StrictInt

from counterfoil.api.schemas import Moment, Strict, Text
from counterfoil.operations.collect_codes import Without
from counterfoil.queries.told import MOST_UNITS, TakenBack, ToldStatus
from counterfoil.rules import declared_faults as limits
from counterfoil.rules.lifecycle import State

MOST_HOLDERS = 1_000

Reference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._~:@+-]*$",
        max_length=100,
        description="Yours: letters, digits and . _ ~ : @ + - only.",
    ),
]
Quantity = Annotated[StrictInt, Field(ge=1, le=limits.MOST_UNITS)]
Money = Annotated[StrictInt, Field(ge=0, le=limits.MOST_MONEY, description="In minor units.")]


class BuyerRequest(Strict):
    """Who bought it from you, if we are to know."""

    mail: Text | None = Field(None, examples=["ann@example.com"])
    name: Text = ""
    locale: str = Field("", max_length=16, examples=["de"])


class GiftRequest(Strict):
    """For whom it is, if it is a present."""

    recipient_mail: Text | None = Field(None, examples=["eva@example.com"])
    recipient_name: Text = ""
    sender_name: Text = ""
    message: str = Field("", max_length=limits.LONGEST_MESSAGE)
    send_at: Moment | None = None


class HolderSubjectRequest(Strict):
    """For whom or what it is, with the answers the product's terms ask for."""

    kind: str = Field(max_length=32, examples=["dog"])
    reference: Text = Field("", description="What your own system calls it.", examples=["dog-17"])
    data: dict[str, str] = Field(default_factory=dict, examples=[{"name": "Rex"}])


class HolderRequest(Strict):
    """Who has one entitlement already; only a coupled shop knows that."""

    account: Text = Field(examples=["user-4711"])
    mail: Text | None = None
    subject: HolderSubjectRequest | None = None


class LineRequest(Strict):
    """
    So many of one product.

    Without a ``reference`` a line is called by its place, from 1. Without ``amount_total`` it costs
    what its units cost.
    """

    reference: Reference | None = Field(None, examples=["1"])
    sku: Text = Field(examples=["DNA-STD"])
    quantity: Quantity = Field(examples=[25])
    unit_amount: Money = Field(0, examples=[9900])
    amount_total: Money | None = None
    description: str = Field("", max_length=300)
    gift: GiftRequest | None = None
    holders: list[HolderRequest] = Field(default_factory=list, max_length=MOST_HOLDERS)


class PurchaseRequest(Strict):
    """
    A purchase that was made with you and is paid, or that you answer for.

    By its ``reference`` it is made once, however often it is told.
    """

    reference: Reference = Field(examples=["PO-2041"])
    number: Text = Field("", description="What people call it.", examples=["#2041"])
    currency: str = Field(pattern="^[A-Z]{3}$", examples=["USD"])
    lines: list[LineRequest] = Field(min_length=1, max_length=limits.MOST_LINES)
    buyer: BuyerRequest | None = None
    gift: GiftRequest | None = None
    paid_at: Moment | None = Field(None, description="Without it: when we are told.")
    notify_buyer: StrictBool = Field(
        False, description="Send the codes to the buyer by mail; else you hand them on."
    )


class CancelledLineRequest(Strict):
    """So many of one line, no matter which."""

    line: Reference = Field(examples=["1"])
    quantity: Quantity = Field(examples=[2])


class CancelRequest(Strict):
    """
    What is taken back: the whole purchase, so many of some lines, or certain entitlements.

    Exactly one of the three is given. By its ``reference`` part of a purchase is taken back once.
    """

    reference: Reference = Field(
        description="Yours, one for each cancellation.", examples=["RET-77"]
    )
    whole: StrictBool = False
    lines: list[CancelledLineRequest] = Field(default_factory=list, max_length=limits.MOST_LINES)
    units: list[Text] = Field(
        default_factory=list, max_length=1_000, examples=[["ent_01k9z4v7h2m3n4p5q6r7s8t9va"]]
    )
    reason: Text = Field("", examples=["returned unopened"])


class CollectRequest(Strict):
    """Which codes: a page of them, from the entitlement after this one on."""

    after: Text | None = None
    limit: StrictInt = Field(100, ge=1, le=MOST_UNITS)


class UnitAnswer(Schema):
    """One entitlement of the purchase; ``unit`` counts from 1 within its line."""

    entitlement: str = Field(examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])
    line: str
    unit: int
    sku: str
    state: State
    version: int
    expires_at: datetime | None
    cancelled: TakenBack | None = Field(
        description="What taking it back came to: withdrawn; kept, or waiting for a person's"
        " decision, because somebody has it already."
    )


class LineAnswer(Schema):
    """One line as it was told, and how many entitlements there are for it."""

    reference: str
    sku: str
    quantity: int
    entitlements: int


class CancellationAnswer(Schema):
    """One cancellation as it was told."""

    reference: str
    at: datetime
    reason: str


class PurchaseAnswer(Schema):
    """
    How a purchase stands.

    ``accepted``: we have it, and are issuing. ``needs_attention``: a person at our end has to look
    at it. ``next`` is where the next page of entitlements begins, if there is one; ``job`` can be
    followed where the purchase was too large to be done at once. A code is never in here.
    """

    reference: str
    number: str
    status: ToldStatus
    purchase: UUID | None
    job: UUID | None
    is_test: bool
    told_at: datetime
    cancelled_at: datetime | None
    lines: list[LineAnswer]
    cancellations: list[CancellationAnswer]
    entitlements: list[UnitAnswer]
    next: str | None


class UnitsAnswer(Schema):
    """A page of entitlements, and where the next one begins."""

    entitlements: list[UnitAnswer]
    next: str | None


class CollectedAnswer(Schema):
    """One entitlement with its code, or why it comes without."""

    entitlement: str
    code: str | None = Field(examples=["7K3M-9QXT-2B5N-RWE0"])
    without: Without | None


class CodesAnswer(Schema):
    """A page of codes, and where the next one begins."""

    codes: list[CollectedAnswer]
    next: str | None
