"""Gifts: give an entitlement to somebody before it is claimed, correct that, call it off."""

from dataclasses import asdict
from typing import Annotated

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.entitlement_bodies import (
    CancelReason,
    CorrectGiftRequest,
    GiftAnswer,
    SetGiftRequest,
)
from counterfoil.api.preconditions import acting, describes_tag, tags
from counterfoil.api.repairs import why
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.errors import NotFound
from counterfoil.models import Entitlement, GiftWords
from counterfoil.models.ids import id_of
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.correct_recipient import correct_recipient
from counterfoil.operations.set_gift import set_gift
from counterfoil.queries.entitlement_list import standing_of
from counterfoil.queries.gifts import giver_of, traced_gifts
from counterfoil.rules.scopes import Scope

router = Router(tags=["Gifts"], auth=ApiKeyBearer(Scope.GIFTS))

TOLD = {200: GiftAnswer, **WRITE}


@router.get("/{handle}/gift", response={200: GiftAnswer, **READ}, summary="Read a gift")
@describes_tag
def read(request: CallerRequest, response: HttpResponse, handle: str) -> GiftAnswer:
    """Tell how the last gift of an entitlement stands; 404 if it was never given."""
    return tags(response, _told(handle))


@router.put("/{handle}/gift", response=TOLD, summary="Give as a gift")
@acting
def give(request: CallerRequest, handle: str, body: SetGiftRequest) -> Schema:
    """
    Give it to somebody by mail, on a day, or as a card; or change a gift that was not sent.

    The buyer is told when it is opened, claimed, or comes back. The same gift again changes
    nothing; 409 `gift_already_sent` once the mail has left: correct its address, or call it off.
    """
    entitlement_id = id_of(handle)
    set_gift(
        entitlement_id=entitlement_id,
        words=GiftWords(
            recipient_mail=body.recipient_mail.strip(),
            recipient_name=body.recipient_name.strip(),
            message=body.message.strip(),
            sender_name=body.sender_name.strip(),
        ),
        send_at=body.send_at,
        time_zone=body.time_zone or settings.TIME_ZONE,
        locale=body.locale,
        giver_id=giver_of(entitlement_id),
        **why(request, body),
    )
    return _told(handle)


@router.post("/{handle}/gift/correct", response=TOLD, summary="Correct a gift's address")
@acting
def correct(request: CallerRequest, handle: str, body: CorrectGiftRequest) -> Schema:
    """
    Send a gift to another address than was given; everything else about it stays.

    If its mail has left, the link in it stops working at once, and the new mail goes out now.
    """
    correct_recipient(
        entitlement_id=id_of(handle),
        recipient_mail=body.recipient_mail.strip(),
        **why(request, body),
    )
    return _told(handle)


@router.delete("/{handle}/gift", response=TOLD, summary="Call a gift off")
@acting
def call_off(
    request: CallerRequest,
    handle: str,
    reason: Annotated[CancelReason, Field(description="Why.")],
) -> Schema:
    """
    Call off a gift that nobody has claimed; it is its buyer's again.

    If its mail has left, the link in it stops working and the buyer gets a new code by mail.
    Calling it off again changes nothing.
    """
    cancel_gift(
        entitlement_id=id_of(handle),
        reason=reason.value,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return _told(handle)


def _told(handle: str) -> GiftAnswer:
    entitlement_id = id_of(handle)
    found = standing_of(entitlement_id)
    units = Entitlement.objects.filter(pk=entitlement_id)
    gift = traced_gifts(units, now=timezone.now()).get(entitlement_id)
    if gift is None:
        raise NotFound("This was never given to anybody.")
    return GiftAnswer(entitlement=found.entitlement, version=found.version, **asdict(gift))
