"""The bodies of requests and answers about the list of all purchases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.lists import Next, Sought
from counterfoil.api.schemas import Day
from counterfoil.models import PurchaseKind
from counterfoil.queries.listing_purchases import PurchaseInList
from counterfoil.queries.unit_words import ForTests
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import PaymentStatus


class PurchasesSought(Sought):
    """Which purchases and grants."""

    kind: PurchaseKind | None = Field(None, description="Bought, or granted without a sale.")
    connection: str = Field("", max_length=100, description="The short name of a connection.")
    product: str = Field("", max_length=200, description="A SKU.", examples=["DNA-STD"])
    payment: PaymentStatus | None = None
    category: GrantCategory | None = Field(None, description="What a grant was given as.")
    partner: str = Field("", max_length=64, description="A partner's short name; `-`: nobody's.")
    refunded: bool | None = Field(None, description="Refunded, if only in part.")
    disputed: bool | None = None
    cancelled: bool | None = None
    unfinished: bool | None = Field(None, description="Still being issued.")
    made_from: Day | None = Field(None, description="From the beginning of this day on.")
    made_until: Day | None = Field(None, description="Until the end of this day.")
    test: ForTests | None = Field(None, description="Without it, no tests.")


class PurchaseListed(Schema):
    """One purchase or grant; its trace, by ``purchase``, tells the rest. Addresses are masked."""

    purchase: UUID
    reference: str = Field(description="What people call it.", examples=["#1002"])
    order: str = Field(description="What the channel calls it.")
    kind: PurchaseKind
    channel: str
    category: str = Field(description="Of a grant.")
    buyer: str
    partner: str
    payment: str
    amount: int = Field(description="In minor units.")
    currency: str
    entitlements: Mapping[State, int] = Field(description="How many are in which state.")
    is_test: bool
    is_cancelled: bool
    made_at: datetime
    paid_at: datetime | None

    @classmethod
    def of(cls, one: PurchaseInList) -> Self:
        """Tell of a purchase."""
        return cls(
            purchase=one.id,
            reference=one.reference,
            order=one.order_id,
            kind=PurchaseKind(one.kind),
            channel=one.channel,
            category=one.category,
            buyer=one.buyer,
            partner=one.partner,
            payment=one.payment,
            amount=one.amount,
            currency=one.currency,
            entitlements=one.counts,
            is_test=one.is_test,
            is_cancelled=one.is_cancelled,
            made_at=one.made_at,
            paid_at=one.paid_at,
        )


class PurchasesAnswer(Schema):
    """A page of purchases, the newest first."""

    purchases: list[PurchaseListed]
    next: Next
