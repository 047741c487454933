"""The bodies of requests and answers about hand-outs."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.partner_named import PartnerNamed
from counterfoil.api.schemas import Strict, Text
from counterfoil.queries.handouts import HandoutSeen, RowSeen
from counterfoil.rules.handouts import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    Known,
    Mode,
    Reach,
    Said,
)

MOST_RECIPIENTS = 5_000  # in JSON; a longer list comes as a file
MOST_TAKEN_BACK = 500

Handle = Annotated[str, Field(max_length=40, examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])]
SendOn = Annotated[
    str,
    Field(
        max_length=40,
        description="A day, or a day and a time, in `time_zone`. Empty is now.",
        examples=["2027-12-24", "2027-12-24 18:00"],
    ),
]
ToSomebody = Annotated[
    Literal[Mode.INVITE, Mode.ASSIGN],
    Field(description="`invite` by mail, or `assign` at once."),
]


class RecipientRequest(Strict):
    """One recipient. What is wrong with one is told in its row, not as an error."""

    email: str = Field(max_length=300, examples=["ann@example.com"])
    name: str = Field("", max_length=3 * LONGEST_NAME, examples=["Ann Lee"])
    message: str = Field("", max_length=3 * LONGEST_MESSAGE)
    send_on: SendOn = ""
    language: str = Field("", max_length=16, examples=["en"])

    def said(self) -> Said:
        """Give what is said of them."""
        return Said(
            mail=self.email.strip(),
            name=self.name.strip(),
            message=self.message.strip(),
            send_on=self.send_on,
            language=self.language,
        )


class SourceRequest(Strict):
    """What is handed out, and what holds for all who are not told otherwise."""

    partner: PartnerNamed = ""
    sku: Text = Field(examples=["DNA-STD"])
    allotment: UUID | None = Field(None, description="Out of this one only.")
    reservation: UUID | None = Field(None, description="Out of this one.")
    reference: str = Field(
        "",
        max_length=100,
        description="Yours. The same list under the same reference is the same hand-out.",
        examples=["spring-2027"],
    )
    mode: ToSomebody = Mode.INVITE
    message: str = Field("", max_length=3 * LONGEST_MESSAGE)
    send_on: SendOn = ""
    language: str = Field("", max_length=16)
    time_zone: str = Field("UTC", max_length=64, examples=["Europe/Rome"])

    def for_all(self) -> Said:
        """Give what holds for all."""
        return Said(message=self.message.strip(), send_on=self.send_on, language=self.language)


class HandoutRequest(SourceRequest):
    """A list of recipients."""

    recipients: list[RecipientRequest] = Field(min_length=1, max_length=MOST_RECIPIENTS)


class ConfirmHandoutRequest(Strict):
    """How much of a list is meant."""

    partner: PartnerNamed = ""
    reach: Reach = Field(Reach.ALL, description="`all` or nothing, or the `good_rows` alone.")
    known: Known = Field(Known.LEAVE_OUT, description="Those who have one of the product already.")


class TakeBackRequest(Strict):
    """What to take back."""

    partner: PartnerNamed = ""
    entitlements: list[Handle] = Field(min_length=1, max_length=MOST_TAKEN_BACK)


class RowCounts(Schema):
    """How many rows there are of each sort; every row is counted once."""

    good: int = Field(description="To be carried out.")
    known: int = Field(description="Good, and they have one of the product already.")
    bad: int
    given: int = Field(description="Carried out.")
    refused: int = Field(description="Tried, and not carried out; the row says why.")
    left_out: int


class HandoutAnswer(Schema):
    """A hand-out, and how far it has come: `judged`, `confirmed`, `done` or `discarded`."""

    id: UUID
    name: str
    sku: str
    mode: str
    status: str
    rows: RowCounts
    job: UUID | None = Field(description="What carries it out; follow it under `/v1/jobs`.")
    created_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, seen: HandoutSeen) -> Self:
        """Tell of a hand-out."""
        return cls(
            id=seen.id,
            name=seen.name,
            sku=seen.sku,
            mode=seen.mode,
            status=seen.status,
            rows=RowCounts.model_validate(seen.tally, from_attributes=True),
            job=seen.job_id,
            created_at=seen.created_at,
            confirmed_at=seen.confirmed_at,
            finished_at=seen.finished_at,
        )


class HandoutsAnswer(Schema):
    """A page of hand-outs, the newest first."""

    handouts: list[HandoutAnswer]
    next: UUID | None


class HandoutRowAnswer(Schema):
    """One row, with the address as it was told, and what became of its mail."""

    number: int
    email: str
    fault: str = Field(description="What stands against it; `has_one` is a warning.")
    outcome: str = Field(
        description="`sent`, `assigned`, `printed` or `left_out`; else the code of a refusal."
    )
    entitlement: str | None
    sent_at: datetime | None
    bounced_at: datetime | None
    opened_at: datetime | None
    is_claimed: bool

    @classmethod
    def of(cls, row: RowSeen) -> Self:
        """Tell of a row."""
        return cls(
            number=row.number,
            email=row.mail,
            fault=row.fault,
            outcome=row.outcome,
            entitlement=row.handle or None,
            sent_at=row.sent_at,
            bounced_at=row.bounced_at,
            opened_at=row.opened_at,
            is_claimed=row.is_claimed,
        )


class HandoutRowsAnswer(Schema):
    """A page of rows."""

    rows: list[HandoutRowAnswer]
    next: int | None


class TakenBackUnit(Schema):
    """What became of one; ``refused`` is empty if it was taken back."""

    entitlement: str
    refused: str


class TakeBackAnswer(Schema):
    """What became of each."""

    entitlements: list[TakenBackUnit]
