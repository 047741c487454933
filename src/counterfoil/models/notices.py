"""Reminders and warnings: which entitlement stood in which mail, so that it does once."""

from django.db import models

from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.outbox import Delivery


class Notice(models.Model):
    """
    One entitlement of which a reminder or warning tells.

    ``days`` is the one of its terms that had come, counted from ``counted_from``: the day of issue,
    or that of the end. Where the end is moved, it is warned of anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="notices")
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, db_index=False, related_name="notices"
    )
    kind = models.CharField(max_length=16)
    days = models.PositiveIntegerField()
    counted_from = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("entitlement", "kind", "days", "counted_from"),
                name="counterfoil_notice_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.entitlement_id}"
