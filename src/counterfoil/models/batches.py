"""Batches: codes made for print before there is a sale, and the file that carries them."""

from django.db import models
from django.db.models import Q

from counterfoil.models.catalogue import Product, TermsVersion
from counterfoil.models.ids import uuid7
from counterfoil.models.partners import Partner
from counterfoil.rules.batches import Step


class Batch(models.Model):
    """
    So many entitlements of one product, minted for print.

    How it stands is told by its dates. ``certificate`` is that of whoever prints: the file can be
    opened by nobody else. ``quantity`` is how many were asked for and approved.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=64, unique=True)
    product = models.ForeignKey(Product, models.PROTECT)
    terms = models.ForeignKey(TermsVersion, models.PROTECT)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True)
    is_test = models.BooleanField()
    quantity = models.PositiveIntegerField()
    reason = models.TextField()
    certificate = models.TextField()
    key_fingerprint = models.CharField(max_length=64)
    key_name = models.CharField(max_length=200, blank=True, default="")
    requested_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    minted_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    codes_dropped_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=100_000),
                name="counterfoil_batch_quantity",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(rejected_at__isnull=True),
                name="counterfoil_batch_decided",
            ),
            models.CheckConstraint(
                condition=Q(minted_at__isnull=True) | Q(approved_at__isnull=False),
                name="counterfoil_batch_minted",
            ),
        )
        indexes = (models.Index(fields=("-requested_at", "id"), name="counterfoil_batch_newest"),)

    def __str__(self) -> str:
        return self.name


class BatchStep(models.Model):
    """One thing somebody did with a batch; never changed or removed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16, choices=[(step.value, step.name) for step in Step])
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    actor_display = models.CharField(max_length=100, blank=True, default="")
    comment = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=("batch", "at"), name="counterfoil_batch_steps"),)

    def __str__(self) -> str:
        return f"{self.step} of {self.batch_id}"


class PrintFile(models.Model):
    """
    The codes of a batch, encrypted for whoever prints them, until somebody has fetched the file.

    Afterwards only its digest is left. Asking for it again takes two people again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="print_files")
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("batch", "number"), name="counterfoil_print_file_once"),
            models.CheckConstraint(
                condition=Q(fetched_at__isnull=True) | Q(content__isnull=True),
                name="counterfoil_print_file_gone",
            ),
        )

    def __str__(self) -> str:
        return f"print file {self.number} of {self.batch_id}"
