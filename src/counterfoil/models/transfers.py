"""Transfers, and the events after which there are none."""

from django.db import models
from django.db.models import Q

from counterfoil.models.assignments import Assignment
from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.people import Person


class TransferEnd(models.TextChoices):
    """How an offer to transfer ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    OVERTAKEN = "overtaken"


class Transfer(models.Model):
    """
    A holder's offer of an entitlement to somebody else, who accepts it or does not.

    ``assignment`` is the one that would end. At most one offer of an entitlement is open.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="transfers")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="transfers")
    recipient = models.ForeignKey(Person, models.PROTECT, related_name="transfers")
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(
        max_length=9, blank=True, default="", choices=TransferEnd.choices
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("entitlement",),
                condition=Q(ended_at__isnull=True),
                name="counterfoil_transfer_once",
            ),
        )

    def __str__(self) -> str:
        return f"transfer {self.id}"


class Milestone(models.Model):
    """Something that happened at the host's to what was assigned, such as a sample that arrived."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="milestones")
    name = models.CharField(max_length=64)
    reference = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("assignment", "name"), name="counterfoil_milestone_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} of {self.assignment_id}"
