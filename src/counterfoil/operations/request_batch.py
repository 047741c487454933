"""Ask for a batch of codes to be printed."""

import re
from datetime import datetime

from django.db import transaction

from counterfoil.errors import BatchInvalid, BatchNameTaken, ReasonMissing
from counterfoil.models import Batch, Partner, Product
from counterfoil.models.ids import uuid7
from counterfoil.operations._approving import ask
from counterfoil.operations._batching import note
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.batches import MOST_UNITS, BatchUse, Step
from counterfoil.rules.envelopes import read_recipient
from counterfoil.rules.people import Actor

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")


@transaction.atomic
def request_batch(
    *,
    name: str,
    product: Product,
    quantity: int,
    certificate: str,
    reason: str,
    by: Actor,
    at: datetime,
    partner: Partner | None = None,
    use: BatchUse = BatchUse.SALE,
) -> Batch:
    """
    Ask for a batch; nothing is minted before a second person has approved it.

    The units are sold under the terms of now. ``certificate`` is that of whoever prints: nobody
    else will be able to open the file, and we neither.

    :raises BatchInvalid: if name or quantity cannot be.
    :raises BatchNameTaken: if there is a batch of this name.
    :raises ReasonMissing: without a reason.
    :raises RecipientKeyRefused: if nothing should be encrypted for this certificate.
    """
    if not reason.strip():
        raise ReasonMissing
    if not NAME.fullmatch(name):
        raise BatchInvalid("A name has 2 to 64 letters, digits, dots, dashes and underscores.")
    if not 1 <= quantity <= MOST_UNITS:
        raise BatchInvalid(f"A batch has from 1 to {MOST_UNITS:,} units.")
    recipient = read_recipient(certificate, at=at)
    batch = Batch(
        id=uuid7(),
        name=name,
        product=product,
        terms=product.newest_terms(),
        partner=partner,
        is_test=use is BatchUse.TEST,
        quantity=quantity,
        reason=reason.strip(),
        certificate=recipient.pem,
        key_fingerprint=recipient.fingerprint,
        key_name=recipient.name,
        requested_at=at,
    )
    Batch.objects.bulk_create([batch], ignore_conflicts=True)
    if not Batch.objects.filter(pk=batch.pk).exists():
        raise BatchNameTaken
    about = {"quantity": quantity, "key": batch.key_fingerprint}
    note(batch, Step.ASKED, by=by, at=at, comment=reason, **about)
    ask(
        kind=ApprovalKind.BATCH,
        subject=str(batch.pk),
        parameters=_as_asked(batch),
        by=by,
        at=at,
    )
    return batch


def _as_asked(batch: Batch) -> dict[str, str | int]:
    """Give what whoever approves it reads."""
    return {
        "batch": str(batch.pk),
        "name": batch.name,
        "product": batch.product.name,
        "quantity": batch.quantity,
        "reason": batch.reason,
        "printer": batch.key_name,
        "key": batch.key_fingerprint,
    }
