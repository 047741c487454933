"""What support needs to see: attempts, exceptions; and the keys of machines that call us."""

from django.db import models
from django.db.models import Q

from counterfoil.models.catalogue import Connection
from counterfoil.models.entitlements import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.inbox import Message
from counterfoil.models.partners import Partner
from counterfoil.models.people import Account
from counterfoil.models.purchases import Purchase


class ApiKey(models.Model):
    """
    The key of a back office or partner: a public prefix and a hash, never the key itself.

    One that tells us of orders does so through its ``connection``, and sees no other's.
    ``last_used_at`` is true to some minutes: it is not written at every call.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField()
    scopes = models.JSONField(default=list)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True)
    connection = models.ForeignKey(Connection, models.PROTECT, null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    guesses_stopped_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"


class Attempt(models.Model):
    """
    One presentation of a code, with the precise outcome, for staff.

    Written outside the transaction that was refused, so that it survives the refusal. ``counted``
    marks a guess: a well-formed code that matches nothing usable.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    surface = models.CharField(max_length=16)
    outcome = models.CharField(max_length=40)
    counted = models.BooleanField(default=False)
    last_four = models.CharField(max_length=4, blank=True, default="")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, null=True, related_name="attempts")
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    api_key = models.ForeignKey(ApiKey, models.PROTECT, null=True)
    session = models.CharField(max_length=64, blank=True, default="")
    address = models.CharField(max_length=64, blank=True, default="")
    network = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=("address", "at"),
                condition=Q(counted=True),
                name="counterfoil_attempt_address",
            ),
            models.Index(
                fields=("network", "at"),
                condition=Q(counted=True),
                name="counterfoil_attempt_network",
            ),
            models.Index(
                fields=("session", "at"),
                condition=Q(counted=True),
                name="counterfoil_attempt_session",
            ),
            models.Index(
                fields=("api_key", "at"),
                condition=Q(counted=True),
                name="counterfoil_attempt_key",
            ),
            models.Index(
                fields=("id",),
                condition=~Q(outcome="ok"),
                name="counterfoil_attempt_refused",
            ),
            models.Index(
                fields=("account", "at"),
                condition=Q(account__isnull=False) & ~Q(outcome="ok"),
                name="counterfoil_attempt_account",
            ),
        )

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at:%Y-%m-%d %H:%M}"


class ExceptionCase(models.Model):
    """
    Something that needs a person.

    ``key`` says what it is about: as long as a case is open, finding the same thing again adds
    nothing. ``owner_id`` names the member of staff who took it on, if anybody did; ``due_at`` is
    when it should be settled, and ``resolution`` which of the suggested ways was taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="exceptions")
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, null=True, related_name="exceptions"
    )
    message = models.ForeignKey(Message, models.PROTECT, null=True)
    evidence = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=64, blank=True, default="")
    outcome = models.CharField(max_length=300, blank=True, default="")
    owner_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    owner_display = models.CharField(max_length=100, blank=True, default="", db_default="")
    taken_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "key"),
                condition=Q(resolved_at__isnull=True),
                name="counterfoil_exception_open_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("opened_at",),
                condition=Q(resolved_at__isnull=True),
                name="counterfoil_exception_open",
            ),
            models.Index(fields=("kind", "key"), name="counterfoil_exception_about"),
            models.Index(
                fields=("owner_id", "id"),
                condition=Q(resolved_at__isnull=True),
                name="counterfoil_exception_owner",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ConsoleSignIn(models.Model):
    """
    Somebody signed in to the console, or tried to.

    The user name is kept as a keyed hash: people type their password into the wrong field.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    key_id = models.SmallIntegerField()
    lookup = models.BinaryField()
    address = models.CharField(max_length=64, blank=True, default="")
    succeeded = models.BooleanField()

    class Meta:
        indexes = (
            models.Index(
                fields=("address", "at"),
                condition=Q(succeeded=False),
                name="counterfoil_staff_address",
            ),
            models.Index(
                fields=("lookup", "at"),
                condition=Q(succeeded=False),
                name="counterfoil_staff_lookup",
            ),
        )

    def __str__(self) -> str:
        return f"sign-in at {self.at:%Y-%m-%d %H:%M}"
