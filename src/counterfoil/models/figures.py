"""What was counted for the figures: derived from the records, and thrown away by the next count."""

from django.db import models
from django.db.models import Q

from counterfoil.models.ids import uuid7


class Counting(models.Model):
    """One count of everything, as it stood at ``at``; ``seconds`` is how long it took."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    units = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"count of {self.at}"


class Tally(models.Model):
    """
    How many there are of one kind, and what was paid for them.

    ``subject`` says which figures it is for; what ``item`` and ``detail`` say depends on that.
    Amounts are minor units of ``currency``. Nothing refers to what is counted, so that a count
    holds up nobody.
    """

    id = models.BigAutoField(primary_key=True)
    counting = models.ForeignKey(Counting, models.CASCADE, related_name="tallies", db_index=False)
    subject = models.CharField(max_length=12)
    month = models.DateField(null=True)
    product = models.UUIDField(null=True)
    connection = models.UUIDField(null=True)
    partner = models.UUIDField(null=True)
    source = models.CharField(max_length=8, blank=True, default="")
    category = models.CharField(max_length=32, blank=True, default="")
    is_test = models.BooleanField()
    item = models.CharField(max_length=40)
    detail = models.CharField(max_length=64, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    units = models.BigIntegerField()
    amount = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(currency="") | Q(amount=0), name="counterfoil_tally_currency"
            ),
        )
        indexes = (
            models.Index(fields=("counting", "subject", "month"), name="counterfoil_tally_about"),
        )

    def __str__(self) -> str:
        return f"{self.units} {self.subject} {self.item}"
