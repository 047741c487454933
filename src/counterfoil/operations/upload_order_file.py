"""Take in a file with orders, and say what would become of each row."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from counterfoil.channels.order_file_reading import Choices, Reading, open_file
from counterfoil.conf import conf
from counterfoil.errors import NotFound
from counterfoil.models import Connection, OrderFile
from counterfoil.operations._order_files import (
    audit,
    choices_as_kept,
    chosen_before,
    judge,
    keep_rows,
    reading_as_kept,
)
from counterfoil.operations._partnering import require_partner_active
from counterfoil.rules.order_files import FileStatus
from counterfoil.rules.people import Actor

CHANNEL = "order_file"


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """The file as it is kept, and whether it was kept already."""

    order_file: OrderFile
    is_repeated: bool


@transaction.atomic
def upload_order_file(
    *,
    connection: Connection,
    name: str,
    content: bytes,
    choices: Choices,
    by: Actor,
    at: datetime,
) -> Upload:
    """
    Keep a file with orders and judge its rows; nothing is issued before it is confirmed.

    The same bytes are the same file: uploaded again it is given as it stands, and one that was
    discarded is taken up anew. Headings that had to be explained once are known the next time.

    :raises NotFound: if no files are taken through this connection.
    :raises FileTooLarge: if it has more bytes or rows than are read.
    :raises FileUnreadable: if it is no list of orders at all.
    :raises PartnerSuspended: if a suspended partner sends it.
    """
    require_partner_active(by)
    if connection.channel != CHANNEL or not connection.enabled:
        raise NotFound("No order files are taken through this connection.")
    choices = replace(choices, currency=choices.currency or connection.options.get("currency", ""))
    reading = open_file(content, choices=choices, limit=conf.ORDER_FILE_MAX_BYTES)
    if reading.heading.missing and not choices.columns:
        choices = replace(choices, columns=chosen_before(connection, reading))
        reading = open_file(content, choices=choices, limit=conf.ORDER_FILE_MAX_BYTES)
    order_file = OrderFile(
        connection=connection,
        name="".join(filter(str.isprintable, name)).strip()[-200:] or "orders",
        sha256=hashlib.sha256(content).digest(),
        size=len(content),
        status=FileStatus.CHECKED.value,
        uploaded_by=by.id,
        uploaded_for=by.display or by.id,
        uploaded_at=at,
        judged_at=at,
    )
    order_file.seal_content(content)
    OrderFile.objects.bulk_create([order_file], ignore_conflicts=True)
    known = OrderFile.objects.select_for_update(of=("self",)).get(
        connection=connection, sha256=order_file.sha256
    )
    if known.pk != order_file.pk and known.status != FileStatus.DISCARDED:
        return Upload(order_file=known, is_repeated=True)
    if known.pk != order_file.pk:
        known.status, known.closed_at = FileStatus.CHECKED.value, None
        known.uploaded_by, known.uploaded_for = order_file.uploaded_by, order_file.uploaded_for
        known.uploaded_at = at
        known.seal_content(content)
    _read(known, content, choices, reading, at=at)
    audit("upload_order_file", known, by=by, at=at, rows=known.row_count)
    return Upload(order_file=known, is_repeated=False)


def _read(
    order_file: OrderFile, content: bytes, choices: Choices, reading: Reading, *, at: datetime
) -> None:
    order_file.choices = choices_as_kept(choices)
    order_file.reading = reading_as_kept(reading)
    keep_rows(order_file, content, reading)
    judge(order_file, at=at)
    order_file.save()
