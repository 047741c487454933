"""Which products are there, under which terms were they sold, and what is mapped to them?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection as database
from django.db.models import Count, OuterRef, Q, Subquery

from counterfoil.errors import NotFound
from counterfoil.models import AuditEntry, Connection, Product, ProductMapping, TermsVersion
from counterfoil.rules.terms import Terms

COUNTED_TO = 100_000
"""Beyond this it only matters that there are many."""

COUNT = """
SELECT count(*) FROM (
    SELECT 1 FROM counterfoil_entitlement WHERE terms_id = %s LIMIT %s
) AS counted"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductSeen:
    """One product among others."""

    product: Product
    version: int | None
    since: datetime | None
    mapped: int


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionSeen:
    """One version of a product's terms; ``kept_by`` goes up to :data:`COUNTED_TO` and one."""

    version: int
    terms: Terms
    since: datetime
    until: datetime | None
    who: str
    kept_by: int

    @property
    def is_many(self) -> bool:
        """Tell whether there are more than were counted."""
        return self.kept_by > COUNTED_TO


@dataclass(frozen=True, kw_only=True, slots=True)
class MappedAt:
    """A connection that sells, and by which keys it knows a product; none is a gap."""

    connection: Connection
    keys: tuple[str, ...]


def products_seen() -> Sequence[ProductSeen]:
    """Give all products, those on sale first."""
    newest = TermsVersion.objects.filter(product=OuterRef("pk")).order_by("-version")
    rows = Product.objects.annotate(
        newest_version=Subquery(newest.values("version")[:1]),
        newest_since=Subquery(newest.values("created_at")[:1]),
    ).order_by("-on_sale", "name", "pk")
    mapped = dict(
        ProductMapping.objects.filter(product__isnull=False)
        .values_list("product")
        .annotate(count=Count("connection", distinct=True))
    )
    return [
        ProductSeen(
            product=row,
            version=row.newest_version,
            since=row.newest_since,
            mapped=mapped.get(row.pk, 0),
        )
        for row in rows
    ]


def product_by_id(product_id: UUID) -> Product:
    """
    Give a product.

    :raises NotFound: if there is none.
    """
    found = Product.objects.filter(pk=product_id).first()
    if found is None:
        raise NotFound("There is no such product.")
    return found


def versions_of(product: Product) -> Sequence[VersionSeen]:
    """Give every version of the terms, the newest first, with how many entitlements keep it."""
    who = {
        row.data.get("after"): row.actor_display or row.actor_id
        for row in AuditEntry.objects.filter(
            subject=f"product:{product.sku}", connection=None, act="publish_terms"
        )
    }
    found: list[VersionSeen] = []
    for row in product.terms_versions.order_by("-version"):
        found.append(
            VersionSeen(
                version=row.version,
                terms=row.terms,
                since=row.created_at,
                until=found[-1].since if found else None,
                who=who.get(row.version, ""),
                kept_by=_kept_by(row),
            )
        )
    return found


def mapped_at(product: Product) -> Sequence[MappedAt]:
    """Give every connection that orders come through, with the keys that lead to the product."""
    keys: dict[object, list[str]] = {}
    mappings = ProductMapping.objects.filter(product=product).order_by("key")
    for connection_id, key in mappings.values_list("connection_id", "key"):
        keys.setdefault(connection_id, []).append(key)
    rows = Connection.objects.filter(Q(enabled=True) | Q(pk__in=list(keys))).order_by("name")
    return [MappedAt(connection=row, keys=tuple(keys.get(row.pk, ()))) for row in rows]


def _kept_by(version: TermsVersion) -> int:
    with database.cursor() as cursor:
        cursor.execute(COUNT, [version.pk, COUNTED_TO + 1])
        [count] = cursor.fetchone()
    return int(count)
