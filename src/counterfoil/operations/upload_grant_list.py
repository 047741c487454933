"""Take in a list of grants, and say what would become of each row."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction

from counterfoil.channels.grant_file import GrantLine
from counterfoil.errors import FileUnreadable, OrderInvalid, ReasonMissing
from counterfoil.models import GrantList, GrantListRow, GrantListStatus, Partner, Product
from counterfoil.operations._auditing import note
from counterfoil.operations._grant_lists import judge
from counterfoil.operations._granting import found_reference
from counterfoil.rules.grant_lists import GrantFault
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.people import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """The list as it is kept, and whether it was kept already."""

    grant_list: GrantList
    is_repeated: bool


@transaction.atomic
def upload_grant_list(
    *,
    name: str,
    content: bytes,
    rows: Iterable[GrantLine],
    product: Product | None,
    category: GrantCategory,
    reason: str,
    reference: str,
    reference_kind: ReferenceKind,
    partner: Partner | None,
    by: Actor,
    at: datetime,
) -> Upload:
    """
    Keep a list and judge its rows; nothing is granted before it is confirmed.

    ``product`` is what rows get that name none, ``reference`` what those are about that say
    nothing else. The same file about the same thing is the same list: nothing is given twice
    because somebody uploaded it twice. One that nobody confirmed yet is judged anew.

    :raises ReasonMissing: without a reason or a reference.
    :raises ReferenceUnknown: if the order or account is not there.
    :raises OrderInvalid: if category and partner do not go together.
    :raises FileUnreadable: if there is no row in it.
    """
    if not reason.strip() or not reference.strip():
        raise ReasonMissing
    if (partner is None) is (category is GrantCategory.PARTNER_DISTRIBUTION):
        raise OrderInvalid("A partner is named for partner distribution, and for nothing else.")
    about = found_reference(reference_kind, reference.strip())[:200]
    digest = hashlib.sha256(b"\0".join((content, category.encode(), about.encode()))).digest()
    with connection.cursor() as cursor:  # two who send the same file at once
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:7])])
    lists = GrantList.objects.exclude(status=GrantListStatus.DISCARDED)
    known = lists.select_for_update().filter(digest=digest).first()
    if known is not None and known.status != GrantListStatus.JUDGED:
        return Upload(grant_list=known, is_repeated=True)
    grant_list = known or GrantList(digest=digest, created_at=at)
    grant_list.file_name = "".join(filter(str.isprintable, name)).strip()[-200:]
    grant_list.category, grant_list.partner = category.value, partner
    grant_list.reason, grant_list.reference = reason.strip()[:200], about
    grant_list.reference_kind, grant_list.status = reference_kind.value, GrantListStatus.JUDGED
    grant_list.requested_by, grant_list.requested_for = by.id, (by.display or by.id)[:100]
    grant_list.save()
    grant_list.rows.all().delete()
    kept = [_kept(grant_list, one, product) for one in rows]
    if not kept:
        raise FileUnreadable("The list is empty.")
    judge(grant_list, kept)
    GrantListRow.objects.bulk_create(kept, batch_size=2_000)
    data = {"rows": len(kept), "category": category.value, "reference": about}
    note("upload_grant_list", connection=None, subject=str(grant_list.pk), by=by, at=at, data=data)
    return Upload(grant_list=grant_list, is_repeated=False)


def _kept(grant_list: GrantList, one: GrantLine, product: Product | None) -> GrantListRow:
    row = GrantListRow(grant_list=grant_list, number=one.number)
    if not one.is_readable:
        row.fault = GrantFault.UNREADABLE.value
        return row
    said = one.said if one.said.product or not product else replace(one.said, product=product.sku)
    row.seal_recipient(dict(said.as_data()))
    return row
