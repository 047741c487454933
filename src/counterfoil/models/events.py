"""What other systems are told of."""

from django.db import models
from django.db.models import Q

from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.partners import Partner
from counterfoil.models.purchases import Purchase
from counterfoil.rules.events import EventType


class EventQuerySet(models.QuerySet["Event"]):
    """Which events."""

    def told(self) -> "EventQuerySet":
        """Give those that have their place in the feed, in its order."""
        return self.filter(position__isnull=False).order_by("position")


class Event(models.Model):
    """
    One thing that happened, as other systems are told of it: thin, with handles and never a code.

    It is written in the transaction of what it tells of. ``position`` is its place in the feed,
    given afterwards by one numberer at a time, without gaps and in the order in which they can be
    seen: whoever has read up to a place has missed nothing before it. ``version`` is that of the
    entitlement, by which whoever is told puts in order what arrives in another one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    position = models.BigIntegerField(null=True)
    type = models.CharField(max_length=40, choices=[(one.value, one.name) for one in EventType])
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, null=True, db_constraint=False, related_name="events"
    )
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, null=True, db_constraint=False, db_index=False
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, db_constraint=False, db_index=False
    )
    version = models.PositiveIntegerField(null=True)
    is_test = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("position",), name="counterfoil_event_place"),
            models.CheckConstraint(
                condition=Q(position__isnull=True) | Q(position__gte=1),
                name="counterfoil_event_position",
            ),
            models.CheckConstraint(
                condition=Q(entitlement__isnull=True) | Q(version__gte=1, version__isnull=False),
                name="counterfoil_event_version",
            ),
        )
        indexes = (
            models.Index(
                fields=("id",), condition=Q(position__isnull=True), name="counterfoil_event_untold"
            ),
            models.Index(
                fields=("partner", "position"),
                condition=Q(partner__isnull=False),
                name="counterfoil_event_partner",
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
