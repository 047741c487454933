"""A small believable shop, made by the acts a real one is made by; for demos and for tests."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from counterfoil.intake.registry import adapter_for
from counterfoil.models import (
    CodeState,
    Connection,
    Contact,
    Product,
    ProductMapping,
    Purchase,
    TermsVersion,
)
from counterfoil.operations._people import account_of, person_for
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.declare_order import declare_order
from counterfoil.operations.grant import grant
from counterfoil.operations.redeem import redeem
from counterfoil.rules.declared import (
    Cancellation,
    CancelledLine,
    DeclaredLine,
    DeclaredOrderBody,
)
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import Actor, ActorKind, Assignee, Origin
from counterfoil.rules.terms import Binding, RefundPolicy, Terms, TransferPolicy
from counterfoil.testing.shop_bulk import act_on_many
from counterfoil.testing.shop_holding import hold_many
from counterfoil.testing.shop_onboarding import STEPS, finish, publish_texts

NAMESPACE = UUID("6f0c2d0e-8a53-4a57-9a4e-3f2f0c1b7d11")
OUR_MARKET = Actor(kind=ActorKind.CHANNEL, id="market", display="A marketplace")
OLGA = Actor(kind=ActorKind.OPERATOR, id="demo", display="Olga Operator")


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A product of the demo shop."""

    sku: str
    name: str
    description: str
    unit_amount: int
    terms: Terms


OFFERS = (
    Offer(
        sku="DNA-STD",
        name="Breed test for dogs",
        description="Which breeds are in your dog, from one swab. Results in three weeks.",
        unit_amount=11_400,
        terms=Terms(
            subject_kind="dog",
            valid_days=730,
            onboarding=STEPS,
            cutoff="sample_received",
            reminder_days=(7, 30),
            warning_days=(30, 7),
        ),
    ),
    Offer(
        sku="DNA-HEALTH",
        name="Breed and health test for dogs",
        description="Breeds, and more than 200 inherited conditions, explained by a vet.",
        unit_amount=12_900,
        terms=Terms(
            subject_kind="dog",
            valid_days=730,
            refund_policy=RefundPolicy.REVOKE,
            transfer_policy=TransferPolicy.STAFF,
        ),
    ),
    Offer(
        sku="CLUB-1Y",
        name="Club membership for a year",
        description="Vet hours, the magazine and a seat at the summer meeting. For people.",
        unit_amount=4_900,
        terms=Terms(valid_days=365, binding=Binding.BOUND),
    ),
)


def seed_shop(*, at: datetime, stripe: dict[str, Any]) -> None:
    """
    Make three products, four connections that sell, and a few purchases with a story each.

    ``stripe`` are the secrets of the Stripe connection: api_key and webhook_secrets.
    """
    products = [_product(offer, at) for offer in OFFERS]
    publish_texts(at=at)
    shop = _connection("shop", "native", "Our shop", products, at)
    shop.seal_secrets({"secrets": [secrets.token_hex(32)]})
    shop.save()
    paid_by_card = _connection("stripe", "stripe", "Stripe", products, at)
    paid_by_card.seal_secrets(stripe)
    paid_by_card.save()
    _connection("procurement", "order_file", "Procurement", products, at)
    market = _connection("market", "partner", "A marketplace", products, at)
    _half_used(market, at)
    _partly_refunded(market, at)
    kennel = _order("1003", "hana@example.com", "Hana Kim", at - timedelta(days=40), "DNA-STD", 12)
    bought = _sold(market, kennel, at)
    hold_many(bought, by=OLGA, at=at)
    act_on_many(bought, by=OLGA, at=at)
    grant(
        request_id=uuid5(NAMESPACE, "grant"),
        product=products[0],
        quantity=1,
        category=GrantCategory.CUSTOMER_SERVICE,
        reason="The kit was lost in the post; sent again",
        reference="CASE-2041",
        by=OLGA,
        at=at,
        recipient="eva@example.com",
    )


def add_shopify(*, at: datetime, secrets: dict[str, Any], options: dict[str, Any]) -> Connection:
    """Sell the same products in a shop at Shopify; a mug is sold there, too, and is ignored."""
    shop = _connection("shopify", "shopify", "Shopify", list(Product.objects.order_by("sku")), at)
    ProductMapping.objects.create(connection=shop, key="sku:MUG-01", product=None)
    shop.options = options
    shop.seal_secrets(secrets)
    shop.save()
    return shop


def _half_used(market: Connection, at: datetime) -> Purchase:
    """Let Dan buy two kits and use one; the other is left for whoever tries the demo."""
    order = _order("1001", "dan@example.com", "Dan Meyer", at - timedelta(days=9), "DNA-STD", 2)
    purchase = _sold(market, order, at)
    first = purchase.entitlements.order_by("ordinal")[0]
    person = person_for(Contact(mail="dan@example.com"), at=at)
    dan = Assignee(account_id=account_of(person, at=at).pk)
    dan_himself = Actor(kind=ActorKind.CUSTOMER, id=str(dan.account_id))
    redeem(
        code=first.codes.get(state=CodeState.LIVE).opened(),
        to=dan,
        by=dan_himself,
        at=at,
        origin=Origin(surface="page", account_id=dan.account_id),
    )
    finish(first, by=dan_himself, at=at)
    return purchase


def _partly_refunded(market: Connection, at: datetime) -> Purchase:
    """Let Kim buy three kits and give one back, and one thing that nobody has mapped."""
    bought_at = at - timedelta(days=4)
    order = _order("1002", "kim@example.com", "Kim Sato", bought_at, "DNA-HEALTH", 3)
    collar = DeclaredLine(
        reference="2", sku="COLLAR-RED", quantity=1, unit_amount=1_900, description="Red collar"
    )
    given_back = Cancellation(
        reference="return-1",
        at=at - timedelta(days=2),
        lines=(CancelledLine(line="1", quantity=1),),
        reason="requested_by_customer",
    )
    whole = replace(order, lines=(*order.lines, collar), cancellations=(given_back,))
    return _sold(market, whole, at)


def _sold(market: Connection, order: DeclaredOrderBody, at: datetime) -> Purchase:
    """Have the marketplace tell an order, and bring our records to it, as its worker would."""
    declare_order(connection=market, order=order, by=OUR_MARKET, at=at)
    told = adapter_for(market).read_order(order.reference, as_of=at)
    assert told is not None
    purchase = converge_purchase(connection=market, order=told, by=OUR_MARKET, at=at)
    assert purchase is not None
    return purchase


def _order(
    reference: str, mail: str, name: str, paid_at: datetime, sku: str, quantity: int
) -> DeclaredOrderBody:
    [offer] = [offer for offer in OFFERS if offer.sku == sku]
    line = DeclaredLine(
        reference="1",
        sku=sku,
        quantity=quantity,
        unit_amount=offer.unit_amount,
        description=offer.name,
    )
    return DeclaredOrderBody(
        reference=reference,
        currency="USD",
        lines=(line,),
        paid_at=paid_at,
        is_test=True,
        buyer_mail=mail,
        buyer_name=name,
    )


def _connection(
    slug: str, channel: str, name: str, products: list[Product], at: datetime
) -> Connection:
    connection = Connection.objects.create(
        slug=slug, channel=channel, name=name, is_test=True, created_at=at
    )
    ProductMapping.objects.bulk_create(
        ProductMapping(connection=connection, key=f"sku:{product.sku}", product=product)
        for product in products
    )
    return connection


def _product(offer: Offer, at: datetime) -> Product:
    product = Product.objects.create(
        sku=offer.sku,
        name=offer.name,
        description=offer.description,
        unit_amount=offer.unit_amount,
        currency="USD",
        created_at=at,
    )
    TermsVersion.objects.create(
        product=product,
        version=1,
        data=offer.terms.as_data(),
        needs_subject=offer.terms.needs_subject,
        needs_onboarding=offer.terms.needs_onboarding,
        created_at=at,
    )
    return product
