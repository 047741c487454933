"""Where events are sent to, and what became of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.db.models import Q

from counterfoil.models.events import Event
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.models.partners import Partner
from counterfoil.rules.keyring import Purpose
from counterfoil.rules.webhooks import DESCRIPTION_MAX, URL_MAX, DisabledWhy, EndpointSettings


@dataclass(frozen=True, slots=True)
class LiveSecret:
    """One secret of an endpoint, and when it ends where another has taken its place."""

    text: str = field(repr=False)
    until: datetime | None = None


class WebhookEndpoint(models.Model):
    """
    An address that is told of events: of a partner's own, where there is a partner.

    ``revision`` counts changes, so that nobody changes what they have not seen. While it is
    disabled nothing is sent; ``told_until`` is the place in the feed up to which events were
    meant for it when it was. ``failures`` counts those in a row, and after several it rests.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.CharField(max_length=URL_MAX)
    description = models.CharField(max_length=DESCRIPTION_MAX, blank=True, default="")
    types = models.JSONField(default=list)
    products = models.JSONField(default=list)
    takes_tests = models.BooleanField(default=False)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True)
    key_id = models.SmallIntegerField()
    secrets_sealed = models.BinaryField()
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.CharField(
        max_length=10,
        blank=True,
        default="",
        choices=[(one.value, one.name) for one in DisabledWhy],
    )
    told_until = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    last_succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(disabled_at__isnull=True, disabled_why="")
                | (Q(disabled_at__isnull=False) & ~Q(disabled_why="")),
                name="counterfoil_endpoint_disabled",
            ),
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, failures=0)
                | Q(failing_since__isnull=False, failures__gte=1),
                name="counterfoil_endpoint_failing",
            ),
        )

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def settings(self) -> EndpointSettings:
        """Give what it is told of, and where."""
        return EndpointSettings(
            url=self.url,
            description=self.description,
            types=tuple(self.types),
            products=tuple(self.products),
            takes_tests=self.takes_tests,
        )

    def secrets(self, *, at: datetime) -> tuple[LiveSecret, ...]:
        """Open the secrets that are good at this time, the newest first."""
        sealed = bytes(self.secrets_sealed)
        opened = keyring().open_(self.key_id, sealed, Purpose.SECRET, f"endpoint|{self.id}")
        kept = (
            LiveSecret(text, datetime.fromisoformat(until) if until else None)
            for text, until in json.loads(opened)
        )
        return tuple(one for one in kept if one.until is None or one.until > at)

    def seal_secrets(self, secrets: Sequence[LiveSecret]) -> None:
        """Keep these secrets, without saving."""
        told = [(one.text, one.until.isoformat() if one.until else None) for one in secrets]
        self.key_id, self.secrets_sealed = keyring().seal(
            json.dumps(told).encode(), Purpose.SECRET, f"endpoint|{self.id}"
        )


class WebhookDelivery(models.Model):
    """
    One event for one endpoint: due until it was taken, or given up.

    Whoever sends it has it until ``leased_until``; what is known afterwards is kept with every
    attempt. One that is a trial was asked for by somebody, and is tried once.
    """

    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, models.DO_NOTHING, db_constraint=False, related_name="+")
    is_trial = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("endpoint", "event"), name="counterfoil_webhookdelivery_once"
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(gave_up_at__isnull=True),
                name="counterfoil_webhookdelivery_over",
            ),
        )
        indexes = (
            models.Index(
                fields=("endpoint", "due_at"),
                condition=Q(delivered_at__isnull=True, gave_up_at__isnull=True),
                name="counterfoil_webhook_due",
            ),
            models.Index(
                fields=("endpoint", "leased_until"),
                condition=Q(leased_until__isnull=False),
                name="counterfoil_webhook_leased",
            ),
            models.Index(
                fields=("endpoint", "-id"),
                condition=Q(gave_up_at__isnull=False),
                name="counterfoil_webhook_given_up",
            ),
            models.Index(fields=("endpoint", "-id"), name="counterfoil_webhook_log"),
        )

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}"


class WebhookAttempt(models.Model):
    """One call of an endpoint: what it answered, cut short and without codes, or why not."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="tried")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField()
    error = models.CharField(max_length=200, blank=True, default="")
    answer = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.status or self.error} at {self.at}"
