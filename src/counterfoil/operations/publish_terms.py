"""Publish the next version of a product's terms."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import TermsChanged
from counterfoil.models import TermsVersion
from counterfoil.operations._catalogue import add_version, locked
from counterfoil.rules.people import Actor
from counterfoil.rules.terms import Terms


@transaction.atomic
def publish_terms(
    *, product_id: UUID, terms: Terms, instead_of: int, by: Actor, at: datetime
) -> TermsVersion:
    """
    Publish the next version of a product's terms; what is issued from then on is issued under it.

    Whatever was issued, or printed, keeps the version it has. ``instead_of`` is the version they
    were written over, so that nobody overwrites what they have not seen. Publishing what holds
    already makes no version.

    :raises NotFound: if there is no such product.
    :raises TermsInvalid: if nothing can be sold under these terms.
    :raises TermsChanged: if somebody else has published another version in the meantime.
    """
    product = locked(product_id)
    newest = product.terms_versions.order_by("-version").first()
    if newest is not None and newest.terms == terms:
        return newest
    version = newest.version if newest is not None else 0
    if version != instead_of:
        raise TermsChanged
    return add_version(product, terms, version=version + 1, by=by, at=at)
