"""What was answered to requests that may be repeated."""

from django.db import models

from counterfoil.models.ids import uuid7


class Reply(models.Model):
    """
    What one request was answered, kept with its effect so that repeating it gives the same.

    ``digest`` is a hash of method, path and body: a key stands for one request and no other. A
    reply holds handles, and never a code.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    principal = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    digest = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("principal", "key"), name="counterfoil_reply_once"),
        )
        indexes = (models.Index(fields=("created_at",), name="counterfoil_reply_age"),)

    def __str__(self) -> str:
        return f"reply {self.status} to {self.principal}"
