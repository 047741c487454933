"""What does a channel call our products, and what has nobody mapped yet?"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from counterfoil.models import ExceptionCase, ProductMapping
from counterfoil.rules.exceptions import ExceptionKind

MOST = 1_000  # open exceptions looked at, the oldest first


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapped:
    """One key; without a product its lines are ignored on purpose."""

    key: str
    sku: str
    product: str
    entitlements_per_unit: int

    @property
    def is_ignored(self) -> bool:
        """Tell whether such lines are left out."""
        return not self.sku


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmapped:
    """Something that was paid for and that nobody has mapped; ``keys`` are tried in this order."""

    slug: str
    connection: str
    keys: tuple[str, ...]
    description: str
    orders: int
    quantity: int
    oldest_at: datetime
    mapped_as: str = ""
    """The key by which it was mapped since; its orders only wait to be asked for again."""


def mapped(slug: str) -> tuple[Mapped, ...]:
    """List what is mapped for a connection, by key."""
    rows = ProductMapping.objects.filter(connection__slug=slug).select_related("product")
    return tuple(
        Mapped(
            key=row.key,
            sku=row.product.sku if row.product else "",
            product=row.product.name if row.product else "",
            entitlements_per_unit=row.entitlements_per_unit,
        )
        for row in rows.order_by("key")
    )


def unmapped(slug: str = "") -> tuple[Unmapped, ...]:
    """List what paid orders name and nobody has mapped, what most orders wait for first."""
    found: dict[tuple[str, tuple[str, ...]], Unmapped] = {}
    orders: dict[tuple[str, tuple[str, ...]], set[UUID | None]] = {}
    for case in _open(slug):
        connection = case.purchase.connection if case.purchase else None
        keys = _keys(case)
        if connection is None or not keys:
            continue
        about = connection.slug, keys
        orders.setdefault(about, set()).add(case.purchase_id)
        before = found.get(about)
        found[about] = Unmapped(
            slug=connection.slug,
            connection=connection.name,
            keys=keys,
            description=str(case.evidence.get("description", ""))[:200],
            orders=len(orders[about]),
            quantity=(before.quantity if before else 0) + _quantity(case),
            oldest_at=min(before.oldest_at, case.opened_at) if before else case.opened_at,
        )
    since = set(ProductMapping.objects.values_list("connection__slug", "key"))
    for about, one in found.items():
        now = next((key for key in one.keys if (one.slug, key) in since), "")
        found[about] = replace(one, mapped_as=now)
    return tuple(sorted(found.values(), key=lambda one: (-one.orders, one.slug, one.keys)))


def waiting_for(slug: str, key: str) -> tuple[UUID, ...]:
    """Name the purchases that wait for this key to be mapped."""
    ids = {case.purchase_id for case in _open(slug) if key in _keys(case) and case.purchase_id}
    return tuple(sorted(ids))


def _open(slug: str) -> list[ExceptionCase]:
    rows = ExceptionCase.objects.filter(
        kind=ExceptionKind.UNMAPPED_PRODUCT.value, resolved_at=None, purchase__isnull=False
    )
    rows = rows.filter(purchase__connection__slug=slug) if slug else rows
    return list(rows.select_related("purchase__connection").order_by("pk")[:MOST])


def _keys(case: ExceptionCase) -> tuple[str, ...]:
    keys = case.evidence.get("product_keys")
    return tuple(str(key) for key in keys) if isinstance(keys, list) else ()


def _quantity(case: ExceptionCase) -> int:
    quantity = case.evidence.get("quantity")
    return quantity if isinstance(quantity, int) else 0
