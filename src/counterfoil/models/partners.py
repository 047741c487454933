"""Organisations that hold entitlements and hand them on, and the people who act for them."""

from django.db import models
from django.db.models import Q

from counterfoil.models.ids import uuid7
from counterfoil.models.people import Person


class Suspension(models.TextChoices):
    """How far a partner is suspended."""

    HANDING_OUT = "handing_out"
    CODES = "codes"


class Partner(models.Model):
    """
    An organisation that sees its own entitlements and nobody else's.

    One with a ``parent`` has its entitlements from that partner. A suspended one hands out
    nothing; with ``codes`` its unclaimed entitlements are on hold as well.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="sub_partners")
    suspension = models.CharField(max_length=12, blank=True, default="", choices=Suspension.choices)
    suspended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(suspension="", suspended_at__isnull=True)
                | (~Q(suspension="") & Q(suspended_at__isnull=False)),
                name="counterfoil_partner_suspended",
            ),
        )

    def __str__(self) -> str:
        return self.name


class PartnerRole(models.TextChoices):
    """What somebody may do for a partner."""

    OPERATOR = "operator"
    ADMIN = "admin"


class PartnerMember(models.Model):
    """Somebody who acts for a partner in the portal; signed in by reading their mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=8, choices=PartnerRole.choices)
    invited_by = models.CharField(max_length=64)
    invited_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partner", "person"),
                condition=Q(ended_at__isnull=True),
                name="counterfoil_member_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.partner_id}"


class Allotment(models.Model):
    """
    How many entitlements a partner may have of it; never exceeded, revoked ones not counted.

    ``parent`` is the allotment they were handed on from: what is handed on lowers the one
    and raises the other. An old allotment may be of no product in particular.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="allotments")
    product = models.ForeignKey("counterfoil.Product", models.PROTECT, null=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="handed_on")
    label = models.CharField(max_length=100, blank=True, default="")
    granted = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.granted} for {self.partner_id}"
