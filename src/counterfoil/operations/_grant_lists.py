"""Lists of grants: reading one under its lock, judging its rows, handing it to the background."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from counterfoil.errors import GrantListChanged, NotFound, ReferenceUnknown
from counterfoil.models import Approval, GrantList, GrantListRow, GrantListStatus, Product
from counterfoil.operations._granting import found_reference, named
from counterfoil.operations.request_job import request_job
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.grant_lists import GrantFault, GrantSaid
from counterfoil.rules.grants import MOST, ReferenceKind
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import Actor, normalise_mail
from counterfoil.rules.remarks import masked_remark


def lock_list(list_id: UUID) -> GrantList:
    """
    Lock and read a list.

    :raises NotFound: if there is none.
    """
    lists = GrantList.objects.select_for_update(of=("self",)).select_related("partner", "job")
    found = lists.filter(pk=list_id).first()
    if found is None:
        raise NotFound("There is no such list of grants.")
    return found


def judge(grant_list: GrantList, rows: Sequence[GrantListRow]) -> None:
    """Say of each row what it comes to now, or what stands against it, without saving."""
    products = {one.sku: one for one in Product.objects.all()}
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        if row.fault == GrantFault.UNREADABLE:
            continue
        said = GrantSaid.from_data(row.recipient())
        fault = _judge(grant_list, row, said, products)
        key = (row.product_id, normalise_mail(said.mail), row.reference_kind, row.reference)
        is_named = bool(said.mail or said.order or said.account or said.case)
        if fault is None and is_named and seen.setdefault(key, row.number) != row.number:
            fault = GrantFault.REPEATED
        row.fault = fault.value if fault else ""


def _judge(
    grant_list: GrantList, row: GrantListRow, said: GrantSaid, products: dict[str, Product]
) -> GrantFault | None:
    row.product = products.get(said.product)
    row.quantity = said.units()
    row.reference, row.reference_kind = grant_list.reference, grant_list.reference_kind
    if not said.product:
        return GrantFault.NO_PRODUCT
    if row.product is None:
        return GrantFault.UNKNOWN_PRODUCT
    if not 1 <= row.quantity <= MOST:
        return GrantFault.QUANTITY
    if said.mail and normalise_mail(said.mail) is None:
        return GrantFault.ADDRESS
    if sum(map(bool, (said.order, said.account, said.case))) > 1:
        return GrantFault.TOO_MANY_REFERENCES
    return _refer(row, said)


def _refer(row: GrantListRow, said: GrantSaid) -> GrantFault | None:
    """Find what a row is about, where it says something else than its list."""
    for kind, text, fault in (
        (ReferenceKind.ORDER, said.order, GrantFault.ORDER_UNKNOWN),
        (ReferenceKind.ACCOUNT, said.account, GrantFault.ACCOUNT_UNKNOWN),
        (ReferenceKind.CASE, said.case, None),
    ):
        if text:
            try:
                row.reference = _kept(kind, found_reference(kind, text.strip()))
            except ReferenceUnknown:
                return fault
            row.reference_kind = kind.value
    return None


def _kept(kind: ReferenceKind, reference: str) -> str:
    """Name a case kept elsewhere without codes and addresses; what we have is named by us."""
    return masked_remark(reference)[:200] if kind is ReferenceKind.CASE else reference[:200]


def good(rows: Sequence[GrantListRow]) -> list[GrantListRow]:
    """Give the rows against which nothing stands."""
    return [row for row in rows if not row.fault]


def save(rows: Sequence[GrantListRow]) -> None:
    """Keep what rows were found to come to."""
    columns = ["product", "quantity", "reference", "reference_kind", "fault"]
    GrantListRow.objects.bulk_update(rows, columns, batch_size=500)


def subject_of(grant_list: GrantList) -> str:
    """Name the next request for a list: one that was rejected or lapsed can be made anew."""
    asked = Approval.objects.filter(
        kind=ApprovalKind.GRANT_LIST.value, subject__startswith=f"{grant_list.pk}:"
    )
    return f"{grant_list.pk}:{asked.count() + 1}"


def last_request(grant_list: GrantList) -> Approval | None:
    """Give the newest request for a second person about a list."""
    asked = Approval.objects.filter(
        kind=ApprovalKind.GRANT_LIST.value, subject__startswith=f"{grant_list.pk}:"
    )
    return asked.order_by("-requested_at", "-pk").first()


def as_approved(request: Approval, *, approved_by: Actor, at: datetime) -> GrantList:
    """
    Have a list carried out that a second person approved, if it is still what was asked for.

    :raises GrantListChanged: if it was taken back, or rows have come to something else since.
    """
    grant_list = lock_list(UUID(request.subject.partition(":")[0]))
    if grant_list.status != GrantListStatus.REQUESTED:
        raise GrantListChanged("The list was taken back meanwhile; nothing was granted.")
    asked = request.parameters()
    rows = list(grant_list.rows.filter(fault="").order_by("number"))
    judge(grant_list, rows)
    bad = [row for row in rows if row.fault]
    if bad or sum(row.quantity for row in rows) != asked["quantity"]:
        raise GrantListChanged(
            f"{len(bad)} of {len(rows)} rows cannot be granted any more, beginning with row"
            f" {bad[0].number}. Reject it; it can be asked for anew."
            if bad
            else "The rows come to another number than was asked for. Reject it."
        )
    save(rows)
    grant_list.approved_by = approved_by.id
    return hand_over(grant_list, rows, by=request.requester, at=at)


def hand_over(
    grant_list: GrantList, rows: Sequence[GrantListRow], *, by: Actor, at: datetime
) -> GrantList:
    """Have the good rows granted in the background, in the name of whoever answers for them."""
    grant_list.status, grant_list.confirmed_at = GrantListStatus.CONFIRMED, at
    grant_list.requested_by, grant_list.requested_for = by.id, (by.display or by.id)[:100]
    grant_list.job = request_job(
        kind=JobKind.GRANT_LIST,
        key=str(grant_list.pk),
        parameters={"list": str(grant_list.pk), "by": named(by)},
        total=len(rows),
        by=by,
        at=at,
    )
    grant_list.save()
    return grant_list
