"""
Builders: believable records in one line, made by the same acts as in production.

They read the clock, so that nothing made here lies in the past of the database's clock by
accident; a test that cares about a moment passes its own.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from counterfoil.models import (
    Account,
    Connection,
    Contact,
    Entitlement,
    Line,
    Product,
    ProductMapping,
    Purchase,
    TermsVersion,
)
from counterfoil.models.ids import uuid7
from counterfoil.operations._people import account_of, person_for
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.rules.orders import OrderState
from counterfoil.rules.people import Actor, ActorKind, Assignee, Origin
from counterfoil.rules.terms import SubjectField, Terms
from counterfoil.testing.orders import a_line, a_refund, an_order, now

__all__ = [
    "CHANNEL",
    "DOG",
    "OPERATOR",
    "ORIGIN",
    "OUR_SECRET",
    "Issued",
    "a_line",
    "a_refund",
    "an_order",
    "converge",
    "customer",
    "issue_many",
    "issue_one",
    "make_account",
    "make_assignee",
    "make_connection",
    "make_product",
    "make_terms",
    "now",
    "read_issued",
]

OPERATOR = Actor(kind=ActorKind.OPERATOR, id="operator-1", display="Olga Operator")
CHANNEL = Actor(kind=ActorKind.CHANNEL, id="stripe", display="Stripe")
OUR_SECRET = "cfsec_only_for_tests"  # noqa: S105
ORIGIN = Origin(surface="test")

DOG = Terms(
    subject_kind="dog",
    subject_fields=(
        SubjectField(name="name", label="Name"),
        SubjectField(name="sex", label="Sex", required=False, choices=("female", "male")),
    ),
)


def make_product(
    sku: str = "DNA-STD", *, terms: Terms = DOG, unit_amount: int = 11_400, currency: str = "USD"
) -> Product:
    """Make a product with one version of its terms."""
    product = Product.objects.create(
        sku=sku,
        name=f"Dog DNA test ({sku})",
        unit_amount=unit_amount,
        currency=currency,
        created_at=now(),
    )
    make_terms(product, terms)
    return product


def make_terms(product: Product, terms: Terms) -> TermsVersion:
    """Make the next version of a product's terms."""
    return TermsVersion.objects.create(
        product=product,
        version=product.terms_versions.count() + 1,
        data=terms.as_data(),
        needs_subject=terms.needs_subject,
        needs_onboarding=terms.needs_onboarding,
        created_at=now(),
    )


def make_connection(
    *products: Product, slug: str = "shop", channel: str = "stripe", is_test: bool = True
) -> Connection:
    """Make a connection that knows these products by ``sku:<sku>``."""
    connection = Connection(
        slug=slug, channel=channel, name=slug.title(), is_test=is_test, created_at=now()
    )
    stripe = {"api_key": "sk_test_counterfoil", "webhook_secrets": ["whsec_test"]}
    connection.seal_secrets(stripe if channel == "stripe" else {"secrets": [OUR_SECRET]})
    connection.save()
    for product in products:
        ProductMapping.objects.create(
            connection=connection, key=f"sku:{product.sku}", product=product
        )
    return connection


def make_account(mail: str = "ana@example.com") -> Account:
    """Make, or find, the account of whoever reads this address."""
    return account_of(person_for(Contact(mail=mail), at=now()), at=now())


def make_assignee(mail: str = "ana@example.com") -> Assignee:
    """Make somebody to assign to."""
    return Assignee(account_id=make_account(mail).pk)


def customer(to: Assignee) -> Actor:
    """Give the customer who acts for themselves."""
    return Actor(kind=ActorKind.CUSTOMER, id=str(to.account_id))


@dataclass(frozen=True, slots=True)
class Issued:
    """A purchase, its entitlements by ordinal, and their codes in the clear."""

    purchase: Purchase
    entitlement_ids: tuple[UUID, ...]
    codes: tuple[str, ...]

    @property
    def id(self) -> UUID:
        """Give the only entitlement, or the first."""
        return self.entitlement_ids[0]

    @property
    def code(self) -> str:
        """Give the only code, or the first."""
        return self.codes[0]

    def entitlement(self) -> Entitlement:
        """Read the first entitlement as it stands now."""
        return Entitlement.objects.select_related("product", "terms", "purchase").get(pk=self.id)

    def line(self) -> Line:
        """Read its line as it stands now."""
        return Line.objects.get(purchase=self.purchase)


def issue_one(
    connection: Connection | None = None, *, terms: Terms = DOG, reference: str | None = None
) -> Issued:
    """Sell one unit through a connection, made if need be, as :func:`issue_many` does."""
    return issue_many(1, connection, terms=terms, reference=reference)


def issue_many(
    quantity: int,
    connection: Connection | None = None,
    *,
    terms: Terms = DOG,
    reference: str | None = None,
) -> Issued:
    """Sell so many units of what a connection sells, and give what came of it."""
    if connection is None:
        connection = Connection.objects.filter(slug="shop").first()
    if connection is None:
        connection = make_connection(make_product(terms=terms))
    keys = list(connection.mappings.filter(product__isnull=False).values_list("key", flat=True))
    sku = "DNA-STD" if "sku:DNA-STD" in keys or not keys else keys[0].removeprefix("sku:")
    order = an_order(a_line(quantity, sku=sku), reference=reference or f"cs_{uuid7().hex}")
    return converge(connection, order)


def converge(connection: Connection, order: OrderState) -> Issued:
    """Converge on this state of an order, as of now, and read what came of it."""
    purchase = converge_purchase(
        connection=connection, order=replace(order, as_of=now()), by=CHANNEL, at=now()
    )
    assert purchase is not None, "nobody tried to pay"
    return read_issued(purchase)


def read_issued(purchase: Purchase) -> Issued:
    """Read a purchase's entitlements, and their codes where they can be opened."""
    entitlements = list(purchase.entitlements.order_by("line", "ordinal"))
    codes = {
        code.entitlement_id: code.opened()
        for one in entitlements
        for code in one.codes.filter(ciphertext__isnull=False)
    }
    return Issued(
        purchase,
        tuple(one.pk for one in entitlements),
        tuple(codes[one.pk] for one in entitlements if one.pk in codes),
    )
