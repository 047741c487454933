"""What staff did that touches no entitlement, and therefore is in no entry of the ledger."""

from django.db import models

from counterfoil.models.catalogue import Connection
from counterfoil.models.ids import uuid7


class AuditEntry(models.Model):
    """
    One act of staff on a connection, its mapping or its messages, or on a partner; only added to.

    ``data`` says what was there before and after, and never holds a secret or personal data.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=32)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    actor_display = models.CharField(max_length=100, blank=True, default="")
    connection = models.ForeignKey(Connection, models.PROTECT, null=True, related_name="audit")
    subject = models.CharField(max_length=200, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=("connection", "act", "-at"), name="counterfoil_audit_newest"),
            models.Index(
                fields=("subject", "-at"),
                condition=models.Q(connection__isnull=True),
                name="counterfoil_audit_about",
            ),
            models.Index(fields=("actor_id", "-at"), name="counterfoil_audit_actor"),
        )

    def __str__(self) -> str:
        return f"{self.act} by {self.actor_display or self.actor_id}"
