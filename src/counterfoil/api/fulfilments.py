"""Fulfilments: your system tells that a record was made, or is gone."""

from typing import Annotated

from django.db import transaction
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.preconditions import acting
from counterfoil.api.schemas import WRITE, Strict
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.effects.confirming import confirm_gone, confirm_made
from counterfoil.models.ids import handle_of
from counterfoil.queries.entitlement_list import version_of
from counterfoil.rules.scopes import Scope

router = Router(tags=["Fulfilments"])

Key = Annotated[
    str,
    Field(
        max_length=60,
        description="As it was asked for: `data.key` and the `Idempotency-Key` of the webhook.",
        examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va:2"],
    ),
]


class FulfilmentRequest(Strict):
    """What was asked for, and what became of it."""

    key: Key
    reference: str = Field(
        "", max_length=200, description="Of the record that was made; empty if it is gone."
    )


class FulfilmentAnswer(Schema):
    """What is wanted downstream, and what is there."""

    entitlement: str
    version: int
    wanted: str = Field(description="`active` or `none`.")
    got: str = Field(description="`active`, `none`, or `maybe`: more is to be done.")
    reference: str


@router.post(
    "/{handle}/fulfilment",
    auth=ApiKeyBearer(Scope.FULFIL),
    response={200: FulfilmentAnswer, **WRITE},
    operation_id="confirmFulfilment",
    summary="Confirm what a webhook asked for",
)
@acting
@transaction.atomic
def confirm(request: CallerRequest, handle: str, body: FulfilmentRequest) -> Schema:
    """
    Tell that the record a webhook asked for was made, or, without a reference, is gone.

    For systems that answered 202. Repeating it changes nothing. If the entitlement was withdrawn
    meanwhile, `got` is `maybe` and you are asked to remove the record. 409 `not_asked` if the
    key is not the one that was asked for last.
    """
    by, at, reference = request.auth.actor, timezone.now(), body.reference.strip()
    if reference:
        row = confirm_made(handle=handle, key=body.key, reference=reference, by=by, at=at)
    else:
        row = confirm_gone(handle=handle, key=body.key, by=by, at=at)
    return FulfilmentAnswer(
        entitlement=handle_of(row.pk),
        version=version_of(row.pk),
        wanted=row.wanted,
        got=row.got,
        reference=row.reference,
    )
