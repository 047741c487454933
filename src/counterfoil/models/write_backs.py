"""What a channel should show at its orders, and what it shows."""

from django.db import models
from django.db.models import F, Q

from counterfoil.models.purchases import Purchase


class WriteBack(models.Model):
    """
    That a purchase changed and its channel should show it.

    Level-triggered: nothing is kept of what happened, only that what was wanted last
    (``wanted_version``) is not yet what the channel was told (``got_version``). Tried until they
    are equal, or parked.
    """

    purchase = models.OneToOneField(Purchase, models.PROTECT, primary_key=True)
    wanted_version = models.PositiveIntegerField()
    got_version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    parked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(got_version__lte=F("wanted_version")),
                name="counterfoil_write_back_versions",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=~Q(wanted_version=F("got_version")) & Q(parked_at__isnull=True),
                name="counterfoil_write_back_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purchase_id}: {self.wanted_version}, shown {self.got_version}"
