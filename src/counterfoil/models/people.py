"""People: who bought, who was given, who holds. Names and addresses live here and nowhere else."""

import json
import secrets
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import models

from counterfoil.models.ids import uuid7
from counterfoil.models.keys import found_by, keyring
from counterfoil.rules.keyring import KeyRing, Purpose
from counterfoil.rules.people import mask_mail, normalise_mail


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """How to reach and address a person."""

    mail: str
    name: str = ""
    locale: str = ""

    @property
    def masked(self) -> str:
        """Give the address so that only its owner recognises it."""
        return mask_mail(self.mail)


class PersonQuerySet(models.QuerySet["Person"]):
    """Which people."""

    def reading(self, mail: str) -> "PersonQuerySet":
        """Give whoever reads this address, under any key of the ring; nobody if it is none."""
        address = normalise_mail(mail)
        if address is None:
            return self.none()
        return self.filter(found_by(keyring().lookups("mail:", address), "mail_"))

    def one_reading(self, mail: str) -> "Person | None":
        """Give whoever reads this address, under the newest key; ``None`` if nobody is known."""
        return self.reading(mail).order_by("-mail_key_id").first()


class Person(models.Model):
    """
    One mail address, and what we know of whoever reads it.

    The address is found by keyed hash and kept under a key of the person's own; destroying that
    key is what erases the person, while everything that refers to the row stays true.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mail_key_id = models.SmallIntegerField()
    mail_lookup = models.BinaryField()
    key_id = models.SmallIntegerField()
    own_key = models.BinaryField(null=True)
    contact_sealed = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("mail_key_id", "mail_lookup"),
                name="counterfoil_person_mail",
            ),
        )

    def __str__(self) -> str:
        return f"person {self.id}"

    def contact(self) -> Contact | None:
        """Open name and address, or give ``None`` once the person was erased."""
        if self.own_key is None or self.contact_sealed is None:
            return None
        ring = keyring()
        own = ring.open_(self.key_id, bytes(self.own_key), Purpose.PERSONAL, f"person|{self.id}")
        data = json.loads(KeyRing.open_with(own, bytes(self.contact_sealed), f"contact|{self.id}"))
        return Contact(**data)

    def seal_contact(self, contact: Contact) -> None:
        """Keep name and address under a fresh key of the person's own, without saving."""
        own = secrets.token_bytes(32)
        data = json.dumps(asdict(contact)).encode()
        self.key_id, self.own_key = keyring().seal(own, Purpose.PERSONAL, f"person|{self.id}")
        self.contact_sealed = KeyRing.seal_with(own, data, f"contact|{self.id}")


class Account(models.Model):
    """
    Whoever can hold entitlements: a person, a user of the host, or an id in the host's system.

    One that was merged into another has nothing any more; its rights are the other's.
    ``time_zone`` is where its owner reads times, by IANA name; empty if they never said. A session
    that began before ``signed_out_at`` is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(Person, models.PROTECT, null=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    external_reference = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    time_zone = models.CharField(max_length=64, blank=True, default="")
    signed_out_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(person__isnull=False)
                | models.Q(user__isnull=False)
                | models.Q(external_reference__isnull=False)
                | models.Q(merged_into__isnull=False),
                name="counterfoil_account_is_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"account {self.id}"


class SignIn(models.Model):
    """
    A one-time code sent to an address, to prove that somebody reads it.

    The code itself is drawn by the mail worker at the moment of sending; only its keyed hash is
    kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE)
    key_id = models.SmallIntegerField(null=True)
    lookup = models.BinaryField(null=True)
    tried_count = models.SmallIntegerField(default=0)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in {self.id}"


class Unsubscription(models.Model):
    """A kind of mail that somebody does not want any more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="unsubscriptions")
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "kind"), name="counterfoil_unsubscribed_once"
            ),
        )

    def __str__(self) -> str:
        return f"no {self.kind} for {self.person_id}"
