"""Make the encrypted file from which a batch is printed."""

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import BatchNotReady
from counterfoil.models import Batch, Code, CodeState, PrintFile
from counterfoil.models.ids import handle_of
from counterfoil.operations._batching import lock_batch, note
from counterfoil.rules.batches import Step
from counterfoil.rules.codes import display
from counterfoil.rules.envelopes import read_recipient
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Actor

COLUMNS = ("ordinal", "code", "handle", "qr")


@transaction.atomic
def make_print_file(
    *, batch_id: UUID, number: int, claim_page: str, by: Actor, at: datetime
) -> PrintFile:
    """
    Open the codes of a batch, and keep them encrypted for whoever prints until they fetch them.

    Only units that were not sold or withdrawn are in it. In the clear they exist nowhere but in
    this process. ``claim_page`` is where the QR code leads. A file of this ``number`` that was made
    before is given as it is.

    :raises NotFound: if there is no such batch.
    :raises BatchNotReady: if it is not minted yet, was recalled, or its codes cannot be read
        any more.
    :raises RecipientKeyRefused: if the certificate has expired in the meantime.
    """
    batch = lock_batch(batch_id)
    made = batch.print_files.filter(number=number).first()
    if made is not None:
        return made
    if batch.minted_at is None or batch.recalled_at is not None:
        raise BatchNotReady("It is not minted, or was recalled.")
    if batch.codes_dropped_at is not None:  # after it was asked for, and before it was approved
        raise BatchNotReady("Its codes are not kept readable any more.")
    recipient = read_recipient(batch.certificate, at=at)
    sealed = recipient.encrypt(_table(batch, claim_page).encode())
    file = PrintFile.objects.create(
        batch=batch,
        number=number,
        content=sealed,
        digest=hashlib.sha256(sealed).hexdigest(),
        size=len(sealed),
        made_at=at,
    )
    note(batch, Step.FILE_MADE, by=by, at=at, number=number, digest=file.digest, size=file.size)
    return file


def _table(batch: Batch, claim_page: str) -> str:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    rows.writerows(_rows(batch, claim_page))
    return text.getvalue()


def _rows(batch: Batch, claim_page: str) -> Iterator[tuple[int, str, str, str]]:
    codes = (
        Code.objects.filter(
            entitlement__batch=batch,
            entitlement__state=State.MINTED,
            state=CodeState.LIVE,
            ciphertext__isnull=False,
        )
        .select_related("entitlement")
        .order_by("entitlement__batch_ordinal")
    )
    for code in codes.iterator(chunk_size=5_000):
        printed, unit = display(code.opened()), code.entitlement
        yield unit.batch_ordinal or 0, printed, handle_of(unit.pk), f"{claim_page}#{printed}"
