"""The bodies of requests and answers about the list of grants."""

from datetime import datetime
from typing import Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.lists import Next, Sought
from counterfoil.api.schemas import Day
from counterfoil.queries.grants import GrantSeen, GrantsSought
from counterfoil.queries.unit_words import ForTests
from counterfoil.rules.grants import GrantCategory, ReferenceKind


class GrantsWanted(Sought):
    """Which grants."""

    issued_by: str = Field("", max_length=64, description="The id of whoever gave it.")
    category: GrantCategory | None = None
    product: str = Field("", max_length=200, description="A SKU.", examples=["DNA-STD"])
    partner: str = Field("", max_length=64, description="A partner's short name.")
    reference: str = Field("", max_length=200, examples=["CASE-2041"])
    alone: bool | None = Field(None, description="Whether no second person saw it.")
    made_from: Day | None = Field(None, description="From the beginning of this day on.")
    made_until: Day | None = Field(None, description="Until the end of this day.")
    test: ForTests = Field(ForTests.NO, description="Whether tests are meant.")

    def as_asked(self) -> GrantsSought:
        """Give it as the list takes it."""
        second = {True: "alone", False: "second", None: ""}[self.alone]
        return GrantsSought(
            who=self.issued_by,
            category=self.category.value if self.category else "",
            product=self.product,
            partner=self.partner,
            reference=self.reference,
            second=second,
            since=self.made_from,
            until=self.made_until,
            test=self.test.value,
        )


class GrantListed(Schema):
    """One grant; its trace, by ``purchase``, tells the rest. Addresses are masked."""

    purchase: UUID
    made_at: datetime
    product: str
    quantity: int
    category: GrantCategory
    reason: str
    reference: str
    reference_kind: ReferenceKind
    issued_by: str = Field(description="Who gave it.")
    approved_by: str = Field(description="The second person, where there was one.")
    partner: str
    recipient: str
    in_force: int = Field(description="How many can be used, or are in use.")
    in_use: int
    is_test: bool

    @classmethod
    def of(cls, one: GrantSeen) -> Self:
        """Tell of a grant."""
        return cls(
            purchase=one.id,
            made_at=one.at,
            product=one.product,
            quantity=one.quantity,
            category=GrantCategory(one.category),
            reason=one.reason,
            reference=one.reference,
            reference_kind=ReferenceKind(one.reference_kind),
            issued_by=one.who,
            approved_by=one.second,
            partner=one.partner,
            recipient=one.recipient,
            in_force=one.in_force,
            in_use=one.in_use,
            is_test=one.is_test,
        )


class GrantsAnswer(Schema):
    """A page of grants, the newest first."""

    grants: list[GrantListed]
    next: Next
