"""What goes wrong with orders and money."""

from dataclasses import replace
from uuid import uuid4

from counterfoil.intake.checkout import start_checkout
from counterfoil.intake.converging import bring_to, converge_order
from counterfoil.models import Cart, Connection, Entitlement, Product, ProductMapping
from counterfoil.operations.open_cart import open_cart
from counterfoil.rules.orders import OrderHolder, OrderRefund, RefundStatus
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.mishaps.world import Mishap, World


def unmapped(world: World) -> str:
    """Sell something nobody has mapped."""
    return world.buy("LEASH-01", 1).called


def amount_differs(world: World) -> str:
    """Pay for a cart at the price of yesterday."""
    stripe = Connection.objects.get(slug="stripe")
    cart = open_cart(
        connection=stripe,
        quantities={"CLUB-1Y": 1},
        buyer_mail="amount@example.com",
        by=SYSTEM,
        at=world.at,
    )
    back = f"{world.site_url}/checkout/"
    start_checkout(cart=cart, success_url=back, cancel_url=back)
    sent = Cart.objects.get(pk=cart.pk)
    Cart.objects.filter(pk=cart.pk).update(amount_total=sent.amount_total + 1_000)
    reference = sent.external_reference
    world.press(world.stripe_url, "/act", {"act": "pay", "of": reference})
    found = converge_order(connection=stripe, pointer=reference)
    return found.purchase.called if found.purchase else reference


def refund_unknown(world: World) -> str:
    """Give back an amount that fits no line."""
    purchase = world.tell("DNA-HEALTH", 3, mail="partly@example.com")
    state = world.state(world.market, purchase.external_reference)
    refund = OrderRefund(
        reference=f"R-{uuid4().hex[:6].upper()}",
        amount=5_000,
        currency=state.currency,
        status=RefundStatus.SUCCEEDED,
        at=world.at,
    )
    bring_to(connection=world.market, order=replace(state, refunds=(refund,)))
    return purchase.called


def refund_in_use(world: World) -> str:
    """Give money back for a unit that is in use."""
    purchase = world.buy("DNA-STD", 1, mail="regret@example.com")
    world.use_fully(purchase)
    world.act(purchase, "refund_all", restock="no_restock")
    return purchase.called


def dispute_in_use(world: World) -> str:
    """Dispute the payment of a unit that is in use."""
    purchase = world.buy("DNA-STD", 1, mail="dispute@example.com")
    world.use_fully(purchase)
    world.act(purchase, "dispute")
    return purchase.called


def invalid(world: World) -> str:
    """Order a quantity nobody means."""
    order = world.order("CLUB-1Y")
    purchase = world.told(order)
    state = world.state(world.market, order.reference)
    odd = replace(
        state,
        reference=f"{order.reference}-B",
        lines=(replace(state.lines[0], quantity=2_000_000),),
    )
    bring_to(connection=world.market, order=odd)
    return f"{purchase.called}-B"


def line_changed(world: World) -> str:
    """Have a line that was sold read as something else."""
    purchase = world.tell("DNA-STD", mail="changed@example.com")
    state = world.state(world.market, purchase.external_reference)
    other = replace(state.lines[0], product_keys=("sku:CLUB-1Y",))
    bring_to(connection=world.market, order=replace(state, lines=(other,)))
    return purchase.called


def holder_differs(world: World) -> str:
    """Be told by the old checkout that somebody else has a unit."""
    connection, is_new = Connection.objects.get_or_create(
        slug="old-checkout",
        defaults={
            "channel": "coupled",
            "name": "The old checkout",
            "is_test": True,
            "created_at": world.at,
        },
    )
    if is_new:
        club = Product.objects.get(sku="CLUB-1Y")
        ProductMapping.objects.create(connection=connection, key="sku:CLUB-1Y", product=club)
    order = world.order("CLUB-1Y")
    first = replace(order.lines[0], holders=(OrderHolder(account="customer-17"),))
    purchase = world.told(replace(order, lines=(first,)), through=connection)
    state = world.state(connection, order.reference)
    other = replace(state.lines[0], holders=(OrderHolder(account="customer-71"),))
    bring_to(connection=connection, order=replace(state, lines=(other,)))
    return purchase.called


def sold_twice(world: World) -> str:
    """Let a till tell of a box that was sold before."""
    till = Connection.objects.get(slug="till")
    box = Entitlement.objects.filter(batch__isnull=False, state="revoked").first()
    handle = box.handle if box else world.tell("DNA-STD").entitlements.get().handle
    told = world.tell("DNA-STD")
    state = world.state(world.market, told.external_reference)
    sale = replace(
        state,
        reference=f"TILL-{uuid4().hex[:6].upper()}",
        lines=(replace(state.lines[0], reference=handle),),
        buyer_email=None,
    )
    bring_to(connection=till, order=sale)
    return sale.reference


ORDERS = (
    Mishap(
        kind="unmapped_product",
        says="The shop at Shopify sells a rope leash, which nobody has mapped.",
        make=unmapped,
    ),
    Mishap(
        kind="amount_differs",
        says="A price changes while somebody pays: less comes in than the cart says.",
        make=amount_differs,
    ),
    Mishap(
        kind="refund_unknown_entitlement",
        says="Fifty dollars go back for an order of three, and nobody says for which unit.",
        make=refund_unknown,
    ),
    Mishap(
        kind="refund_after_assignment",
        says="Somebody uses a kit, and then gets the money back.",
        make=refund_in_use,
    ),
    Mishap(
        kind="dispute_after_assignment",
        says="Somebody uses a kit, and then the bank disputes the payment.",
        make=dispute_in_use,
    ),
    Mishap(
        kind="order_invalid",
        says="An order of two million units comes in.",
        make=invalid,
    ),
    Mishap(
        kind="line_changed",
        says="At the market, the article of an order is exchanged after it was paid.",
        make=line_changed,
    ),
    Mishap(
        kind="holder_differs",
        says="The old checkout tells a sale again, with another customer.",
        make=holder_differs,
    ),
    Mishap(
        kind="printed_unsellable",
        says="A till tells of a box that was sold before.",
        make=sold_twice,
    ),
)
