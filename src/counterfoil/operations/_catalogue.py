"""What acts on products share: how a product is told, and the next version of its terms."""

from datetime import datetime
from typing import Any
from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import ConsentText, Product, TermsVersion
from counterfoil.models.subject_kinds import subject_kinds
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor
from counterfoil.rules.products import ProductFacts
from counterfoil.rules.terms import Terms
from counterfoil.rules.terms_checks import refuse_unsound


def locked(product_id: UUID) -> Product:
    """
    Give a product nobody else changes until this transaction ends.

    :raises NotFound: if there is none.
    """
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound("There is no such product.")
    return product


def facts_of(product: Product) -> ProductFacts:
    """Give what can be changed about a product."""
    return ProductFacts(
        name=product.name,
        description=product.description,
        unit_amount=product.unit_amount,
        currency=product.currency,
    )


def told(product: Product) -> dict[str, Any]:
    """Tell a product for the audit."""
    return {
        "name": product.name,
        "description": product.description,
        "unit_amount": product.unit_amount,
        "currency": product.currency,
        "on_sale": product.on_sale,
    }


def known_kinds(product: Product) -> set[str]:
    """Name the kinds of subjects that are declared, and the one that is promised already."""
    newest = product.terms_versions.order_by("-version").first()
    return {*subject_kinds(), *([newest.terms.subject_kind] if newest else [])}


def add_version(
    product: Product, terms: Terms, *, version: int, by: Actor, at: datetime
) -> TermsVersion:
    """
    Add a version of the terms, and keep who did.

    :raises TermsInvalid: if nothing can be sold under them.
    """
    documents = set(ConsentText.objects.values_list("document", flat=True).distinct())
    refuse_unsound(terms, kinds=known_kinds(product), documents=documents)
    added = TermsVersion.objects.create(
        product=product,
        version=version,
        data=terms.as_data(),
        needs_subject=terms.needs_subject,
        needs_onboarding=terms.needs_onboarding,
        created_at=at,
    )
    note(
        "publish_terms",
        connection=None,
        subject=f"product:{product.sku}",
        by=by,
        at=at,
        data={"before": version - 1 or None, "after": version},
    )
    return added
