"""One act on many entitlements: what was chosen, and what became of each."""

from django.db import models
from django.db.models import Q

from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.jobs import Job


class BulkStatus(models.TextChoices):
    """How far a bulk act has come; how its job stands is the job's."""

    JUDGED = "judged"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DONE = "done"
    DISCARDED = "discarded"


class Bulk(models.Model):
    """
    An act that staff want done to many entitlements.

    What is meant is fixed when it is previewed: its items. ``selection`` says how they were chosen
    (a filter as in an address, or a list), ``parameters`` what the act takes. ``inverse_of`` is
    the bulk act that this one takes back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.CharField(max_length=32)
    parameters = models.JSONField(default=dict)
    selection = models.JSONField(default=dict)
    reason = models.CharField(max_length=64)
    comment = models.TextField(blank=True, default="")
    case = models.CharField(max_length=100, blank=True, default="")
    status = models.CharField(max_length=9, choices=BulkStatus.choices)
    requested_by = models.CharField(max_length=64)
    requested_for = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    inverse_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="inverses")
    job = models.ForeignKey(Job, models.SET_NULL, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in BulkStatus]),
                name="counterfoil_bulk_status",
            ),
        )

    def __str__(self) -> str:
        return f"{self.act} of many, {self.id}"


class BulkItem(models.Model):
    """
    One entitlement of a bulk act.

    ``standing`` is what the preview found (it fits, or why not), ``outcome`` what became of it
    (a value of :class:`~counterfoil.rules.bulk.Outcome`), ``problem`` how it stood by then or the
    code of the refusal, and ``before`` who had it and what is needed to take it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="bulk_items")
    standing = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=10, blank=True, default="")
    problem = models.CharField(max_length=300, blank=True, default="")
    before = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("bulk", "number"), name="counterfoil_bulk_number"),
            models.UniqueConstraint(
                fields=("bulk", "entitlement"), name="counterfoil_bulk_item_once"
            ),
        )

    def __str__(self) -> str:
        return f"item {self.number} of {self.bulk_id}"
