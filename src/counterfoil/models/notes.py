"""What staff wrote down for each other."""

from django.db import models
from django.db.models import Q

from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.purchases import Purchase
from counterfoil.models.support import ExceptionCase


class Note(models.Model):
    """
    A remark of staff about a purchase, one of its entitlements, or a case; only added to.

    ``reference`` is the ticket it belongs to. Numbers of cards, codes and addresses are masked
    before it is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="notes")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, null=True, related_name="notes")
    case = models.ForeignKey(ExceptionCase, models.PROTECT, null=True, related_name="notes")
    text = models.TextField()
    reference = models.CharField(max_length=100, blank=True, default="")
    author_id = models.CharField(max_length=64)
    author_display = models.CharField(max_length=100, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(purchase__isnull=False)
                | Q(entitlement__isnull=False)
                | Q(case__isnull=False),
                name="counterfoil_note_about",
            ),
        )
        indexes = (
            models.Index(
                fields=("reference",),
                condition=~Q(reference=""),
                name="counterfoil_note_reference",
            ),
            models.Index(fields=("author_id", "-at"), name="counterfoil_note_author"),
        )

    def __str__(self) -> str:
        return f"note {self.id}"
