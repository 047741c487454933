"""The words of mails where staff have changed them."""

from django.db import models
from django.db.models import Q

from counterfoil.models.ids import uuid7


class MailText(models.Model):
    """
    Subject and text of one mail in one language, as staff wrote them; placeholders, no templates.

    Each saving makes a row; the one that is not ended is used, and without one the shipped words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=16)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    saved_by = models.CharField(max_length=64)
    saved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("template", "language"),
                condition=Q(ended_at__isnull=True),
                name="counterfoil_mail_text_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.template} ({self.language})"
