"""What goes out: deliveries, the links in them, and the downstream record."""

from urllib.parse import urlsplit
from uuid import UUID

from django.db import models
from django.db.models import Q

from counterfoil.conf import conf
from counterfoil.models.entitlements import Code, Entitlement
from counterfoil.models.gifts import Gift
from counterfoil.models.ids import uuid7
from counterfoil.models.partners import PartnerMember
from counterfoil.models.people import Person, SignIn
from counterfoil.models.purchases import Purchase
from counterfoil.models.transfers import Transfer


def message_id(delivery_id: UUID) -> str:
    """Give the one ``Message-ID`` of a delivery, the same however often it is tried."""
    return f"<{delivery_id}@{urlsplit(conf.SITE_URL).hostname or 'localhost'}>"


class DeliveryKind(models.TextChoices):
    """What a mail is about."""

    CODES = "codes"
    SIGN_IN = "sign_in"
    FULFILLED = "fulfilled"
    GIFT = "gift"
    GIFT_NEWS = "gift_news"
    REMINDER = "reminder"
    EXPIRY_WARNING = "expiry_warning"
    ASSIGNED = "assigned"
    TRANSFER = "transfer"
    TRANSFER_NEWS = "transfer_news"
    INVITATION = "invitation"
    ACCOUNT_NEWS = "account_news"
    STAFF_NEWS = "staff_news"


class Delivery(models.Model):
    """
    One mail to one person for one cause, and what became of it.

    It names what the mail is about and never holds a rendered copy: the worker opens the codes at
    the moment of sending. Parked means that it is not tried any more: because it failed too often,
    or, with ``is_unneeded``, because there was nothing left to say when it was due.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cause = models.CharField(max_length=100)
    kind = models.CharField(max_length=16, choices=DeliveryKind.choices)
    target = models.ForeignKey(Person, models.PROTECT)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="deliveries")
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, null=True, related_name="deliveries"
    )
    sign_in = models.ForeignKey(SignIn, models.SET_NULL, null=True)
    gift = models.ForeignKey(Gift, models.PROTECT, null=True, related_name="deliveries")
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, null=True, db_index=False, related_name="deliveries"
    )
    member = models.ForeignKey(PartnerMember, models.PROTECT, null=True, db_index=False)
    message_id = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")
    is_unneeded = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(is_unneeded=False) | Q(parked_at__isnull=False, sent_at__isnull=True),
                name="counterfoil_delivery_unneeded",
            ),
            models.UniqueConstraint(
                fields=("cause", "kind", "target"),
                name="counterfoil_delivery_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=Q(sent_at__isnull=True, parked_at__isnull=True),
                name="counterfoil_delivery_due",
            ),
            models.Index(fields=("kind", "id"), name="counterfoil_delivery_kind"),
            models.Index(
                fields=("id",),
                condition=Q(bounced_at__isnull=False),
                name="counterfoil_delivery_bounced",
            ),
            models.Index(
                fields=("id",),
                condition=Q(parked_at__isnull=False, is_unneeded=False),
                name="counterfoil_delivery_failed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"


class Link(models.Model):
    """The token in the link of one delivery, for one code; it ends with the code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.ForeignKey(Code, models.PROTECT, related_name="links")
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="links")
    key_id = models.SmallIntegerField()
    lookup = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("key_id", "lookup"),
                name="counterfoil_link_lookup",
            ),
        )

    def __str__(self) -> str:
        return f"link of {self.delivery_id}"


class Downstream(models.TextChoices):
    """
    Whether there should be, or is, a record at the host.

    ``MAYBE`` is never wanted: the host was asked and has not answered, or what it has was made
    for an assignment that is over.
    """

    ACTIVE = "active"
    MAYBE = "maybe"
    NONE = "none"


class DownstreamHealth(models.Model):
    """
    How the host's system has answered lately, whatever it was asked for; one row.

    ``failures`` counts entitlements that failed one after the other. After many of them
    (``opened_at``) it is asked for one only, at ``probe_at``, until it answers.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    failures = models.PositiveIntegerField(default=0)
    last_failed = models.UUIDField(null=True)
    opened_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="counterfoil_downstream_one"),
        )

    def __str__(self) -> str:
        return f"{self.failures} failures"


class Provisioning(models.Model):
    """
    What the host's system should have for an entitlement, and what it has.

    Level-triggered: tried until ``got`` equals ``wanted``, or parked. ``version`` grows whenever
    ``wanted`` changes, and is part of the key the host sees; ``tried_version`` is that of the
    record the host was last asked to make, and so may have.
    """

    entitlement = models.OneToOneField(Entitlement, models.PROTECT, primary_key=True)
    wanted = models.CharField(max_length=6, choices=Downstream.choices)
    got = models.CharField(max_length=6, choices=Downstream.choices, default=Downstream.NONE)
    version = models.PositiveIntegerField()
    tried_version = models.PositiveIntegerField(null=True)
    reference = models.CharField(max_length=200, blank=True, default="")
    changed_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    parked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=~Q(wanted=models.F("got")) & Q(parked_at__isnull=True),
                name="counterfoil_provisioning_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entitlement_id}: {self.wanted}, has {self.got}"
