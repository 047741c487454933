"""Entitlements as a list shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from counterfoil.models import Assignment, Code, Entitlement, Person
from counterfoil.queries._hits import channel_of, flags_of, masked, reference_of
from counterfoil.queries.listing import in_order
from counterfoil.rules.lifecycle import State

CODES = Code.objects.defer("ciphertext", "lookup").order_by("-created_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitInList:
    """One entitlement among others; people are masked, and of its code the last four are told."""

    id: UUID
    handle: str
    product: str
    sku: str
    state: State
    flags: tuple[str, ...]
    is_test: bool
    last_four: str
    code_state: str
    purchase_id: UUID | None
    reference: str
    channel: str
    source: str
    category: str
    partner: str
    partner_slug: str
    buyer: str
    holder: str
    issued_at: datetime
    expires_at: datetime | None


def units_in_list(ids: Sequence[UUID], *, now: datetime) -> Sequence[UnitInList]:
    """Read these, in this order, in four queries."""
    held = Assignment.objects.filter(ended_at=None).select_related("account__person")
    rows = (
        Entitlement.objects.filter(pk__in=ids)
        .select_related(
            *("product", "partner", "batch"),
            *("purchase__connection", "purchase__buyer", "purchase__grantrecord"),
        )
        .prefetch_related(
            Prefetch("codes", CODES, to_attr="newest_codes"),
            Prefetch("assignments", held, to_attr="open_assignments"),
        )
    )
    faces = Faces()
    return in_order(ids, [_told(row, now, faces) for row in rows])


class Faces:
    """People, masked; each address is opened once however often it is shown."""

    def __init__(self) -> None:
        self._known: dict[UUID, str] = {}

    def of(self, person: Person | None) -> str:
        """Show whose it is, masked."""
        if person is None:
            return ""
        if person.pk not in self._known:
            self._known[person.pk] = masked(person)
        return self._known[person.pk]


def _told(unit: Entitlement, now: datetime, faces: Faces) -> UnitInList:
    codes: list[Code] = getattr(unit, "newest_codes")  # noqa: B009 - put there by the prefetch
    held: list[Assignment] = getattr(unit, "open_assignments")  # noqa: B009
    purchase, batch = unit.purchase, unit.batch
    printed = f"{batch.name} {unit.batch_ordinal}" if batch else ""
    grant = getattr(purchase, "grantrecord", None)
    return UnitInList(
        id=unit.pk,
        handle=unit.handle,
        product=unit.product.name,
        sku=unit.product.sku,
        state=State(unit.state),
        flags=flags_of(unit, now=now),
        is_test=unit.is_test,
        last_four=codes[0].last_four if codes else "",
        code_state=codes[0].state if codes else "",
        purchase_id=unit.purchase_id,
        reference=reference_of(purchase) if purchase else printed,
        channel=channel_of(purchase),
        source=purchase.kind if purchase else "batch",
        category=grant.category if grant else "",
        partner=unit.partner.name if unit.partner else "",
        partner_slug=unit.partner.slug if unit.partner else "",
        buyer=faces.of(purchase.buyer) if purchase else "",
        holder=faces.of(held[0].account.person) if held else "",
        issued_at=unit.created_at,
        expires_at=unit.expires_at,
    )
