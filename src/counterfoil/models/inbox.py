"""What comes in: messages as they were delivered, before anything else happens."""

from django.db import models
from django.db.models import Q

from counterfoil.models.catalogue import Connection
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.rules.keyring import Purpose


class Message(models.Model):
    """
    One authentic delivery of a channel, body verbatim and sealed.

    It says only which order to look at (``pointer``). Handled, or parked where a person sees it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT)
    message_id = models.CharField(max_length=200)
    topic = models.CharField(max_length=100)
    pointer = models.CharField(max_length=200, blank=True, default="")
    cause_id = models.CharField(max_length=100, blank=True, default="", db_default="")
    order_reference = models.CharField(max_length=200, blank=True, default="")
    claims = models.CharField(max_length=8, blank=True, default="")
    authentic = models.BooleanField()
    key_used = models.CharField(max_length=16, blank=True, default="")
    key_id = models.SmallIntegerField(null=True)
    body_sealed = models.BinaryField(null=True)
    acked_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    handled_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=32, blank=True, default="")
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "message_id"),
                name="counterfoil_message_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=Q(handled_at__isnull=True, parked_at__isnull=True),
                name="counterfoil_message_waiting",
            ),
            models.Index(fields=("order_reference",), name="counterfoil_message_order"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.message_id}"

    def body(self) -> bytes | None:
        """Open the body as it was received, or give ``None`` once it was dropped."""
        if self.body_sealed is None or self.key_id is None:
            return None
        sealed = bytes(self.body_sealed)
        return keyring().open_(self.key_id, sealed, Purpose.PERSONAL, f"message|{self.id}")

    def seal_body(self, body: bytes) -> None:
        """Keep the body, without saving."""
        self.key_id, self.body_sealed = keyring().seal(body, Purpose.PERSONAL, f"message|{self.id}")


class RefusedMessages(models.Model):
    """
    How many messages a connection refused in one minute, and why.

    Nothing else of them is kept. Where very many come the count is a lower bound.
    """

    id = models.BigAutoField(primary_key=True)
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="refused")
    reason = models.CharField(max_length=32)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "reason", "minute"),
                name="counterfoil_refused_once",
            ),
        )
        indexes = (models.Index(fields=("minute",), name="counterfoil_refused_minute"),)

    def __str__(self) -> str:
        return f"{self.count} {self.reason} at {self.minute:%Y-%m-%d %H:%M}"
