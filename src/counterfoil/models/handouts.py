"""Hand-outs: a partner's list of recipients, and what became of each row."""

import json
from typing import Any

from django.db import models
from django.db.models import Q

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

A_CUSTOMERS = """(e.state IN ('issued', 'reserved') AND (e.batch IS NOT NULL
   OR (e.allotment_id IS NULL AND EXISTS (
            SELECT FROM counterfoil_purchase u
             WHERE u.id = e.purchase_id
               AND (u.buyer_id IS NOT NULL OR u.account_id IS NOT NULL)))))"""
"""
Bought from a partner by one of its customers, by mail or as a printed piece that a till sold:
theirs to use, and not the partner's to give to somebody else.
"""

FREE_TO_HAND_OUT = f"""e.partner_id = %(partner)s AND e.product_id = %(product)s
   AND e.held_count = 0
   AND (e.expires_at IS NULL OR e.expires_at > clock_timestamp())
   AND NOT {A_CUSTOMERS}
   AND (%(allotment)s::uuid IS NULL OR e.allotment_id = %(allotment)s)
   AND (%(entitlement)s::uuid IS NULL OR e.id = %(entitlement)s)
   AND CASE WHEN %(reservation)s::uuid IS NULL THEN e.state = 'issued'
            ELSE e.state = 'reserved' AND e.reserved_until > clock_timestamp()
                 AND EXISTS (SELECT FROM counterfoil_reservedentitlement k
                              WHERE k.entitlement_id = e.id AND k.ended_at IS NULL
                                AND k.reservation_id = %(reservation)s) END
   AND NOT EXISTS (SELECT FROM counterfoil_gift g
                    WHERE g.entitlement_id = e.id AND g.ended_at IS NULL)
   AND NOT EXISTS (SELECT FROM counterfoil_handoutrow w
                     JOIN counterfoil_handout h ON h.id = w.handout_id
                    WHERE w.entitlement_id = e.id AND w.outcome = ''
                      AND h.status = 'confirmed')"""  # noqa: S608 - ours
"""
What a partner can give to somebody: not what a customer bought from it, and not what is promised to
a row of a hand-out that is being carried out.
"""


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

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partner", "product", "digest"),
                condition=~Q(status="discarded"),
                name="counterfoil_handout_once",
            ),
        )

    def __str__(self) -> str:
        return f"hand-out {self.id}"

    def pool(self) -> dict[str, Any]:
        """Give what it is taken from, as :data:`FREE_TO_HAND_OUT` needs it."""
        return {
            "partner": self.partner_id,
            "product": self.product_id,
            "allotment": self.allotment_id,
            "reservation": self.reservation_id,
            "entitlement": None,
        }


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
