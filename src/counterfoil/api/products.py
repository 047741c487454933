"""Products, and the terms under which they are sold."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.lists import AfterName, Limit, NextName, by_name
from counterfoil.api.schemas import READ
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.queries.entitlements import product_by_sku
from counterfoil.queries.products import ProductSeen, VersionSeen, products_seen, versions_of
from counterfoil.rules.scopes import Scope

router = Router(tags=["Products"], auth=ApiKeyBearer(Scope.READ_PRODUCTS))


class ProductListed(Schema):
    """A product, and which version of its terms holds for what is sold now."""

    sku: str = Field(examples=["DNA-STD"])
    name: str
    on_sale: bool = Field(description="In our own checkout.")
    price: int = Field(description="There, in minor units.")
    currency: str
    terms_version: int | None
    terms_since: datetime | None
    connections: int = Field(description="How many know it.")

    @classmethod
    def of(cls, seen: ProductSeen) -> Self:
        """Tell of a product."""
        product = seen.product
        return cls(
            sku=product.sku,
            name=product.name,
            on_sale=product.on_sale,
            price=product.unit_amount,
            currency=product.currency,
            terms_version=seen.version,
            terms_since=seen.since,
            connections=seen.mapped,
        )


class ProductsAnswer(Schema):
    """A page of products, by their SKUs."""

    products: list[ProductListed]
    next: NextName


class TermsAnswer(Schema):
    """One version of the terms; an entitlement keeps the version it was sold under."""

    version: int
    since: datetime
    until: datetime | None
    terms: Mapping[str, Any] = Field(description="By name, as in the reference of terms.")

    @classmethod
    def of(cls, seen: VersionSeen) -> Self:
        """Tell of a version."""
        return cls(
            version=seen.version, since=seen.since, until=seen.until, terms=seen.terms.as_data()
        )


class ProductTermsAnswer(Schema):
    """A product with every version of its terms, the newest first."""

    sku: str
    name: str
    versions: list[TermsAnswer]


@router.get("", response={200: ProductsAnswer, **READ}, summary="List products")
def list_them(request: CallerRequest, after: AfterName = None, limit: Limit = 50) -> ProductsAnswer:
    """Give a page of all products, by their SKUs."""
    rows = [ProductListed.of(one) for one in products_seen()]
    found, following = by_name(rows, lambda one: one.sku, after=after, limit=limit)
    return ProductsAnswer(products=list(found), next=following)


@router.get("/{sku}", response={200: ProductTermsAnswer, **READ}, summary="Read a product")
def read(request: CallerRequest, sku: str) -> ProductTermsAnswer:
    """Tell under which terms a product is sold, and was."""
    product = product_by_sku(sku)
    versions = [TermsAnswer.of(one) for one in versions_of(product)]
    return ProductTermsAnswer(sku=product.sku, name=product.name, versions=versions)
