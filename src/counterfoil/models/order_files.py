"""Files with orders that were uploaded, and their rows."""

import json
from typing import Any

from django.db import models
from django.db.models import Q

from counterfoil.models.catalogue import Connection
from counterfoil.models.ids import uuid7
from counterfoil.models.jobs import Job
from counterfoil.models.keys import keyring
from counterfoil.rules.keyring import Purpose
from counterfoil.rules.order_files import Extent, FileStatus, RowOutcome, Verdict


class OrderFile(models.Model):
    """
    One file with orders; the same bytes are the same file.

    The bytes are sealed, for they hold names and addresses, and gone once the file was discarded.
    ``choices`` is how somebody wanted it read, ``reading`` how it was read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT, related_name="order_files")
    name = models.CharField(max_length=200)
    sha256 = models.BinaryField()
    size = models.PositiveIntegerField()
    key_id = models.SmallIntegerField(null=True)
    content_sealed = models.BinaryField(null=True)
    choices = models.JSONField(default=dict)
    reading = models.JSONField(default=dict)
    status = models.CharField(max_length=9, choices=[(it.value, it.name) for it in FileStatus])
    extent = models.CharField(
        max_length=9, blank=True, default="", choices=[(it.value, it.name) for it in Extent]
    )
    row_count = models.PositiveIntegerField(default=0)
    confirmed_count = models.PositiveSmallIntegerField(default=0)
    job = models.ForeignKey(Job, models.PROTECT, null=True)
    uploaded_by = models.CharField(max_length=64)
    uploaded_for = models.CharField(max_length=100, blank=True, default="")
    uploaded_at = models.DateTimeField()
    judged_at = models.DateTimeField()
    confirmed_for = models.CharField(max_length=100, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "sha256"), name="counterfoil_order_file_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[it.value for it in FileStatus]),
                name="counterfoil_order_file_status",
            ),
            models.CheckConstraint(
                condition=Q(status="discarded", key_id__isnull=True, content_sealed__isnull=True)
                | Q(~Q(status="discarded"), key_id__isnull=False, content_sealed__isnull=False),
                name="counterfoil_order_file_content",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["confirmed", "done"], extent__in=[it.value for it in Extent]
                )
                | Q(status__in=["checked", "discarded"]),
                name="counterfoil_order_file_extent",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def content(self) -> bytes:
        """Open the bytes of the file; none once it was discarded."""
        if self.content_sealed is None or self.key_id is None:
            return b""
        sealed = bytes(self.content_sealed)
        return keyring().open_(self.key_id, sealed, Purpose.PERSONAL, f"order_file|{self.id}")

    def seal_content(self, content: bytes) -> None:
        """Keep these bytes, without saving."""
        self.key_id, self.content_sealed = keyring().seal(
            content, Purpose.PERSONAL, f"order_file|{self.id}"
        )


class OrderFileRow(models.Model):
    """
    One row of a file, by its number as a spreadsheet counts.

    ``lead`` is the number of the first row of the same order: orders are carried out by it. What
    is said of people is sealed. ``verdict`` is what would become of the row, ``outcome`` what did,
    and ``trouble`` says in a sentence what is wrong.
    """

    pk = models.CompositePrimaryKey("file_id", "number")
    file = models.ForeignKey(OrderFile, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    is_readable = models.BooleanField()
    order_reference = models.CharField(max_length=200)
    line_reference = models.CharField(max_length=200)
    sku = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField(null=True)
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    paid_at = models.DateTimeField(null=True)
    key_id = models.SmallIntegerField(null=True)
    personal_sealed = models.BinaryField(null=True)
    lead = models.PositiveIntegerField()
    verdict = models.CharField(max_length=11, choices=[(it.value, it.name) for it in Verdict])
    outcome = models.CharField(
        max_length=7, blank=True, default="", choices=[(it.value, it.name) for it in RowOutcome]
    )
    trouble = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=[it.value for it in Verdict]),
                name="counterfoil_order_file_row_verdict",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *[it.value for it in RowOutcome]]),
                name="counterfoil_order_file_row_outcome",
            ),
            models.CheckConstraint(
                condition=Q(is_readable=False, verdict="bad", is_readable__isnull=False)
                | Q(
                    is_readable=True,
                    is_readable__isnull=False,
                    quantity__isnull=False,
                    quantity__gte=1,
                    amount__isnull=False,
                    amount__gte=0,
                ),
                name="counterfoil_order_file_row_readable",
            ),
        )
        indexes = (
            models.Index(fields=("file", "verdict", "number"), name="counterfoil_file_row_verdict"),
            models.Index(fields=("file", "lead"), name="counterfoil_file_row_lead"),
        )

    def __str__(self) -> str:
        return f"row {self.number} of {self.file_id}"

    def personal(self) -> dict[str, Any]:
        """Open what the row says of people."""
        if self.personal_sealed is None or self.key_id is None:
            return {}
        sealed, about = bytes(self.personal_sealed), personal_about(self.file_id, self.number)
        found: dict[str, Any] = json.loads(
            keyring().open_(self.key_id, sealed, Purpose.PERSONAL, about)
        )
        return found


def personal_about(file_id: object, number: int) -> str:
    """Say to which row sealed text belongs; moved to another, it does not open."""
    return f"order_file_row|{file_id}|{number}"
