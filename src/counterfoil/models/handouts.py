"""Hand-outs: a partner's list of recipients, and what became of each row."""

import json
from typing import Any

from django.db import models

from counterfoil.models.catalogue import Product
from counterfoil.models.entitlements import Entitlement
from counterfoil.models.gifts import Gift
from counterfoil.models.ids import uuid7
from counterfoil.models.jobs import Job
from counterfoil.models.keys import keyring
from counterfoil.models.partners import Allotment, Partner
from counterfoil.models.people import Person
from counterfoil.models.reservations import Reservation
from counterfoil.rules.keyring import Purpose


class HandoutStatus(models.TextChoices):
    """How far a hand-out has come."""

    JUDGED = "judged"
    CONFIRMED = "confirmed"
    DONE = "done"
    DISCARDED = "discarded"


class Handout(models.Model):
    """
    A list of recipients to whom a partner hands out entitlements of one product, one each.

    They are taken from ``allotment`` or ``reservation`` where one is named, else from whatever
    the partner has free.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="handouts")
    product = models.ForeignKey(Product, models.PROTECT)
    allotment = models.ForeignKey(Allotment, models.PROTECT, null=True)
    reservation = models.ForeignKey(Reservation, models.PROTECT, null=True)
    file_name = models.CharField(max_length=200, blank=True, default="")
    digest = models.BinaryField()
    status = models.CharField(max_length=9, choices=HandoutStatus.choices)
    options = models.JSONField(default=dict)
    created_by = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True)

    def __str__(self) -> str:
        return f"hand-out {self.id}"


class HandoutRow(models.Model):
    """
    One row of a hand-out: who is meant, what stands against it, what became of it.

    ``words`` are what the file says of the recipient: name, message, when to send, and the
    address as it was written.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    handout = models.ForeignKey(Handout, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    recipient = models.ForeignKey(Person, models.PROTECT, null=True)
    key_id = models.SmallIntegerField(null=True)
    words_sealed = models.BinaryField(null=True)
    fault = models.CharField(max_length=40, blank=True, default="")
    outcome = models.CharField(max_length=40, blank=True, default="")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, null=True)
    gift = models.ForeignKey(Gift, models.PROTECT, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("handout", "number"), name="counterfoil_handout_row"),
        )

    def __str__(self) -> str:
        return f"row {self.number} of {self.handout_id}"

    def words(self) -> dict[str, Any]:
        """Open what the row says, or give nothing once that was dropped."""
        if self.words_sealed is None or self.key_id is None:
            return {}
        plain = keyring().open_(
            self.key_id, bytes(self.words_sealed), Purpose.PERSONAL, f"handout|{self.id}"
        )
        found: dict[str, Any] = json.loads(plain)
        return found

    def seal_words(self, words: dict[str, Any]) -> None:
        """Keep what the row says, without saving."""
        self.key_id, self.words_sealed = keyring().seal(
            json.dumps(words).encode(), Purpose.PERSONAL, f"handout|{self.id}"
        )
