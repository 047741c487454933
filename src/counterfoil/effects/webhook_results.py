"""What follows from a call of an endpoint: done, put off, tried again, given up, disabled."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from counterfoil.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from counterfoil.operations.disable_webhook_endpoint import disable_webhook_endpoint
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.webhooks import (
    GIVE_UP_ON_ENDPOINT,
    DisabledWhy,
    pause_after,
    rest_after,
)

GONE = 410
OFTEN_ENOUGH = timedelta(minutes=1)  # between writing down that it is well
SOON = timedelta(seconds=15)
KIND = ExceptionKind.WEBHOOK_FAILING


def put_off(delivery: WebhookDelivery, *, at: datetime) -> None:
    """Give back what nobody was called for: it is no attempt, and no failure of the endpoint."""
    mine = WebhookDelivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, delivered_at=None, gave_up_at=None
    )
    mine.update(attempts=F("attempts") - 1, due_at=at + SOON, leased_until=None)


@transaction.atomic
def record(
    delivery: WebhookDelivery,
    *,
    status: int | None,
    milliseconds: int,
    error: str,
    answer: str,
    is_taken: bool,
    chance: float,
    at: datetime,
) -> None:
    """Write down what came of a call, and do what follows from it."""
    rows = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True)
    endpoint = rows.get(pk=delivery.endpoint_id)  # before its deliveries
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=at,
        status=status,
        milliseconds=milliseconds,
        error=error[:200],
        answer=answer,
    )
    told = error[:200] or ("" if is_taken else f"It answered {status}.")
    over = {"delivered_at": at} if is_taken else {}
    if delivery.is_trial and not is_taken:
        over = {"gave_up_at": at}  # it was tried once, as it was asked for
    row = WebhookDelivery.objects.filter(pk=delivery.pk, delivered_at=None, gave_up_at=None)
    row.update(last_status=status, last_error=told, leased_until=None, **over)
    if delivery.is_trial:
        return
    if is_taken:
        _well(endpoint, at)
    else:
        _failed(delivery, endpoint, told, status, chance, at)


def _well(endpoint: WebhookEndpoint, at: datetime) -> None:
    """Note that it is well, if that is news."""
    last, was_failing = endpoint.last_succeeded_at, endpoint.failing_since is not None
    if last is not None and at - last < OFTEN_ENOUGH and not was_failing:
        return
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        failures=0, failing_since=None, rests_until=None, last_succeeded_at=at
    )
    if was_failing:
        resolve_exception(
            kind=KIND, key=str(endpoint.pk), outcome="It takes events again.", by=SYSTEM, at=at
        )


def _failed(
    delivery: WebhookDelivery,
    endpoint: WebhookEndpoint,
    told: str,
    status: int | None,
    chance: float,
    at: datetime,
) -> None:
    row = WebhookDelivery.objects.filter(pk=delivery.pk, delivered_at=None, gave_up_at=None)
    pause = pause_after(delivery.attempts, chance=chance)
    if pause is None:
        row.update(gave_up_at=at)
    else:
        row.update(due_at=at + pause)
    endpoint.failures += 1
    endpoint.failing_since = since = endpoint.failing_since or at
    rest = rest_after(endpoint.failures)
    endpoint.rests_until = at + rest if rest else None
    endpoint.save(update_fields=["failures", "failing_since", "rests_until"])
    if status == GONE:
        _disable(endpoint, DisabledWhy.GONE, told, at)
    elif since <= at - GIVE_UP_ON_ENDPOINT:
        _disable(endpoint, DisabledWhy.FAILING, told, at)
    elif pause is None:
        _tell_staff(endpoint, "", told, at)


def _disable(endpoint: WebhookEndpoint, why: DisabledWhy, told: str, at: datetime) -> None:
    if endpoint.disabled_at is not None or endpoint.ended_at is not None:
        return
    disable_webhook_endpoint(endpoint_id=endpoint.pk, why=why, reason=told, by=SYSTEM, at=at)
    _tell_staff(endpoint, why.value, told, at)


def _tell_staff(endpoint: WebhookEndpoint, disabled: str, told: str, at: datetime) -> None:
    park(
        kind=KIND,
        key=str(endpoint.pk),
        evidence={
            "endpoint": str(endpoint.pk),
            "name": str(endpoint),
            "url": endpoint.url,
            "partner": endpoint.partner.name if endpoint.partner else "",
            "disabled": disabled,
            "since": endpoint.failing_since.isoformat() if endpoint.failing_since else "",
            "error": told,
        },
        by=SYSTEM,
        at=at,
    )
