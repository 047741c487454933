"""Reservations: entitlements that are kept for somebody until a moment."""

from django.db import models
from django.db.models import Q

from counterfoil.models.catalogue import Product
from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.partners import Partner
from counterfoil.models.people import Account


class ReservationEnd(models.TextChoices):
    """Why an entitlement is not kept any more."""

    USED = "used"
    RELEASED = "released"
    LAPSED = "lapsed"
    TAKEN_OVER = "taken_over"
    WITHDRAWN = "withdrawn"


class Reservation(models.Model):
    """
    So many entitlements kept until ``until``, for an account or for whoever the owner names later.

    ``owner`` is whoever reserved, as ``partner:<id>``, ``key:<id>`` or ``operator:<id>``; ``key``
    is theirs, and asking again under it gives the same reservation: ``asked`` is a digest of what
    was asked for. It is over when none of its entitlements is kept any more; ``ended_at`` is when
    that was noticed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    asked = models.CharField(max_length=64, blank=True, default="")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    label = models.CharField(max_length=100, blank=True, default="")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="reservations")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="reservations")
    quantity = models.PositiveIntegerField()
    until = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("owner", "key"), name="counterfoil_reservation_key"),
        )
        indexes = (
            models.Index(
                fields=("until",),
                condition=Q(ended_at__isnull=True),
                name="counterfoil_reservation_lapse",
            ),
            models.Index(fields=("-created_at", "id"), name="counterfoil_reservation_newest"),
        )

    def __str__(self) -> str:
        return f"{self.quantity} for {self.owner} until {self.until:%Y-%m-%d %H:%M}"


class ReservedEntitlement(models.Model):
    """One entitlement of a reservation, and how that ended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reservation = models.ForeignKey(Reservation, models.PROTECT, related_name="items")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="reservations")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(
        max_length=10, blank=True, default="", choices=ReservationEnd.choices
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("entitlement",),
                condition=Q(ended_at__isnull=True),
                name="counterfoil_reserved_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entitlement_id} of {self.reservation_id}"
