"""Who has an entitlement, and what it is for."""

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.partners import Partner
from counterfoil.models.people import Account


class Relation(models.TextChoices):
    """For whom the holder said an entitlement is."""

    UNSAID = ""
    SELF = "self"
    DEPENDANT = "dependant"
    OTHER = "other"


class Subject(models.Model):
    """
    What an entitlement is for: of a declared kind, here or in the host's system.

    ``unique_key`` is what its kind's rule of uniqueness makes of it: no two of a kind share one.
    Where ``is_sole``, one entitlement at a time may be for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="subjects")
    kind = models.CharField(max_length=32)
    data = models.JSONField(default=dict, blank=True)
    external_reference = models.CharField(max_length=200, blank=True, default="")
    unique_key = models.CharField(max_length=120, null=True)  # noqa: DJ001
    is_sole = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "unique_key"), name="counterfoil_subject_unique"
            ),
        )
        indexes = (
            models.Index(
                fields=("external_reference",),
                condition=~Q(external_reference=""),
                name="counterfoil_subject_reference",
            ),
            models.Index(
                Lower(KeyTextTransform("name", "data")),
                condition=Q(data__has_key="name"),
                name="counterfoil_subject_name",
            ),
        )

    def __str__(self) -> str:
        return str(self.data.get("name") or self.external_reference or f"{self.kind} {self.id}")


class Assignment(models.Model):
    """
    Who has an entitlement, and for what. Ended ones stay: they are its history.

    ``sole_subject`` repeats the subject where that is for one entitlement at a time; the database
    sets it, whoever writes the subject.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="assignments")
    account = models.ForeignKey(Account, models.PROTECT, related_name="assignments")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="assignments")
    by_partner = models.ForeignKey(Partner, models.PROTECT, null=True)
    sole_subject = models.UUIDField(null=True, editable=False)
    relation = models.CharField(
        max_length=9, blank=True, default="", db_default="", choices=Relation.choices
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("entitlement",),
                condition=Q(ended_at__isnull=True),
                name="counterfoil_assigned_once",
            ),
            models.UniqueConstraint(
                fields=("sole_subject",),
                condition=Q(ended_at__isnull=True),
                name="counterfoil_sole_subject",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entitlement_id} -> {self.account_id}"
