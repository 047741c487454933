"""The bodies of requests and answers about entitlements and what is done to them."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field, GetJsonSchemaHandler, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from counterfoil.api.lists import NextNumber
from counterfoil.api.schemas import Moment, Strict, Text
from counterfoil.errors import ReasonMissing
from counterfoil.models import HoldKind
from counterfoil.rules.acts import Act
from counterfoil.rules.gifts import LONGEST_MESSAGE, LONGEST_NAME
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Actor
from counterfoil.rules.reasons import OTHER, REASONS
from counterfoil.rules.remarks import TICKET_MAX, masked_remark, masked_ticket

LONGEST_COMMENT = 1_000
Handle = Annotated[str, Field(examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])]


class HoldOf(StrEnum):
    """The holds that are placed by somebody; those of disputes and partners come by themselves."""

    FRAUD = HoldKind.FRAUD.value
    COMPLIANCE = HoldKind.COMPLIANCE.value
    OTHER = HoldKind.OTHER.value


class CancelReason(StrEnum):
    """Why a gift is called off; it stands in the address, so there are no words beside it."""

    CUSTOMER_ASKED = "customer_asked"
    WRONG_PERSON = "wrong_person"
    MISTAKE = "mistake"


class Why(Strict):
    """Why something is done: one of the reasons that staff choose from, and words beside it."""

    act: ClassVar[Act]

    reason: str = Field(description="Why; `other` has to be said in `comment`.")
    comment: str = Field(
        "",
        max_length=LONGEST_COMMENT,
        description="What the ledger keeps of it, with codes, cards and addresses masked.",
    )
    ticket: str = Field(
        "", max_length=TICKET_MAX, description="The ticket it is done for.", examples=["SUP-1007"]
    )

    @field_validator("reason")
    @classmethod
    def _is_known(cls, reason: str) -> str:
        if reason not in REASONS[cls.act]:
            raise ValueError(f"It has to be one of these: {', '.join(REASONS[cls.act])}.")
        return reason

    @model_validator(mode="after")
    def _is_said(self) -> Self:
        if self.reason == OTHER and not self.comment.strip():
            raise ReasonMissing("Say in the comment what happened.")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the reasons there are for this act."""
        found = handler.resolve_ref_schema(handler(schema))
        reasons = list(REASONS[cls.act])
        found["properties"]["reason"] |= {"enum": reasons, "examples": reasons[:1]}
        return found

    def by(self, actor: Actor) -> Actor:
        """Give who acts, upon this ticket."""
        return replace(actor, case=masked_ticket(self.ticket))

    def why(self) -> dict[str, Any]:
        """Give the reason as the acts take it."""
        return {"reason": self.reason, "comment": masked_remark(self.comment)[:LONGEST_COMMENT]}


class RevokeRequest(Why):
    """Why it is withdrawn."""

    act: ClassVar[Act] = Act.REVOKE


class ReinstateRequest(Why):
    """Why it is brought back."""

    act: ClassVar[Act] = Act.REINSTATE


class ExtendRequest(Why):
    """Until when it is to be valid, and why."""

    act: ClassVar[Act] = Act.EXTEND

    until: Moment | None = Field(
        description="The new end of validity, also an earlier one; `null` is without end.",
        examples=["2028-01-31T22:59:59Z"],
    )


class ReplaceRequest(Why):
    """Why the code is replaced."""

    act: ClassVar[Act] = Act.REPLACE_CODE


class UnassignRequest(Why):
    """Why it is taken from whoever has it."""

    act: ClassVar[Act] = Act.UNASSIGN


class ResendRequest(Why):
    """Why the mail is sent again."""

    act: ClassVar[Act] = Act.RESEND_CODE


class RetryRequest(Why):
    """Why the record downstream is tried again."""

    act: ClassVar[Act] = Act.RETRY_PROVISIONING


class HoldRequest(Why):
    """What suspends it: its kind, and the case by whose name it is lifted again."""

    act: ClassVar[Act] = Act.PLACE_HOLD

    kind: HoldOf = Field(examples=["fraud"])
    reference: Text = Field(min_length=1, examples=["CASE-2041"])


class LiftRequest(Why):
    """Which hold is lifted, and why."""

    act: ClassVar[Act] = Act.LIFT_HOLD

    kind: HoldKind = Field(examples=["fraud"])
    reference: Text = Field("", examples=["CASE-2041"])


class StandingAnswer(Schema):
    """How an entitlement stands. What partners see of others' purchases is empty."""

    entitlement: Handle
    state: State
    version: int = Field(description="Counts what has happened to it; its `ETag` is the same.")
    sku: str
    partner: str = Field(description="The short name of whose stock it is from; often empty.")
    purchase: UUID | None
    reference: str = Field(description="Of the purchase: the order's, or the grant's.")
    on_hold: bool
    is_test: bool
    expires_at: datetime | None
    reserved_until: datetime | None
    created_at: datetime


class EntitlementsAnswer(Schema):
    """A page of entitlements; ``next`` of one page is ``after`` of the next."""

    entitlements: list[StandingAnswer]
    next: str | None


class HoldAnswer(Schema):
    """One suspension."""

    kind: HoldKind
    reference: str
    placed_at: datetime
    lifted_at: datetime | None


class HoldsAnswer(Schema):
    """A page of what suspends an entitlement, and what did; the newest first."""

    entitlement: Handle
    version: int
    holds: list[HoldAnswer]
    next: NextNumber


class SetGiftRequest(Why):
    """A gift: to whom, with what words, on which day. Without an address it is a card."""

    act: ClassVar[Act] = Act.SET_GIFT

    recipient_mail: Text = Field("", examples=["eva@example.com"])
    recipient_name: str = Field("", max_length=LONGEST_NAME)
    sender_name: str = Field(
        "", max_length=LONGEST_NAME, description="Left empty, the mail does not say who gives it."
    )
    message: str = Field("", max_length=LONGEST_MESSAGE)
    send_at: Moment | None = Field(None, description="Left out, it is sent now.")
    time_zone: str = Field(
        "", max_length=64, description="Where that day is meant, by IANA name; the site's if empty."
    )
    locale: str = Field("", max_length=16, description="The language of the mail.")


class CorrectGiftRequest(Why):
    """The right address."""

    act: ClassVar[Act] = Act.CORRECT_RECIPIENT

    recipient_mail: Text = Field(min_length=1, examples=["eva@example.org"])


class GiftAnswer(Schema):
    """A gift as staff see it: people masked, and what it says unread."""

    entitlement: Handle
    version: int
    standing: str = Field(
        description="`card`, `scheduled`, `leaving`, `sent`, `came_back`, `opened`, or how it"
        " ended: `claimed`, `cancelled`, `withdrawn`.",
        examples=["scheduled"],
    )
    recipient: str = Field(examples=["e•••@example.com"])
    giver: str
    partner: str
    send_at: datetime
    time_zone: str
    opened_at: datetime | None
    has_message: bool
    is_open: bool = Field(description="Whether it can still be corrected or called off.")
