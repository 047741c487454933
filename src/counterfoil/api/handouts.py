"""Hand-outs over the API: to one, or a list of recipients row by row, and back again."""

import json
from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from django.utils import timezone
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from counterfoil.api.handout_bodies import (
    ConfirmHandoutRequest,
    HandoutAnswer,
    HandoutRequest,
    HandoutRowAnswer,
    HandoutRowsAnswer,
    HandoutsAnswer,
    SourceRequest,
    TakeBackAnswer,
    TakeBackRequest,
    TakenBackUnit,
)
from counterfoil.api.idempotency import once
from counterfoil.api.partner_named import PartnerNamed, product_for, whose
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import CallerRequest, PoolKeyBearer
from counterfoil.channels.recipient_file import read_recipients
from counterfoil.conf import conf
from counterfoil.models.ids import handle_of, id_of
from counterfoil.operations.confirm_handout import confirm_handout
from counterfoil.operations.discard_handout import discard_handout
from counterfoil.operations.take_back import take_back
from counterfoil.operations.upload_handout import Listed, Upload, upload_handout
from counterfoil.queries.handouts import HANDOUTS, handouts_of, one_handout, rows_of
from counterfoil.rules.handouts import Said, Source
from counterfoil.rules.scopes import Scope

MOST_ROWS = 500

router = Router(tags=["Hand-outs"], auth=PoolKeyBearer(Scope.HAND_OUT))


@router.post(
    "",
    response={201: HandoutAnswer, **WRITE},
    summary="Send a list of recipients",
)
@once
def create(request: CallerRequest, body: HandoutRequest) -> Status[Schema]:
    """
    Judge every row of a list; nothing is handed out before it is confirmed.

    The same recipients under the same `reference` are the same hand-out, and no row is ever carried
    out twice.
    """
    said = [one.said() for one in body.recipients]
    told = json.dumps([one.as_data() for one in said], sort_keys=True)
    rows = (Listed(number=number, said=one) for number, one in enumerate(said, 1))
    upload = _upload(request, body, told.encode(), rows, name=body.reference)
    return Status(201, _answer(upload.handout.partner_id, upload.handout.pk))


@router.post(
    "/files",
    response={200: HandoutAnswer, 201: HandoutAnswer, **WRITE},
    operation_id="uploadHandout",
    summary="Send a list of recipients as CSV",
)
@once
def create_from_file(
    request: CallerRequest, file: File[UploadedFile], form: Form[SourceRequest]
) -> Status[Schema]:
    """
    Judge every row of a CSV file with a column `email`, and perhaps more, as in the portal.

    201 if the list is new, 200 with the hand-out as it stands if it was sent before.
    """
    content = file.read(conf.HANDOUT_MAX_BYTES + 1)
    found = read_recipients(
        content, most_bytes=conf.HANDOUT_MAX_BYTES, most_rows=conf.HANDOUT_MAX_ROWS
    )
    rows = (Listed.read(one) for one in found)
    upload = _upload(request, form, content, rows, name=form.reference or file.name or "")
    handout = upload.handout
    status = 200 if upload.is_repeated else 201
    return Status(status, _answer(handout.partner_id, handout.pk))


@router.get("", response={200: HandoutsAnswer, **READ}, summary="List hand-outs")
def list_them(
    request: CallerRequest,
    after: UUID | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = HANDOUTS,
    partner: PartnerNamed = "",
) -> HandoutsAnswer:
    """Give a page of a partner's hand-outs, the newest first; ``next`` is ``after`` of the next."""
    whom = whose(request.auth, partner).id
    found = handouts_of(whom, before=after, most=limit + 1)
    page = found[:limit]
    return HandoutsAnswer(
        handouts=[HandoutAnswer.of(one) for one in page],
        next=page[-1].id if len(found) > limit else None,
    )


@router.post(
    "/take-back",
    response={200: TakeBackAnswer, **WRITE},
    summary="Take back what nobody has claimed",
)
@once
def take_them_back(request: CallerRequest, body: TakeBackRequest) -> Status[Schema]:
    """
    Call off what was handed out; links and cards that somebody has of it lead nowhere.

    One that was claimed stays claimed, and says so; the others are taken back all the same.
    """
    told = take_back(
        partner_id=whose(request.auth, body.partner).id,
        entitlement_ids=[id_of(one) for one in body.entitlements],
        by=request.auth.actor,
        at=timezone.now(),
    )
    done = [TakenBackUnit(entitlement=handle_of(pk), refused=why) for pk, why in told.items()]
    return Status(200, TakeBackAnswer(entitlements=done))


@router.get("/{uuid:handout}", response={200: HandoutAnswer, **READ}, summary="Read a hand-out")
def read(request: CallerRequest, handout: UUID, partner: PartnerNamed = "") -> HandoutAnswer:
    """Tell how a hand-out stands, and how many rows there are of each sort."""
    return _answer(whose(request.auth, partner).id, handout)


@router.get(
    "/{uuid:handout}/rows", response={200: HandoutRowsAnswer, **READ}, summary="List its rows"
)
def rows(
    request: CallerRequest,
    handout: UUID,
    sort: str = "",
    after: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 100,
    partner: PartnerNamed = "",
) -> HandoutRowsAnswer:
    """Give a page of rows; ``sort`` names one of the counts, ``next`` is ``after`` of the next."""
    own = whose(request.auth, partner).id
    seen = one_handout(own, handout)
    found = rows_of(own, seen.id, sort=sort, after=after, most=limit)
    return HandoutRowsAnswer(
        rows=[HandoutRowAnswer.of(one) for one in found],
        next=found[-1].number if len(found) == limit else None,
    )


@router.post(
    "/{uuid:handout}/confirm",
    response={202: HandoutAnswer, **WRITE},
    summary="Have a hand-out carried out",
)
@once
def confirm(request: CallerRequest, handout: UUID, body: ConfirmHandoutRequest) -> Status[Schema]:
    """
    Carry a list out in the background: all of it or nothing, or its good rows.

    409 `not_enough_free` says how many are free, and nothing was handed out. Confirming again
    changes nothing while it is carried out, and takes up what was refused afterwards.
    """
    own = whose(request.auth, body.partner).id
    confirm_handout(
        handout_id=handout,
        partner_id=own,
        reach=body.reach,
        known=body.known,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(202, _answer(own, handout))


@router.post(
    "/{uuid:handout}/discard",
    response={200: HandoutAnswer, **WRITE},
    summary="Throw a list away",
)
@once
def discard(request: CallerRequest, handout: UUID, partner: PartnerNamed = "") -> Schema:
    """Forget a list that was not confirmed, and everything it says of people."""
    own = whose(request.auth, partner).id
    discard_handout(handout_id=handout, partner_id=own, by=request.auth.actor, at=timezone.now())
    return _answer(own, handout)


def _upload(
    request: CallerRequest,
    asked: SourceRequest,
    content: bytes,
    rows: Iterable[Listed],
    *,
    name: str,
) -> Upload:
    for_all: Said = asked.for_all()
    return upload_handout(
        partner_id=whose(request.auth, asked.partner).id,
        source=Source(
            product_id=product_for(request.auth, asked.sku),
            allotment_id=asked.allotment,
            reservation_id=asked.reservation,
        ),
        name=name,
        content=f"{asked.reference}\n".encode() + content,
        rows=(one.or_else(for_all) for one in rows),
        mode=asked.mode,
        time_zone=asked.time_zone,
        by=request.auth.actor,
        at=timezone.now(),
    )


def _answer(partner_id: UUID, handout_id: UUID) -> HandoutAnswer:
    return HandoutAnswer.of(one_handout(partner_id, handout_id))
