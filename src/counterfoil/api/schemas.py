"""The bodies of requests and answers."""

import re
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.lifecycle import PublicState, State

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_written(given: Any) -> Any:
    """
    Refuse a number: ``0.5`` is half a second after 1970 to some, and a mistake to all others.

    :raises ValueError: if it is one.
    """
    written = given.strip().removeprefix("-").replace(".", "", 1) if isinstance(given, str) else ""
    if isinstance(given, int | float) or written.isdigit():
        raise ValueError("A moment is written as in RFC 3339, such as 2027-03-01T18:00:00+01:00.")
    return given


def _is_a_day(given: Any) -> Any:
    """
    Refuse what is no day as it is written: a number is one since 1970 to some readers.

    :raises ValueError: if it is not.
    """
    if not isinstance(given, str) or not DAY.fullmatch(given):
        raise ValueError("A day is written as in RFC 3339, such as 2027-03-01.")
    return given


Moment = Annotated[AwareDatetime, BeforeValidator(_is_written)]
Day = Annotated[date, BeforeValidator(_is_a_day)]
Text = Annotated[str, Field(max_length=200)]
Code = Annotated[
    str,
    Field(
        max_length=200,
        description="An activation code in any spelling, or the token of a link.",
        examples=["7K3M-9QXT-2B5N-RWE0"],
    ),
]


class Strict(Schema):
    """A request in which nothing may be misspelled."""

    model_config = ConfigDict(extra="forbid")


class CheckRequest(Strict):
    """A code to look at."""

    code: Code


class AccountReference(Strict):
    """Whom to assign to: by the host's own reference, or by mail address."""

    external_reference: Text = Field("", examples=["user-4711"])
    email: Text = Field("", examples=["ana@example.com"])


class RedeemRequest(Strict):
    """A code, and whom it is for."""

    code: Code
    account: AccountReference


class SearchRequest(Strict):
    """What to look for."""

    query: str = Field(max_length=300, examples=["ann.buyer@example.com", "ent_01k9z…", "1002"])


class GrantRequest(Strict):
    """Something to give without a sale; repeat a request with the same ``request_id``."""

    request_id: UUID
    sku: Text = Field(examples=["DNA-STD"])
    quantity: int = Field(1, ge=1, le=100_000)
    category: GrantCategory
    reason: Text = Field(min_length=1, examples=["The kit was lost in the post"])
    reference: Text = Field(min_length=1, examples=["CASE-2041"])
    reference_kind: ReferenceKind = Field(
        ReferenceKind.CASE,
        description="An `order` or `account` must be known here; a `case` is kept elsewhere.",
    )
    partner: Text = Field("", description="For `partner_distribution`: whose they are.")
    recipient: Text = Field("", examples=["eva@example.com"])


class ProductAnswer(Schema):
    """A product."""

    sku: str
    name: str


class CheckAnswer(Schema):
    """What a code is good for."""

    entitlement: str = Field(examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])
    state: PublicState
    product: ProductAnswer
    needs_subject: bool
    expires_at: datetime | None
    is_test: bool


class RedeemAnswer(Schema):
    """What a redemption gave."""

    entitlement: str
    account: UUID
    repeated: bool = Field(description="The same account had redeemed this code before.")


class EntitlementAnswer(Schema):
    """An entitlement, as a back office sees it."""

    entitlement: str
    state: State
    version: int
    last_four: str
    expires_at: datetime | None


class GrantAnswer(Schema):
    """A grant and its entitlements; codes go to the recipient, never into an answer."""

    purchase: UUID
    quantity: int = Field(description="How many were granted; the first 100 are listed.")
    entitlements: list[EntitlementAnswer]


class InvalidField(Schema):
    """One thing that is wrong: where in the request, and what."""

    at: str = Field(examples=["lines.0.sku"])
    message: str


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str = Field(examples=["code_not_usable"])
    detail: str = ""
    errors: list[InvalidField] = Field(default_factory=list)


READ: dict[int, Any] = {401: Problem, 403: Problem, 404: Problem, 422: Problem}
"""What every call may be refused with."""
WRITE: dict[int, Any] = {400: Problem, 409: Problem, 413: Problem, 415: Problem, **READ}
"""And what every call that changes something."""
