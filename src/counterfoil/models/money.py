"""What became of the money afterwards: refunds, and what was decided for each unit; disputes."""

from django.db import models
from django.db.models import Q

from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.purchases import Line, Purchase
from counterfoil.rules.orders import DisputeStatus, RefundStatus


class Decision(models.TextChoices):
    """What a refund means for one unit."""

    REVOKE = "revoke"
    KEEP = "keep"
    PENDING = "pending"


class RefundCovers(models.TextChoices):
    """What a row of a refund is about: units of a line, or why of none."""

    UNITS = "units"
    MONEY = "money"
    NOTHING_ISSUED = "nothing_issued"
    UNKNOWN = "unknown"


class Refund(models.Model):
    """
    A refund as far as it concerns one line; one that covers several lines has a row for each.

    What concerns no line of ours has a row of its own without units: money that takes nothing back
    (shipping, goodwill), lines for which nothing was issued, or what nobody has said yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="refunds")
    line = models.ForeignKey(Line, models.PROTECT, null=True)
    external_reference = models.CharField(max_length=200)
    covers = models.CharField(
        max_length=16, choices=RefundCovers.choices, default=RefundCovers.UNITS
    )
    units = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(
        max_length=10, choices=[(status.value, status.name) for status in RefundStatus]
    )
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("purchase", "external_reference", "line"),
                nulls_distinct=False,
                name="counterfoil_refund_once",
            ),
            models.CheckConstraint(
                condition=Q(covers="units", line__isnull=False)
                | Q(
                    covers__in=["money", "nothing_issued", "unknown"],
                    line__isnull=True,
                    units=0,
                ),
                name="counterfoil_refund_covers",
            ),
        )
        indexes = (
            models.Index(fields=("external_reference",), name="counterfoil_refund_reference"),
        )

    def __str__(self) -> str:
        return f"refund {self.external_reference}"


class RefundedEntitlement(models.Model):
    """What one refund meant for one entitlement; a later decision supersedes an earlier one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    refund = models.ForeignKey(Refund, models.PROTECT, related_name="decisions")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="refund_decisions")
    decision = models.CharField(max_length=8, choices=Decision.choices)
    decided_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("entitlement",),
                condition=Q(superseded_at__isnull=True),
                name="counterfoil_refunded_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.decision} {self.entitlement_id}"


class RefundRuling(models.Model):
    """
    What a person said a refund takes back, where its channel did not say.

    It holds for the refund as it was: one of another amount, or one that failed meanwhile, is asked
    about again. ``units`` are ids of entitlements, and empty for money that takes nothing back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="rulings")
    external_reference = models.CharField(max_length=200)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    units = models.JSONField(default=list)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64)
    decided_display = models.CharField(max_length=100, blank=True, default="")
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("purchase", "external_reference"),
                condition=Q(superseded_at__isnull=True),
                name="counterfoil_ruled_once",
            ),
        )

    def __str__(self) -> str:
        return f"refund {self.external_reference}: {len(self.units)} units"


class Dispute(models.Model):
    """A dispute about a payment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="disputes")
    external_reference = models.CharField(max_length=200)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(
        max_length=16, choices=[(status.value, status.name) for status in DisputeStatus]
    )
    reason = models.CharField(max_length=64, blank=True, default="")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("purchase", "external_reference"),
                name="counterfoil_dispute_once",
            ),
        )
        indexes = (
            models.Index(fields=("external_reference",), name="counterfoil_dispute_reference"),
        )

    def __str__(self) -> str:
        return f"dispute {self.external_reference}"
