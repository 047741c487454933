"""Rows of a search: enough to recognise the right one, with people masked and no code."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from counterfoil.models import Assignment, Code, Entitlement, GrantRecord, Person, Purchase
from counterfoil.rules.lifecycle import HOLDER_STATES, State


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """
    A purchase, or one entitlement; ``handle`` is empty where the whole purchase is meant.

    ``because`` says in a few words what of it was looked for, where the row does not show that.
    """

    purchase_id: UUID | None
    reference: str
    channel: str
    at: datetime
    is_test: bool
    buyer: str = ""
    handle: str = ""
    product: str = ""
    state: State | None = None
    flags: tuple[str, ...] = ()
    last_four: str = ""
    holder: str = ""
    because: str = ""

    @property
    def where(self) -> str:
        """Say under which name its trace is found: the handle, or the id of the purchase."""
        return self.handle or str(self.purchase_id)

    def without_people(self) -> "Hit":
        """Leave out whom it concerns, for somebody who has not shown to know that."""
        return replace(self, buyer="", holder="")


def masked(person: Person | None) -> str:
    """Show whose it is to whoever knows already; what was erased stays erased."""
    if person is None:
        return ""
    contact = person.contact()
    return contact.masked if contact else "erased person"


def flags_of(unit: Entitlement, *, now: datetime) -> tuple[str, ...]:
    """Give what stands beside the state: a hold, the end of validity."""
    flags = ["on_hold"] if unit.held_count else []
    over = unit.expires_at is not None and unit.expires_at <= now
    if over and State(unit.state) not in HOLDER_STATES | {State.REVOKED}:
        flags.append("expired")
    return tuple(flags)


def channel_of(purchase: Purchase | None) -> str:
    """Name where it was bought."""
    if purchase is None:
        return "batch"
    return purchase.connection.name if purchase.connection else "granted"


def reference_of(purchase: Purchase) -> str:
    """Give the name staff know it by: that of the order, or the case a grant is about."""
    grant: GrantRecord | None = getattr(purchase, "grantrecord", None)
    return grant.reference if grant else purchase.called


def unit_hits(units: Collection[UUID], *, now: datetime) -> tuple[Hit, ...]:
    """Read these entitlements, the newest first, in three queries."""
    if not units:
        return ()
    held = Assignment.objects.filter(ended_at=None).select_related("account__person")
    rows = (
        Entitlement.objects.filter(pk__in=units)
        .select_related(
            "product", "batch", "purchase__connection", "purchase__buyer", "purchase__grantrecord"
        )
        .prefetch_related(
            Prefetch("codes", Code.objects.order_by("-created_at"), to_attr="newest_codes"),
            Prefetch("assignments", held, to_attr="open_assignments"),
        )
        .order_by("-pk")
    )
    return tuple(_unit_hit(row, now) for row in rows)


def _printed(unit: Entitlement) -> str:
    """Name what was printed and not sold by what stands on the box."""
    return f"{unit.batch.name} {unit.batch_ordinal}" if unit.batch else ""


def _unit_hit(unit: Entitlement, now: datetime) -> Hit:
    codes: list[Code] = getattr(unit, "newest_codes")  # noqa: B009 - put there by the prefetch
    held: list[Assignment] = getattr(unit, "open_assignments")  # noqa: B009
    return Hit(
        purchase_id=unit.purchase_id,
        reference=reference_of(unit.purchase) if unit.purchase else _printed(unit),
        channel=channel_of(unit.purchase),
        at=unit.created_at,
        is_test=unit.is_test,
        buyer=masked(unit.purchase.buyer) if unit.purchase else "",
        handle=unit.handle,
        product=unit.product.name,
        state=State(unit.state),
        flags=flags_of(unit, now=now),
        last_four=codes[0].last_four if codes else "",
        holder=masked(held[0].account.person) if held else "",
    )


def purchase_hits(purchases: Collection[UUID]) -> tuple[Hit, ...]:
    """Read these purchases, the newest first, in one query."""
    if not purchases:
        return ()
    rows = Purchase.objects.filter(pk__in=purchases).select_related(
        "connection", "buyer", "grantrecord"
    )
    return tuple(
        Hit(
            purchase_id=row.pk,
            reference=reference_of(row),
            channel=channel_of(row),
            at=row.created_at,
            is_test=row.is_test,
            buyer=masked(row.buyer),
        )
        for row in rows.order_by("-pk")
    )


def because(hits: Iterable[Hit], why: str) -> tuple[Hit, ...]:
    """Say of each of these why it was found."""
    return tuple(replace(hit, because=why) for hit in hits)


def only_of(hits: Iterable[Hit]) -> Hit | None:
    """Give the one thing all of these are about: an entitlement, or else the one purchase."""
    rows = list(hits)
    if len(rows) == 1:
        return rows[0]
    if rows and rows[0].purchase_id and len({row.purchase_id for row in rows}) == 1:
        return replace(rows[0], handle="", product="", state=None, flags=(), last_four="")
    return None
