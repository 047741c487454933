"""Which lists of grants are there, what stands against their rows, and what came of each?"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Sum

from counterfoil.errors import NotFound
from counterfoil.models import Approval, GrantList, GrantListRow, GrantListStatus
from counterfoil.queries.grant_words import FAULTS, OUTCOMES
from counterfoil.queries.words import worded
from counterfoil.rules.approvals import ApprovalKind, Standing
from counterfoil.rules.grant_lists import GRANTED, GrantSaid
from counterfoil.rules.people import mask_mail, normalise_mail
from counterfoil.rules.spreadsheets import formula_safe

LISTS, ROWS = 25, 100


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantListSeen:
    """
    A list as it is told of.

    ``request_id`` is the newest request for a second person, and ``request`` how that stands;
    ``is_halted`` says that its work was stopped, or failed.
    """

    id: UUID
    name: str
    category: str
    reason: str
    reference: str
    reference_kind: str
    partner: str
    status: str
    who_id: str
    who: str
    approved_by: str
    created_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    job_id: UUID | None
    is_halted: bool
    good: int
    bad: int
    units: int
    granted: int
    refused: int
    request_id: UUID | None
    request: str
    request_comment: str
    request_for: str

    @property
    def rows(self) -> int:
        """Give how many rows there are."""
        return self.good + self.bad


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantRowSeen:
    """One row: what is given to whom, masked, what stands against it, and what came of it."""

    number: int
    sku: str
    product: str
    quantity: str
    mail: str
    reference: str
    reference_kind: str
    fault: str
    outcome: str
    purchase_id: UUID | None


def grant_lists(*, now: datetime, before: UUID | None = None) -> tuple[GrantListSeen, ...]:
    """Give a page of lists, the newest first, without those that were thrown away."""
    rows = GrantList.objects.exclude(status=GrantListStatus.DISCARDED)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = rows.select_related("job", "partner").order_by("-pk")[:LISTS]
    return tuple(_seen(one, now) for one in found)


def one_grant_list(list_id: UUID, *, now: datetime) -> GrantListSeen:
    """
    Give one list.

    :raises NotFound: if there is none.
    """
    found = GrantList.objects.select_related("job", "partner").filter(pk=list_id).first()
    if found is None:
        raise NotFound("There is no such list of grants.")
    return _seen(found, now)


def grant_rows(
    list_id: UUID, *, which: str = "", after: int = 0, most: int = ROWS
) -> tuple[GrantRowSeen, ...]:
    """Give rows in the order of the file; ``which``: ``good``, ``bad``, ``refused``, a fault."""
    rows = GrantListRow.objects.filter(grant_list=list_id, number__gt=after)
    match which:
        case "good":
            rows = rows.filter(fault="")
        case "bad":
            rows = rows.exclude(fault="")
        case "refused":
            rows = rows.exclude(outcome__in=["", GRANTED])
        case "":
            pass
        case fault:
            rows = rows.filter(fault=fault)
    return tuple(_row(one) for one in rows.select_related("product").order_by("number")[:most])


def faults_of(list_id: UUID) -> Mapping[str, int]:
    """Count the rows of a list by what stands against them."""
    rows = GrantListRow.objects.filter(grant_list=list_id).exclude(fault="").order_by()
    return {one["fault"]: one["n"] for one in rows.values("fault").annotate(n=Count("pk"))}


def by_product(list_id: UUID) -> list[tuple[str, int]]:
    """Count what the good rows of a list give, by product."""
    rows = GrantListRow.objects.filter(grant_list=list_id, fault="").order_by()
    counted = rows.values("product__name").annotate(n=Sum("quantity"))
    return sorted((one["product__name"], one["n"]) for one in counted)


def result_lines(list_id: UUID) -> Iterator[str]:
    """Write what came of every row as lines of a spreadsheet; addresses masked, without codes."""
    yield _line("row", "product", "quantity", "recipient", "about", "result", "purchase")
    after = 0
    while some := grant_rows(list_id, after=after, most=1_000):
        for one in some:
            told = worded(FAULTS, one.fault) if one.fault else ""
            told = told or (worded(OUTCOMES, one.outcome) if one.outcome else "not granted yet")
            about = f"{one.reference_kind} {one.reference}".strip()
            purchase = str(one.purchase_id or "")
            yield _line(one.number, one.sku, one.quantity, one.mail, about, told, purchase)
        after = some[-1].number


def _line(*cells: object) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([formula_safe(cell) for cell in cells])
    return buffer.getvalue()


def _row(one: GrantListRow) -> GrantRowSeen:
    said = GrantSaid.from_data(one.recipient())
    address = normalise_mail(said.mail)
    return GrantRowSeen(
        number=one.number,
        sku=one.product.sku if one.product else said.product,
        product=one.product.name if one.product else "",
        quantity=said.quantity if one.fault else str(one.quantity),
        mail=mask_mail(address) if address else "•••" if said.mail else "",
        reference=one.reference if not one.fault else "",
        reference_kind=one.reference_kind if not one.fault else "",
        fault=one.fault,
        outcome=one.outcome,
        purchase_id=one.purchase_id,
    )


def _seen(one: GrantList, now: datetime) -> GrantListSeen:
    asked = Approval.objects.filter(
        kind=ApprovalKind.GRANT_LIST.value, subject__startswith=f"{one.pk}:"
    )
    request = asked.order_by("-requested_at", "-pk").first()
    rows = one.rows.order_by()
    good = rows.filter(fault="")
    done = good.exclude(outcome="")
    standing = request.standing(now) if request else ""
    is_open = one.status == GrantListStatus.REQUESTED and standing != Standing.WAITING
    return GrantListSeen(
        id=one.pk,
        name=one.file_name,
        category=one.category,
        reason=one.reason,
        reference=one.reference,
        reference_kind=one.reference_kind,
        partner=one.partner.name if one.partner else "",
        status=GrantListStatus.JUDGED.value if is_open else one.status,
        who_id=one.requested_by,
        who=one.requested_for or one.requested_by,
        approved_by=one.approved_by,
        created_at=one.created_at,
        confirmed_at=one.confirmed_at,
        finished_at=one.finished_at,
        job_id=one.job_id,
        is_halted=one.status == GrantListStatus.CONFIRMED
        and (one.job is None or one.job.finished_at is not None),
        good=good.count(),
        bad=rows.exclude(fault="").count(),
        units=good.aggregate(n=Sum("quantity"))["n"] or 0,
        granted=done.filter(outcome=GRANTED).count(),
        refused=done.exclude(outcome=GRANTED).count(),
        request_id=request.pk if request else None,
        request=str(standing),
        request_comment=request.comment if request else "",
        request_for=request.decided_for if request else "",
    )
