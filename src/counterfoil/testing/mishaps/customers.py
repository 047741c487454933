"""What goes wrong between us and customers."""

import time
from uuid import uuid4

from django.utils import timezone

from counterfoil.effects.deliveries import send_due
from counterfoil.effects.worker import outbox
from counterfoil.errors import CounterfoilError
from counterfoil.intake.presenting import present
from counterfoil.models import Delivery, DeliveryKind, Partner, PartnerMember, Product, Purchase
from counterfoil.operations.record_bounce import record_bounce
from counterfoil.operations.request_erasure import request_erasure
from counterfoil.operations.upload_handout import Listed, upload_handout
from counterfoil.rules.bounces import BounceKind
from counterfoil.rules.handouts import Mode, Said, Source
from counterfoil.rules.people import SYSTEM, Actor, ActorKind, Assignee, Origin
from counterfoil.testing.mishaps.world import Mishap, NotNow, World

TRIES = 6
MEMBERS = 60
LOOKS, PAUSE = 40, 0.25  # seconds


def no_address(world: World) -> str:
    """Sell something to somebody who leaves no address."""
    purchase = world.buy("CLUB-1Y", 1, mail="")
    outbox()
    return purchase.called


def bounced(world: World) -> str:
    """Send codes to an address that nobody reads."""
    purchase = world.tell("CLUB-1Y", mail="nobody-reads-this@example.com")
    sent = _sent(purchase)
    record_bounce(
        delivery_id=sent.pk,
        kind=BounceKind.HARD,
        description="550 5.1.1 user unknown",
        by=SYSTEM,
        at=world.at,
    )
    return purchase.called


def _sent(purchase: Purchase) -> Delivery:
    """Give the mail with the codes once it is out; the worker may be at it just now."""
    mails = Delivery.objects.filter(purchase=purchase, kind=DeliveryKind.CODES)
    for _ in range(LOOKS):
        outbox()
        send_due(at=timezone.now())
        if found := mails.filter(sent_at__isnull=False).first():
            return found
        time.sleep(PAUSE)
    raise NotNow("The mail is not out yet. Is the worker running?")


def fails_again(world: World) -> str:
    """Have a customer type a code that was replaced by a use, again and again."""
    purchase = world.tell("CLUB-1Y", mail="grandma@example.com")
    unit = purchase.entitlements.get()
    code = world.code(unit)
    world.use(purchase, mail="grandson@example.com")
    account = world.account("grandma@example.com")
    herself = Actor(kind=ActorKind.CUSTOMER, id=str(account.pk))
    origin = Origin(surface="page", session="demo", account_id=account.pk)
    for _ in range(TRIES):
        try:
            present(
                code=code,
                to=Assignee(account_id=account.pk),
                origin=origin,
                by=herself,
                at=world.at,
            )
        except CounterfoilError:
            continue
    return purchase.called


def bought_twice(world: World) -> str:
    """Have somebody buy the same thing twice within a minute."""
    mail = "twice@example.com"
    world.tell("DNA-HEALTH", mail=mail)
    return world.tell("DNA-HEALTH", mail=mail).called


def wants_erasure(world: World) -> str:
    """Have somebody ask to be erased."""
    purchase = world.tell("CLUB-1Y", mail="forget-me@example.com")
    account = world.account("forget-me@example.com")
    themselves = Actor(kind=ActorKind.CUSTOMER, id=str(account.pk))
    request_erasure(account_id=account.pk, by=themselves, at=world.at)
    return purchase.called


def wants_too_many(world: World) -> str:
    """Have the club upload a list of more members than it has tests for."""
    club = Partner.objects.get(slug="dog-club")
    product = Product.objects.get(sku="DNA-STD")
    mails = [f"member-{uuid4().hex[:6]}-{number}@example.com" for number in range(MEMBERS)]
    upload_handout(
        partner_id=club.pk,
        source=Source(product_id=product.pk),
        name="members.csv",
        content="\n".join(mails).encode(),
        rows=[Listed(number=row, said=Said(mail=mail)) for row, mail in enumerate(mails, 2)],
        mode=Mode.INVITE,
        time_zone="UTC",
        by=Actor(kind=ActorKind.PARTNER, id=str(_member(club).pk), display=club.name),
        at=world.at,
    )
    return club.name


def _member(club: Partner) -> PartnerMember:
    member = club.members.filter(ended_at=None).first()
    if member is None:
        raise NotNow("Nobody acts for the dog club any more.")
    return member


CUSTOMERS = (
    Mishap(
        kind="no_delivery_address",
        says="Somebody pays at Shopify and leaves no e-mail address.",
        make=no_address,
    ),
    Mishap(
        kind="delivery_failed",
        says="The mail with a code comes back: nobody reads that address.",
        make=bounced,
    ),
    Mishap(
        kind="attempts_failing",
        says="A customer types a code six times that somebody else has used.",
        make=fails_again,
    ),
    Mishap(
        kind="duplicate_purchase",
        says="Somebody buys the same thing twice within a minute.",
        make=bought_twice,
    ),
    Mishap(
        kind="allotment_exceeded",
        says="The dog club uploads a list of more members than it has tests for.",
        make=wants_too_many,
    ),
    Mishap(
        kind="privacy_request",
        says="A customer asks to be erased.",
        make=wants_erasure,
    ),
)
