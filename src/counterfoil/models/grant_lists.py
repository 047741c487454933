"""Lists of grants: who gets something without a sale, and what became of each row."""

import json
from typing import Any

from django.db import models
from django.db.models import Q

from counterfoil.models.catalogue import Product
from counterfoil.models.ids import uuid7
from counterfoil.models.jobs import Job
from counterfoil.models.keys import keyring
from counterfoil.models.partners import Partner
from counterfoil.models.purchases import Purchase
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.keyring import Purpose


class GrantListStatus(models.TextChoices):
    """How far a list of grants has come."""

    JUDGED = "judged"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DONE = "done"
    DISCARDED = "discarded"


class GrantList(models.Model):
    """
    A file of grants: one category, reason and case for all, a product and recipient for each row.

    The same file is taken once, unless the first was discarded.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file_name = models.CharField(max_length=200, blank=True, default="")
    digest = models.BinaryField()
    category = models.CharField(
        max_length=24, choices=[(one.value, one.name) for one in GrantCategory]
    )
    reason = models.CharField(max_length=200)
    reference = models.CharField(max_length=200)
    reference_kind = models.CharField(
        max_length=8,
        choices=[(kind.value, kind.name) for kind in ReferenceKind],
        default=ReferenceKind.CASE.value,
        db_default=ReferenceKind.CASE.value,
    )
    partner = models.ForeignKey(Partner, models.PROTECT, null=True)
    status = models.CharField(max_length=9, choices=GrantListStatus.choices)
    requested_by = models.CharField(max_length=64)
    requested_for = models.CharField(max_length=100, blank=True, default="")
    approved_by = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("digest",),
                condition=~Q(status="discarded"),
                name="counterfoil_grant_list_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in GrantListStatus]),
                name="counterfoil_grant_list_status",
            ),
        )

    def __str__(self) -> str:
        return f"list of grants {self.id}"


class GrantListRow(models.Model):
    """
    One row: what is given to whom, what stands against it, and the grant that came of it.

    What the row says is kept sealed until its list was carried out, and dropped then. What it is
    about is that of its list, unless it says something else.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    grant_list = models.ForeignKey(GrantList, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, null=True)
    quantity = models.PositiveIntegerField(default=1)
    reference = models.CharField(max_length=200, blank=True, default="")
    reference_kind = models.CharField(max_length=8, blank=True, default="", db_default="")
    key_id = models.SmallIntegerField(null=True)
    recipient_sealed = models.BinaryField(null=True)
    fault = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=40, blank=True, default="")
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("grant_list", "number"), name="counterfoil_grant_list_row"
            ),
        )

    def __str__(self) -> str:
        return f"row {self.number} of {self.grant_list_id}"

    def recipient(self) -> dict[str, Any]:
        """Open who is meant, or give nothing once that was dropped."""
        if self.recipient_sealed is None or self.key_id is None:
            return {}
        plain = keyring().open_(
            self.key_id, bytes(self.recipient_sealed), Purpose.PERSONAL, f"grantlist|{self.id}"
        )
        found: dict[str, Any] = json.loads(plain)
        return found

    def seal_recipient(self, recipient: dict[str, Any]) -> None:
        """Keep who is meant, without saving."""
        self.key_id, self.recipient_sealed = keyring().seal(
            json.dumps(recipient).encode(), Purpose.PERSONAL, f"grantlist|{self.id}"
        )
