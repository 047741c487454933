"""Milestones: what happened at the host's to what was assigned."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.preconditions import acting
from counterfoil.api.schemas import WRITE, Moment, Strict, Text
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.models.ids import handle_of, id_of
from counterfoil.operations.record_milestone import record_milestone
from counterfoil.queries.entitlement_list import version_of
from counterfoil.rules.scopes import Scope

router = Router(tags=["Milestones"])

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["sample_received"])]


class MilestoneRequest(Strict):
    """What happened: by what name, when, and under which reference of yours."""

    name: Name
    reference: Text = Field("", examples=["parcel-77"])
    at: Moment | None = Field(None, description="When it happened; now, if left out.")


class MilestoneAnswer(Schema):
    """What is recorded."""

    entitlement: str = Field(examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])
    version: int
    assignment: UUID
    name: str
    reference: str
    at: datetime
    recorded_at: datetime


@router.post(
    "/{handle}/milestones",
    auth=ApiKeyBearer(Scope.MILESTONES),
    response={200: MilestoneAnswer, **WRITE},
    summary="Tell of a milestone",
)
@acting
@transaction.atomic
def tell(request: CallerRequest, handle: str, body: MilestoneRequest) -> Schema:
    """
    Record that something happened to what was assigned.

    Each has happened once to an assignment: telling it again is safe, needs no key, and answers
    with what was told first. The one that the terms name as `cutoff` ends what holders may undo.
    """
    entitlement_id = id_of(handle)
    told = record_milestone(
        entitlement_id=entitlement_id,
        name=body.name,
        reference=body.reference,
        happened_at=body.at,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return MilestoneAnswer(
        entitlement=handle_of(entitlement_id),
        version=version_of(entitlement_id),
        assignment=told.assignment_id,
        name=told.name,
        reference=told.reference,
        at=told.at,
        recorded_at=told.recorded_at,
    )
