"""What is on sale, and how can it be paid?"""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery

from counterfoil.models import Connection, Product, TermsVersion
from counterfoil.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class Offer:
    """A product on sale, with the terms it is sold under now."""

    product: Product
    terms: Terms


def offers() -> list[Offer]:
    """List what is on sale."""
    newest = TermsVersion.objects.filter(product=OuterRef("pk")).order_by("-version")
    products = Product.objects.filter(on_sale=True).annotate(
        newest_terms_data=Subquery(newest.values("data")[:1])
    )
    return [
        Offer(product, Terms.from_data(product.newest_terms_data))
        for product in products.order_by("created_at", "pk")
        if product.newest_terms_data is not None
    ]


def ways_to_pay() -> list[Connection]:
    """
    List the connections through which a cart can be paid, other people's pay pages first.

    Of our own there is only the test payment: it never stands beside real money.
    """
    native = Q(channel="native", is_test=True)
    connections = Connection.objects.usable().filter(Q(channel="stripe") | native)
    return sorted(connections, key=lambda one: (one.channel == "native", one.created_at))
