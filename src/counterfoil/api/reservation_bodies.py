"""The bodies of requests and answers about reservations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.schemas import AccountReference, Moment, Strict, Text

Handle = Annotated[str, Field(max_length=40, examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])]
MOST_NAMED = 1_000


class ReserveRequest(Strict):
    """What to keep: so many of a product, or entitlements by name; until when, and for whom."""

    sku: Text = Field("", examples=["DNA-STD"])
    quantity: int = Field(0, ge=0, le=10_000, examples=[50])
    entitlements: list[Handle] = Field(
        default_factory=list,
        max_length=MOST_NAMED,
        description="Instead of `sku` and `quantity`: these and no others.",
    )
    until: Moment = Field(examples=["2027-03-01T18:00:00+01:00"])
    account: AccountReference | None = Field(
        None, description="Who may redeem them. Without one, nobody may until you release them."
    )
    label: str = Field("", max_length=100, examples=["Dog fair, hall 3"])


class RenewRequest(Strict):
    """Until when it is to be kept instead."""

    until: Moment


class ReleaseRequest(Strict):
    """What to let go of; everything, if nothing is named."""

    entitlements: list[Handle] | None = Field(None, max_length=MOST_NAMED)


class ReservationAnswer(Schema):
    """A reservation, and how many of its entitlements stand how."""

    id: UUID
    key: str
    label: str
    sku: str = Field(description="Empty where entitlements were named.")
    quantity: int
    until: datetime
    created_at: datetime
    is_open: bool = Field(description="Something is still kept, and its time has not come.")
    kept: int
    used: int
    released: int
    lapsed: int
    taken_over: int
    withdrawn: int


class ItemAnswer(Schema):
    """One entitlement of a reservation."""

    entitlement: str
    ended_at: datetime | None
    ended_because: str = Field(
        description="Empty while it is kept; else `used`, `released`, `lapsed`, `taken_over` or"
        " `withdrawn`."
    )


class ReservationsAnswer(Schema):
    """A page of reservations, the newest first."""

    reservations: list[ReservationAnswer]
    next: UUID | None = Field(description="`after` of the next page.")


class ItemsAnswer(Schema):
    """A page of what a reservation keeps and kept."""

    entitlements: list[ItemAnswer]
    next: str | None = Field(description="`after` of the next page.")
