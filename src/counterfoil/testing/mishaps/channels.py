"""What goes wrong between us and channels."""

from datetime import timedelta
from uuid import uuid4

import httpx
from cryptography.exceptions import InvalidTag

from counterfoil.channels.base import Notice
from counterfoil.effects.worker import outbox
from counterfoil.effects.write_backs import write_back
from counterfoil.errors import CounterfoilError
from counterfoil.intake.comparing import compare_order, compare_purchase
from counterfoil.intake.health import tell_access
from counterfoil.intake.inbox import receive
from counterfoil.intake.refusals import watch_refusals
from counterfoil.intake.registry import adapter_for
from counterfoil.intake.worker import MOST_ATTEMPTS, work_message
from counterfoil.models import DeclaredOrder, Message, WriteBack
from counterfoil.testing.mishaps.world import SECONDS, Mishap, NotNow, World

FORGED = 25  # more than twenty in a minute raise the alarm
LONG_AGO = timedelta(hours=80)


def token_revoked(world: World) -> str:
    """Take our access to the shop away."""
    world.press(world.shopify_url, "/act", {"act": "revoke_token"})
    try:
        adapter_for(world.shopify).read_order("1", as_of=world.at)
    except CounterfoilError as lost:
        tell_access(world.shopify, lost)
    return "Shopify"


def forged(world: World) -> str:
    """Knock with messages nobody signed."""
    with httpx.Client(timeout=SECONDS) as client:
        for number in range(FORGED):
            client.post(f"{world.site_url}/in/stripe/", json={"id": f"evt_forged_{number}"})
    watch_refusals()
    return "Stripe"


def poison(world: World) -> str:
    """Be sent a message of an order that cannot be read, for the tenth time."""
    connection = world.shopify
    message_id = f"poison-{uuid4().hex[:8]}"
    notice = Notice(
        message_id=message_id,
        topic="orders/paid",
        pointer="gid://shopify/Order/999999999",
        is_test=True,
        key="",
        claims_paid=True,
    )
    receive(connection, notice, b"{}")
    found = Message.objects.filter(connection=connection, message_id=message_id)
    found.update(
        attempts=MOST_ATTEMPTS, acked_at=world.at - LONG_AGO, next_attempt_at=world.at + LONG_AGO
    )
    work_message(found.get())
    return message_id


def stuck(world: World) -> str:
    """Compare an order that reads as nonsense."""
    order = world.order("CLUB-1Y")
    purchase = world.told(order)
    kept = DeclaredOrder.objects.get(connection=world.market, reference=order.reference)
    _turn_round(kept)
    compare_order(connection=world.market, pointer=order.reference, by=None)
    return purchase.called


def readable(world: World) -> None:
    """Have the orders that cannot be read put back from a backup."""
    for kept in DeclaredOrder.objects.filter(connection=world.market):
        try:
            kept.body()
        except InvalidTag:
            _turn_round(kept)


def _turn_round(kept: DeclaredOrder) -> None:
    """Make what is kept unreadable, or readable again."""
    turned = bytes(kept.body_sealed)[::-1]
    DeclaredOrder.objects.filter(pk=kept.pk).update(body_sealed=turned)


def let_in(world: World) -> None:
    """Have the shop let us in again."""
    world.press(world.shopify_url, "/act", {"act": "accept_token"})


def unknown_there(world: World) -> str:
    """Have the channel forget an order that was paid."""
    order = world.order("CLUB-1Y")
    purchase = world.told(order)
    DeclaredOrder.objects.filter(connection=world.market, reference=order.reference).delete()
    compare_purchase(purchase=purchase, by=None)
    return purchase.called


def not_shown(world: World) -> str:
    """Have the shop refuse to show what was issued."""
    shop = world.shopify_url
    purchase = world.buy("CLUB-1Y", 1, mail="shown@example.com")
    outbox()
    world.press(shop, "/act", {"act": "api_faults", "refusing": "1"})
    try:
        row = WriteBack.objects.filter(purchase=purchase)
        if not row.update(
            wanted_version=1,
            got_version=0,
            attempts=100,
            changed_at=world.at - LONG_AGO,
            next_attempt_at=world.at,
            parked_at=None,
        ):
            raise NotNow("Nothing is to be shown yet. Try again in a moment.")
        write_back(purchase.pk, at=world.at, channel_of=adapter_for)
    finally:
        world.press(shop, "/act", {"act": "api_faults"})
    return purchase.called


CHANNELS = (
    Mishap(
        kind="messages_refused",
        says="Twenty-five forged messages knock at Stripe's door.",
        make=forged,
    ),
    Mishap(
        kind="poison_message",
        says="A message tells of an order that cannot be found, for the tenth time.",
        make=poison,
    ),
    Mishap(
        kind="order_stuck",
        says="A comparison meets an order that cannot be read.",
        make=stuck,
        again="Until it is put back from a backup: then ask again from the case.",
        mend=readable,
    ),
    Mishap(
        kind="reconciliation_difference",
        says="The market does not know an order any more that was paid.",
        make=unknown_there,
    ),
    Mishap(
        kind="write_back_failed",
        says="Shopify refuses to show what was issued for an order.",
        make=not_shown,
    ),
    Mishap(
        kind="connection_broken",
        says="Somebody at Shopify takes our access away.",
        make=token_revoked,
        again="Until the shop lets us in again: then it closes by itself, or when asked.",
        mend=let_in,
    ),
)
