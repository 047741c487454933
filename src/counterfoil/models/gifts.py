"""Gifts: what a buyer wished for whoever is to have it, and what was made of it."""

import json
from dataclasses import asdict, dataclass

from django.db import models
from django.db.models import Q

from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.models.partners import Partner
from counterfoil.models.people import Person
from counterfoil.models.purchases import Line
from counterfoil.rules.keyring import Purpose


@dataclass(frozen=True, kw_only=True, slots=True)
class GiftWords:
    """A wish as it was told, be it nonsense."""

    recipient_mail: str = ""
    recipient_name: str = ""
    message: str = ""
    sender_name: str = ""
    send_at: str = ""


class GiftWish(models.Model):
    """
    What the buyer of a line wished: to whom it goes, when, and with what words.

    It is a wish and nothing more: the buyer has the codes. ``recipient`` and ``send_at`` are empty
    where what was told is no address, or no time; the words are kept as they were told.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.OneToOneField(Line, models.PROTECT, related_name="gift_wish")
    recipient = models.ForeignKey(Person, models.PROTECT, null=True)
    send_at = models.DateTimeField(null=True)
    key_id = models.SmallIntegerField(null=True)
    words_sealed = models.BinaryField(null=True)
    told_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"wish {self.id}"

    def words(self) -> GiftWords | None:
        """Open the words, or give ``None`` once they were dropped."""
        if self.words_sealed is None or self.key_id is None:
            return None
        sealed = bytes(self.words_sealed)
        plain = keyring().open_(self.key_id, sealed, Purpose.PERSONAL, f"gift|{self.id}")
        return GiftWords(**json.loads(plain))

    def seal_words(self, words: GiftWords) -> None:
        """Keep the words, without saving."""
        plain = json.dumps(asdict(words)).encode()
        self.key_id, self.words_sealed = keyring().seal(plain, Purpose.PERSONAL, f"gift|{self.id}")


class GiftEnd(models.TextChoices):
    """Why a gift is over."""

    CHANGED = "changed"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    CLAIMED = "claimed"
    WITHDRAWN = "withdrawn"


class Gift(models.Model):
    """
    An entitlement that is being given to somebody, before they claim it.

    Without a ``recipient`` it is a card that the giver hands over. ``time_zone`` is where
    ``send_at`` was chosen, by IANA name. At most one gift of an entitlement is open; whoever
    changes it closes it and makes another, so that each has one mail. ``giver`` is told what
    becomes of it. ``opened_at`` is when somebody who proved their address looked at it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="gifts")
    recipient = models.ForeignKey(Person, models.PROTECT, null=True, related_name="gifts")
    giver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="gifts_given")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="gifts")
    key_id = models.SmallIntegerField(null=True)
    words_sealed = models.BinaryField(null=True)
    hides_sender = models.BooleanField(default=False)
    send_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    locale = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=9, blank=True, default="", choices=GiftEnd.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("entitlement",),
                condition=Q(ended_at__isnull=True),
                name="counterfoil_gift_once",
            ),
        )

    def __str__(self) -> str:
        return f"gift {self.id}"

    def words(self) -> GiftWords | None:
        """Open name, message and sender's name, or give ``None`` once they were dropped."""
        if self.words_sealed is None or self.key_id is None:
            return None
        plain = keyring().open_(
            self.key_id, bytes(self.words_sealed), Purpose.PERSONAL, f"given|{self.id}"
        )
        return GiftWords(**json.loads(plain))

    def seal_words(self, words: GiftWords) -> None:
        """Keep the words, without saving."""
        plain = json.dumps(asdict(words)).encode()
        self.key_id, self.words_sealed = keyring().seal(plain, Purpose.PERSONAL, f"given|{self.id}")
