"""What goes wrong in the machinery: downstream, long work, the records themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from counterfoil.effects import verifying
from counterfoil.effects.downstream import provision
from counterfoil.effects.webhooks import send_now
from counterfoil.hosting.asking import answers_again, has_failed
from counterfoil.jobs.running import MOST_ATTEMPTS, work_job
from counterfoil.models import (
    Downstream,
    Entry,
    Event,
    Job,
    Provisioning,
    StuckEntry,
    WebhookDelivery,
    WebhookEndpoint,
)
from counterfoil.models.ids import handle_of
from counterfoil.operations.end_webhook_endpoint import end_webhook_endpoint
from counterfoil.operations.make_webhook_endpoint import make_webhook_endpoint
from counterfoil.operations.park import park
from counterfoil.operations.request_job import request_job
from counterfoil.rules.events import EventType
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.webhooks import MOST_ATTEMPTS as WEBHOOK_TRIES
from counterfoil.rules.webhooks import EndpointSettings
from counterfoil.testing.mishaps.world import Mishap, World

LONG_AGO = timedelta(hours=80)
MANY = 10
LAST_TRY = WEBHOOK_TRIES - 1
GONE_URL = "https://192.0.2.1/hooks"  # an address that is nobody's (RFC 5737), and never called
UNANSWERED = "ConnectionError"


def closed_for_days(world: World) -> str:
    """Have the registry refuse one record for three days."""
    with _closed(world):
        unit = _in_use(world, "parked@example.com")
        Provisioning.objects.filter(pk=unit).update(
            changed_at=world.at - LONG_AGO, next_attempt_at=world.at
        )
        provision(unit, at=world.at)
    return handle_of(unit)


def closed_for_all(world: World) -> str:
    """Close the registry while ten records are wanted."""
    if not _is_closed(world):
        _switch(world)
    purchase = world.tell("DNA-STD", MANY, mail="many@example.com")
    units = [
        world.use_fully(purchase, mail=f"holder-{number}@example.com").pk for number in range(MANY)
    ]
    Provisioning.objects.filter(pk__in=units).update(next_attempt_at=world.at)
    for unit in units:
        provision(unit, at=world.at)
    return purchase.called


def opened(world: World) -> None:
    """Have the registry opened again."""
    if _is_closed(world):
        _switch(world)


def job_fails(world: World) -> str:
    """Have long work fail for the tenth time."""
    job = request_job(
        kind=JobKind.RESYNC,
        key=f"mishap-{uuid4().hex[:8]}",
        parameters={"connection": "no-such-shop", "by": {}},
        by=SYSTEM,
        at=world.at,
    )
    Job.objects.filter(pk=job.pk).update(
        attempts=MOST_ATTEMPTS, next_attempt_at=world.at + LONG_AGO
    )
    job.refresh_from_db()
    work_job(job)
    return job.key


def entry_stuck(world: World) -> str:
    """Have what follows from an act fail for the tenth time."""
    with transaction.atomic():  # or what works in the background would be sooner
        purchase = world.tell("CLUB-1Y", mail="stuck@example.com")
        entry = Entry.objects.get(purchase=purchase)
        StuckEntry.objects.create(
            entitlement_id=entry.entitlement_id,
            seq=entry.seq,
            attempts=10,
            next_attempt_at=world.at + timedelta(hours=1),
            last_error=UNANSWERED,
        )
        park(
            kind=ExceptionKind.ENTRY_STUCK,
            key=str(entry.act),
            evidence={
                "act": entry.act_name,
                "entries": 1,
                "attempts": 10,
                "error": UNANSWERED,
            },
            by=SYSTEM,
            at=world.at,
            purchase=purchase,
        )
    return purchase.called


def promise_broken(world: World) -> str:
    """Forget a record that is wanted downstream, so that a promise does not hold."""
    unit = _in_use(world, "promise@example.com")
    provision(unit, at=timezone.now())
    Provisioning.objects.filter(pk=unit).update(
        got=Downstream.NONE, next_attempt_at=world.at + timedelta(days=1)
    )
    verifying.check_all()
    return handle_of(unit)


def _in_use(world: World, mail: str) -> UUID:
    return world.use_fully(world.tell("DNA-STD", mail=mail), mail=mail).pk


def _is_closed(world: World) -> bool:
    return "Open it again" in world.read(world.stripe_url, "/registry")


def _switch(world: World) -> None:
    world.press(world.stripe_url, "/registry/switch", {})


@contextmanager
def _closed(world: World) -> Iterator[None]:
    """Close the registry for a moment, unless it is closed anyhow."""
    was_closed = _is_closed(world)
    if not was_closed:
        _switch(world)
    try:
        yield
    finally:
        if not was_closed:
            _switch(world)


def policy_back(world: World) -> None:
    """Have it answer again."""
    answers_again("POLICY", at=world.at)


def policy_silent(world: World) -> str:
    """Have the site's own policy fail, as if it had been asked."""
    has_failed("POLICY", TimeoutError(), at=world.at)
    return ""


def endpoint_gone(world: World) -> str:
    """Have an event for a webhook endpoint given up, for nobody is there any more."""
    wanted = EndpointSettings(
        url=GONE_URL, description="Old warehouse", types=[EventType.PARTNER_OPENED.value]
    )
    endpoint = make_webhook_endpoint(wanted=wanted, by=SYSTEM, at=world.at).endpoint
    event = Event.objects.create(
        type=EventType.PARTNER_OPENED.value,
        occurred_at=world.at,
        data={"partner": "spring-fair", "name": "Spring fair"},
    )
    WebhookDelivery.objects.filter(event=event).delete()  # or the worker would be sooner
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, event=event, due_at=world.at, attempts=LAST_TRY
    )
    send_now(delivery, at=world.at)
    return str(endpoint)


def endpoint_ended(world: World) -> None:
    """End the endpoints that nobody answers at."""
    for endpoint in WebhookEndpoint.objects.filter(url=GONE_URL, ended_at=None):
        end_webhook_endpoint(
            endpoint_id=endpoint.pk, reason="Nobody is there.", by=SYSTEM, at=world.at
        )


MACHINERY = (
    Mishap(
        kind="webhook_failing",
        says="A webhook endpoint does not answer for three days, and an event is given up.",
        make=endpoint_gone,
        again="Until somebody ends the endpoint, or corrects its address.",
        mend=endpoint_ended,
    ),
    Mishap(
        kind="adapter_failing",
        says="The site's own policy gives no answer.",
        make=policy_silent,
        again="Until it answers: the case closes the next time it is asked.",
        mend=policy_back,
    ),
    Mishap(
        kind="provisioning_parked",
        says="The registry refuses one record for three days.",
        make=closed_for_days,
    ),
    Mishap(
        kind="job_failed",
        says="Long work fails for the tenth time.",
        make=job_fails,
    ),
    Mishap(
        kind="entry_stuck",
        says="What should follow from a sale fails for the tenth time.",
        make=entry_stuck,
    ),
    Mishap(
        kind="invariant_broken",
        says="A record that is wanted downstream is forgotten, and a promise does not hold.",
        make=promise_broken,
    ),
    Mishap(
        kind="provisioning_down",
        says="The registry closes while ten records are wanted.",
        make=closed_for_all,
        again="Until the registry opens again: the case closes when it answers.",
        mend=opened,
    ),
)
