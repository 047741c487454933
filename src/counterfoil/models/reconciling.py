"""What came of comparing a channel with our records: runs, and the differences they found."""

from django.db import models

from counterfoil.models.catalogue import Connection
from counterfoil.models.ids import uuid7
from counterfoil.models.purchases import Purchase


class Cause(models.TextChoices):
    """Why a connection was compared: the schedule, or somebody who asked for it."""

    SHORT = "short"
    LONG = "long"
    ASKED = "asked"


class DifferenceKind(models.TextChoices):
    """What was not the same there and here."""

    MISSED = "missed"
    ODD = "odd"
    DIFFERING = "differing"
    UNREADABLE = "unreadable"


class DifferenceOutcome(models.TextChoices):
    """What was done about a difference."""

    HEALED = "healed"
    PARKED = "parked"


class ReconcileRun(models.Model):
    """
    One comparison of a connection's orders with our purchases.

    It is complete if the channel answered to the end; ``stopped`` says why it did not. Short sweeps
    that find nothing leave no run.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="runs")
    cause = models.CharField(max_length=8, choices=Cause.choices)
    since = models.DateTimeField()
    until = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=100)
    counts = models.JSONField(default=dict)
    is_complete = models.BooleanField(default=False)
    stopped = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("connection", "-started_at"), name="counterfoil_run_newest"),
        )

    def __str__(self) -> str:
        return f"{self.cause} run of {self.started_at:%Y-%m-%d %H:%M}"


class Difference(models.Model):
    """One order that was not the same at the channel and here, and what was done about it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ReconcileRun, models.CASCADE, related_name="differences")
    connection = models.ForeignKey(Connection, models.PROTECT)
    kind = models.CharField(max_length=12, choices=DifferenceKind.choices)
    outcome = models.CharField(max_length=8, choices=DifferenceOutcome.choices)
    reference = models.CharField(max_length=200)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True)
    issued = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("-at",), name="counterfoil_difference_newest"),
            models.Index(fields=("connection", "-at"), name="counterfoil_difference_of"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
