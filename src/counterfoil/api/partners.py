"""Partners and their people, as the house looks after them."""

from typing import Annotated
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from counterfoil.api.idempotency import once
from counterfoil.api.lists import AfterName, Limit
from counterfoil.api.partner_bodies import (
    InviteRequest,
    OnePartnerAnswer,
    OpenPartnerRequest,
    PartnerListed,
    PartnersAnswer,
    PartnersSought,
    ResumeRequest,
    RoleRequest,
    SuspendRequest,
)
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.errors import NotFound
from counterfoil.operations.change_member_role import change_member_role
from counterfoil.operations.end_member import end_member
from counterfoil.operations.invite_member import invite_member
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.resume_partner import resume_partner
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.queries.partners import membership, partner_by_name
from counterfoil.queries.partners_kept import PartnerFilter, partners_page
from counterfoil.rules.scopes import Scope

router = Router(tags=["Partners"], auth=ApiKeyBearer(Scope.PARTNERS))

Slug = Annotated[str, Field(max_length=64, examples=["riverside-clinic"])]


@router.get("", response={200: PartnersAnswer, **READ}, summary="List partners")
def list_them(
    request: CallerRequest,
    sought: Query[PartnersSought],
    after: AfterName = None,
    limit: Limit = 50,
) -> PartnersAnswer:
    """Give a page of partners by name, each below the one it belongs to."""
    found, following = partners_page(
        PartnerFilter.from_query(sought.asked()), now=timezone.now(), after=after, limit=limit
    )
    return PartnersAnswer(partners=[PartnerListed.of(one) for one in found], next=following)


@router.get("/{slug}", response={200: OnePartnerAnswer, **READ}, summary="Read a partner")
def read(request: CallerRequest, slug: Slug) -> OnePartnerAnswer:
    """Tell how a partner stands, and who acts for it."""
    return _answer(slug)


@router.post(
    "",
    response={200: OnePartnerAnswer, **WRITE},
    summary="Set up a partner",
)
@once
def set_up(request: CallerRequest, body: OpenPartnerRequest) -> Status[Schema]:
    """
    Set up a partner, alone or below another, which stays so. Setting up the same again gives it.

    409 `partner_slug_taken` if another is called so.
    """
    opened = open_partner(
        slug=body.slug,
        name=body.name,
        parent_id=partner_by_name(body.parent).id if body.parent else None,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _answer(opened.slug))


@router.post(
    "/{slug}/suspend",
    response={200: OnePartnerAnswer, **WRITE},
    summary="Suspend a partner",
)
@once
def suspend(request: CallerRequest, slug: Slug, body: SuspendRequest) -> Status[Schema]:
    """
    Let a partner, and every one below it, hand out nothing until it goes on.

    With `codes`, what nobody has claimed is put on hold as well; where that is much, by a `job`.
    """
    suspend_partner(
        partner_id=partner_by_name(slug).id,
        mode=body.mode,
        reason=body.reason,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _answer(slug))


@router.post(
    "/{slug}/resume",
    response={200: OnePartnerAnswer, **WRITE},
    summary="Let a partner go on",
)
@once
def resume(request: CallerRequest, slug: Slug, body: ResumeRequest) -> Status[Schema]:
    """Let a suspended partner go on, and lift the holds that its suspension placed."""
    resume_partner(
        partner_id=partner_by_name(slug).id,
        reason=body.reason,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _answer(slug))


@router.post(
    "/{slug}/members",
    response={200: OnePartnerAnswer, **WRITE},
    summary="Let somebody act for a partner",
)
@once
def invite(request: CallerRequest, slug: Slug, body: InviteRequest) -> Status[Schema]:
    """Let whoever reads an address act for a partner, and tell them so by mail."""
    invite_member(
        partner_id=partner_by_name(slug).id,
        mail=body.email,
        role=body.role,
        name=body.name,
        locale=body.locale,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _answer(slug))


@router.post(
    "/{slug}/members/{uuid:member}/role",
    response={200: OnePartnerAnswer, **WRITE},
    operation_id="changePartnerMemberRole",
    summary="Give a member another role",
)
@once
def change_role(
    request: CallerRequest, slug: Slug, member: UUID, body: RoleRequest
) -> Status[Schema]:
    """Give somebody who acts for a partner another role."""
    change_member_role(
        member_id=_member(slug, member),
        role=body.role,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _answer(slug))


@router.post(
    "/{slug}/members/{uuid:member}/end",
    response={200: OnePartnerAnswer, **WRITE},
    summary="Let a member no longer act",
)
@once
def end(request: CallerRequest, slug: Slug, member: UUID) -> Status[Schema]:
    """Let somebody no longer act for a partner; what they did stays theirs in the ledger."""
    end_member(member_id=_member(slug, member), by=request.auth.actor, at=timezone.now())
    return Status(200, _answer(slug))


def _member(slug: str, member_id: UUID) -> UUID:
    found = membership(member_id)
    if found.partner.slug != slug:
        raise NotFound("There is no such member.")
    return found.member_id


def _answer(slug: str) -> OnePartnerAnswer:
    return OnePartnerAnswer.about(partner_by_name(slug))
