"""Take in a list of recipients, and say what stands against each row."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import transaction

from counterfoil.channels.recipient_file import Recipient
from counterfoil.errors import FileUnreadable
from counterfoil.models import Handout, HandoutRow, HandoutStatus
from counterfoil.operations._handouts import judge, partner_handing_out, refuse_foreign
from counterfoil.rules.gifts import zone_named
from counterfoil.rules.handouts import Mode, RowFault, Said, Source
from counterfoil.rules.people import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One row of the list: its number, what it says, and whether it could be read at all."""

    number: int
    said: Said
    is_readable: bool = True

    @classmethod
    def read(cls, one: Recipient) -> Self:
        """Take over a row of a file."""
        said = Said(
            mail=one.mail,
            name=one.name,
            message=one.message,
            send_on=one.send_on,
            language=one.language,
        )
        return cls(number=one.number, said=said, is_readable=one.is_readable)

    def or_else(self, default: Said) -> Self:
        """Fill in what the row does not say."""
        return replace(self, said=self.said.or_else(default))


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """The list as it is kept, and whether it was kept already."""

    handout: Handout
    is_repeated: bool


@transaction.atomic
def upload_handout(
    *,
    partner_id: UUID,
    source: Source,
    name: str,
    content: bytes,
    rows: Iterable[Listed],
    mode: Mode,
    time_zone: str,
    by: Actor,
    at: datetime,
) -> Upload:
    """
    Keep a list of recipients and judge its rows; nothing is given before it is confirmed.

    ``content`` is what tells one list from another: the same for the same product is the same
    hand-out, and once that was confirmed it is given as it stands, so that nobody is sent a thing
    twice. One that waits to be confirmed is read anew.

    :raises PartnerSuspended: if the partner may hand out nothing.
    :raises NotFound: if it has no such product, allotment or reservation.
    :raises FileUnreadable: if there is no row in it.
    :raises GiftDateInvalid: if there is no such time zone.
    """
    partner_handing_out(partner_id, by)
    time_zone = zone_named(time_zone).key if time_zone else ""
    refuse_foreign(partner_id, source)
    digest = hashlib.sha256(content).digest()
    handouts = Handout.objects.exclude(status=HandoutStatus.DISCARDED)
    known = handouts.filter(partner=partner_id, product=source.product_id, digest=digest).first()
    if known is not None and known.status != HandoutStatus.JUDGED:
        return Upload(handout=known, is_repeated=True)
    handout = known or Handout(
        partner_id=partner_id, product_id=source.product_id, digest=digest, created_at=at
    )
    handout.allotment_id, handout.reservation_id = source.allotment_id, source.reservation_id
    handout.file_name = "".join(filter(str.isprintable, name)).strip()[-200:]
    handout.status, handout.created_by = HandoutStatus.JUDGED, by.id
    handout.options = {"mode": mode.value, "time_zone": time_zone}
    handout.save()
    handout.rows.all().delete()
    kept = [_kept(handout, one) for one in rows]
    if not kept:
        raise FileUnreadable("The list is empty.")
    judge(handout, kept, at=at)
    HandoutRow.objects.bulk_create(kept, batch_size=2_000)
    return Upload(handout=handout, is_repeated=False)


def _kept(handout: Handout, one: Listed) -> HandoutRow:
    row = HandoutRow(handout=handout, number=one.number)
    if one.is_readable:
        row.seal_words(dict(one.said.as_data()))
    else:
        row.fault = RowFault.UNREADABLE.value
    return row
