"""What there is in the world of made-up calls besides who calls: something in every state."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from counterfoil.effects.publishing import publish
from counterfoil.effects.worker import outbox
from counterfoil.jobs.running import work_jobs
from counterfoil.models import (
    Allotment,
    ApiKey,
    Batch,
    Connection,
    ConsentText,
    Delivery,
    Event,
    ExceptionCase,
    Handout,
    Job,
    OrderFile,
    Partner,
    PartnerMember,
    Product,
    Provisioning,
    Purchase,
    Reservation,
    WebhookEndpoint,
)
from counterfoil.models.ids import handle_of
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.redeem import redeem
from counterfoil.operations.reserve import reserve
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.testing.builders import (
    DOG,
    ORIGIN,
    Issued,
    a_line,
    a_refund,
    an_order,
    converge,
    customer,
    issue_many,
    make_connection,
    make_product,
    now,
)
from tests.batches import good_certificate, mint_batch
from tests.giving import give
from tests.handouts import confirm, upload
from tests.onboarding import FULL
from tests.onboarding import publish as publish_texts
from tests.order_files import a_file, a_row
from tests.order_files import upload as upload_orders
from tests.partnership import Clinic
from tests.reservations import asked, stock
from tests.scenes import REX, ask_host, suspend, withdraw
from tests.webhooks import an_endpoint

NOWHERE = "https://127.0.0.1:9/events"
"""Where the endpoints are that the world begins with: nobody there is ever called."""


def make_stock(product: Product, clinic: Clinic, account_id: UUID) -> None:
    """Make something of everything that can be named in a call, and let it take its course."""
    to = Assignee(account_id=account_id)
    _onboarding(to)
    _endpoints(clinic)
    _units(to)
    for number in range(3):
        mint_batch(product, 6, name=f"spring-{number}")
        _orders(f"A-{number}", number)
        listed = [f"r{number}-{one}@example.com" for one in range(3)]
        handout = upload(clinic, listed, name=f"list-{number}.csv").handout
        if number == 1:
            confirm(clinic, handout)
        stock(2)
        reserve(**asked(product, 2, owner=f"key:{ApiKey.objects.get(name='house').pk}"))
    stock(4, partner=clinic.partner)
    partner = clinic.partner.pk
    reserve(**asked(product, 2, owner=f"partner:{partner}", partner_id=partner))
    outbox()
    publish()
    work_jobs()
    publish()


def _units(to: Assignee) -> None:
    """Put units into the states in which most acts are refused."""
    shop = issue_many(8)
    for code in shop.codes[:3]:
        redeem(code=code, to=to, by=SYSTEM, at=now(), origin=ORIGIN)
    for unit in shop.entitlement_ids[:2]:
        complete_subject(entitlement_id=unit, answers=REX, by=customer(to), at=now())
        ask_host(unit)
    suspend(shop.entitlement_ids[3])
    withdraw(shop.entitlement_ids[4])
    give(shop.entitlement_ids[5])
    _troubled(to)


def _troubled(to: Assignee) -> None:
    """Leave what somebody has to look at: a refund of what is in use, and nobody to write to."""
    sold = _sold("cs_refunded", 3)
    redeem(code=sold.code, to=to, by=SYSTEM, at=now(), origin=ORIGIN)
    _sold("cs_refunded", 3, refunds=(a_refund(34_200),))
    _sold("cs_unknown", 1, sku="NOT-OURS")


def _sold(reference: str, quantity: int, sku: str = "DNA-STD", **more: Any) -> Issued:
    shop = Connection.objects.get(slug="shop")
    order = an_order(a_line(quantity, sku=sku), reference=reference)
    return converge(shop, replace(order, **more))


def _onboarding(to: Assignee) -> None:
    publish_texts()
    product = make_product("DNA-FULL", terms=replace(DOG, onboarding=FULL.onboarding))
    for code in issue_many(4, make_connection(product, slug="full")).codes[:3]:
        redeem(code=code, to=to, by=SYSTEM, at=now(), origin=ORIGIN)


def _endpoints(clinic: Clinic) -> None:
    an_endpoint(NOWHERE, takes_tests=True)
    an_endpoint(NOWHERE, takes_tests=True, description="Spare")
    an_endpoint(NOWHERE, takes_tests=True, partner=clinic.partner)


def _orders(order: str, number: int) -> None:
    product = Product.objects.get(sku="DNA-STD")
    files = make_connection(product, slug=f"files-{number}", channel="order_file")
    upload_orders(files, a_file(a_row(order), a_row(order, "2", sku="NOT-OURS")))


def names_of_stock() -> dict[str, list[str]]:
    """Give what of it can be named in a call: by the sort of name, those there are."""
    kept = Provisioning.objects.order_by("pk")[:6]
    return {
        "allotment": _keys(Allotment.objects.all()),
        "batch": _keys(Batch.objects.all()),
        "certificate": [good_certificate()],
        "delivery": _keys(Delivery.objects.all()),
        "endpoint": _keys(WebhookEndpoint.objects.all()),
        "event": _keys(Event.objects.told()),
        "exception": _keys(ExceptionCase.objects.all()),
        "file": _keys(OrderFile.objects.all()),
        "handout": _keys(Handout.objects.all()),
        "job": _keys(Job.objects.all()),
        "member": _keys(PartnerMember.objects.all()),
        "provisioning": [f"{handle_of(one.pk)}:{one.version}" for one in kept],
        "purchase": _keys(Purchase.objects.all()),
        "reservation": _keys(Reservation.objects.all()),
        "slug": list(Partner.objects.values_list("slug", flat=True)),
        "step": [step.key for step in FULL.onboarding],
        "text": _keys(ConsentText.objects.all()),
    }


def _keys(rows: Iterable[Any]) -> list[str]:
    return [str(one.pk) for one in rows][:12]


def printed_codes() -> list[str]:
    """Give what a till could be shown."""
    units = Batch.objects.order_by("pk")[0].entitlements.order_by("batch_ordinal")
    return [one.codes.get(state="live").opened() for one in units]
