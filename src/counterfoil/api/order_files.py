"""Order files over the API: sent, looked at, confirmed, and what came of them."""

import json
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from counterfoil.api.idempotency import once
from counterfoil.api.order_file_bodies import (
    ConfirmRequest,
    OrderFileAnswer,
    RowAnswer,
    RowsAnswer,
    UploadForm,
)
from counterfoil.api.schemas import READ, Problem
from counterfoil.api.security import ApiKeyBearer, Caller, CallerRequest
from counterfoil.channels.order_file_reading import choices_named
from counterfoil.conf import conf
from counterfoil.errors import FileUnreadable, NotFound
from counterfoil.models import Connection
from counterfoil.operations.confirm_order_file import confirm_order_file
from counterfoil.operations.discard_order_file import discard_order_file
from counterfoil.operations.judge_order_file import judge_order_file
from counterfoil.operations.upload_order_file import upload_order_file
from counterfoil.queries.file_results import result_lines
from counterfoil.queries.order_files import FileSeen, file_rows, one_order_file
from counterfoil.rules.order_files import Verdict
from counterfoil.rules.scopes import Scope
from counterfoil.web.spreadsheet import csv_download

MOST_ROWS = 500

router = Router(tags=["Order files"], auth=ApiKeyBearer(Scope.ORDER_FILES))

WRITE = {409: Problem, **READ}
SHEET = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}


@router.post(
    "",
    response={200: OrderFileAnswer, 201: OrderFileAnswer, 413: Problem, **READ},
    summary="Send a file with orders",
)
@once
def send(
    request: CallerRequest, file: File[UploadedFile], form: Form[UploadForm]
) -> Status[Schema]:
    """
    Read a file and judge every row; nothing is issued before the file is confirmed.

    201 if the file is new, 200 with the file as it stands if the same bytes were sent before.
    """
    connection = Connection.objects.filter(**_named(request.auth, form.connection)).first()
    if connection is None:
        raise NotFound("There is no such connection.")
    upload = upload_order_file(
        connection=connection,
        name=file.name or "",
        content=file.read(conf.ORDER_FILE_MAX_BYTES + 1),
        choices=choices_named(
            encoding=form.encoding,
            delimiter=form.delimiter,
            day_order=form.day_order,
            currency=form.currency,
            columns=_columns(form.columns),
        ),
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200 if upload.is_repeated else 201, _answer(request, upload.order_file.pk))


@router.get("/{uuid:file_id}", response={200: OrderFileAnswer, **READ}, summary="Read a file")
def read(request: CallerRequest, file_id: UUID) -> OrderFileAnswer:
    """Tell how a file stands, and how many rows there are of each verdict."""
    return _answer(request, file_id)


@router.get(
    "/{uuid:file_id}/rows", response={200: RowsAnswer, **READ}, summary="List the rows of a file"
)
def rows(
    request: CallerRequest,
    file_id: UUID,
    verdict: Verdict | None = None,
    after: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 100,
) -> RowsAnswer:
    """Give a page of rows; ``next`` of one page is ``after`` of the next."""
    _seen(request.auth, file_id)
    found = file_rows(file_id, verdict=verdict, after=after, most=limit)
    return RowsAnswer(
        rows=[RowAnswer.of(one) for one in found],
        next=found[-1].number if len(found) == limit else None,
    )


@router.post(
    "/{uuid:file_id}/confirm",
    response={200: OrderFileAnswer, 202: OrderFileAnswer, **WRITE},
    summary="Have a file carried out",
)
@once
def confirm(request: CallerRequest, file_id: UUID, body: ConfirmRequest) -> Status[Schema]:
    """
    Issue all orders of a file, or only its good rows, in the background.

    202 with a job to follow; 200 if nothing was new; 409 if all are meant and a row is not good.
    """
    _seen(request.auth, file_id)
    confirm_order_file(
        order_file_id=file_id, extent=body.extent, by=request.auth.actor, at=timezone.now()
    )
    answer = _answer(request, file_id)
    return Status(202 if answer.closed_at is None else 200, answer)


@router.post(
    "/{uuid:file_id}/check",
    response={200: OrderFileAnswer, **WRITE},
    summary="Judge a file anew",
)
@once
def check(request: CallerRequest, file_id: UUID) -> Schema:
    """Look again at what would become of its rows, after a product was mapped, say."""
    _seen(request.auth, file_id)
    judge_order_file(order_file_id=file_id, by=request.auth.actor, at=timezone.now())
    return _answer(request, file_id)


@router.post(
    "/{uuid:file_id}/discard",
    response={200: OrderFileAnswer, **WRITE},
    summary="Throw a file away",
)
@once
def discard(request: CallerRequest, file_id: UUID) -> Schema:
    """Forget a file that was never carried out, and everything it says of people."""
    _seen(request.auth, file_id)
    discard_order_file(order_file_id=file_id, by=request.auth.actor, at=timezone.now())
    return _answer(request, file_id)


@router.get(
    "/{uuid:file_id}/results",
    response={200: None, **READ},
    openapi_extra=SHEET,
    summary="Fetch what came of a file",
)
def results(request: CallerRequest, file_id: UUID) -> HttpResponse:
    """Give a CSV file with a line for each entitlement, and for each row that came to none."""
    seen = _seen(request.auth, file_id)
    return csv_download(result_lines(file_id), name=f"results-{seen.name}.csv")


def _named(caller: Caller, slug: str) -> dict[str, Any]:
    """
    Say which connection is meant: the key's own, or for a key of the house the one it names.

    :raises KeyUnbound: if it is a partner's, and bound to none.
    """
    if caller.connection_id is None and not caller.is_partner:
        return {"slug": slug}
    return {"pk": caller.bound_to, **({"slug": slug} if slug else {})}


def _seen(caller: Caller, file_id: UUID) -> FileSeen:
    """
    Give a file that this caller may see.

    :raises NotFound: if there is none, or it is another connection's.
    :raises KeyUnbound: if the key is a partner's, and bound to none.
    """
    is_bound = caller.connection_id is not None or caller.is_partner
    return one_order_file(file_id, connection_id=caller.bound_to if is_bound else None)


def _answer(request: CallerRequest, file_id: UUID) -> OrderFileAnswer:
    return OrderFileAnswer.of(_seen(request.auth, file_id))


def _columns(text: str) -> dict[str, str]:
    try:
        found = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise FileUnreadable("The columns are not JSON.") from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise FileUnreadable("The columns are no mapping of what is meant to headings.")
    return found
