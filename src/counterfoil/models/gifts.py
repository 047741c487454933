"""Gifts: what a buyer wished for whoever is to have it."""

import json
from dataclasses import asdict, dataclass

from django.db import models

from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
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
