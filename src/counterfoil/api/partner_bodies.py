"""The bodies of requests and answers about partners and their people."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.allotment_bodies import CountsAnswer
from counterfoil.api.lists import NextName, Sought
from counterfoil.api.schemas import Strict, Text
from counterfoil.models import PartnerRole, Suspension
from counterfoil.queries.partners import MemberSeen, PartnerSeen, members_of
from counterfoil.queries.partners_kept import PartnerInList, waits_for, works_on


class PartnerStanding(StrEnum):
    """How a partner stands; one below a suspended partner is suspended with it."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CODES = "codes"


class PartnersSought(Sought):
    """Which partners."""

    standing: PartnerStanding | None = None
    top: bool | None = Field(None, description="Whether nobody stands above it.")
    name: str = Field("", max_length=200, description="Its name or short name has this in it.")


class OpenPartnerRequest(Strict):
    """A partner to be set up; by its short name there is one."""

    slug: str = Field(
        max_length=64,
        description="Small letters, digits and single hyphens.",
        examples=["riverside-clinic"],
    )
    name: Text = Field(min_length=1, examples=["Riverside Clinic"])
    parent: str = Field("", max_length=64, description="Below which partner it stands.")


class SuspendRequest(Strict):
    """How far, and why."""

    mode: Suspension = Field(description="`handing_out`, or `codes` that nobody has claimed, too.")
    reason: Text = Field(min_length=1, examples=["Unpaid since May"])


class ResumeRequest(Strict):
    """Why it goes on."""

    reason: Text = Field(min_length=1, examples=["Paid"])


class InviteRequest(Strict):
    """Who is to act for it, and in which role."""

    email: Text = Field(min_length=1, examples=["pia@example.com"])
    role: PartnerRole = PartnerRole.OPERATOR
    name: Text = ""
    locale: str = Field("", max_length=16, examples=["de"])


class RoleRequest(Strict):
    """Which role they have from now on."""

    role: PartnerRole


class MemberAnswer(Schema):
    """Somebody who acts for it; the address is masked."""

    id: UUID
    role: PartnerRole
    name: str
    email: str
    invited_at: datetime

    @classmethod
    def of(cls, one: MemberSeen) -> Self:
        """Tell of somebody."""
        return cls(
            id=one.id,
            role=PartnerRole(one.role),
            name=one.name,
            email=one.mail,
            invited_at=one.invited_at,
        )


class PartnerTold(Schema):
    """A partner, and how it stands."""

    slug: str
    name: str
    parent: str = Field(description="The name of the one above it.")
    suspension: str = Field(description="Empty, `handing_out` or `codes`; its own, or from above.")
    suspended_at: datetime | None


class PartnerListed(PartnerTold):
    """A partner among others, with how many of its entitlements stand how."""

    depth: int = Field(description="How many stand above it.")
    members: int
    counts: CountsAnswer

    @classmethod
    def of(cls, one: PartnerInList) -> Self:
        """Tell of a partner."""
        return cls(
            **told(one.partner).model_dump(),
            depth=one.depth,
            members=one.members,
            counts=CountsAnswer.model_validate(one.counts, from_attributes=True),
        )


class PartnersAnswer(Schema):
    """A page of partners by name, each below the one it belongs to."""

    partners: list[PartnerListed]
    next: NextName


class OnePartnerAnswer(PartnerTold):
    """One partner: how it stands, who acts for it, and what waits or is being done."""

    members: list[MemberAnswer]
    approvals: list[UUID] = Field(description="Allotments to it that wait for a second person.")
    job: UUID | None = Field(description="What issues to it or holds its codes, until done.")

    @classmethod
    def about(cls, one: PartnerSeen) -> Self:
        """Tell all of a partner."""
        return cls(
            **told(one).model_dump(),
            members=[MemberAnswer.of(member) for member in members_of(one.id)],
            approvals=list(waits_for(one.slug)),
            job=works_on(one.id),
        )


def told(one: PartnerSeen) -> PartnerTold:
    """Give what is told of every partner."""
    return PartnerTold(
        slug=one.slug,
        name=one.name,
        parent=one.parent_name,
        suspension=one.suspension,
        suspended_at=one.suspended_at,
    )
