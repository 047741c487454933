"""Purchases and grants: what was paid for, or given, and by whom."""

from django.db import models

from counterfoil.models.catalogue import Connection, Product
from counterfoil.models.ids import uuid7
from counterfoil.models.partners import Partner
from counterfoil.models.people import Account, Person
from counterfoil.rules.grants import ReferenceKind
from counterfoil.rules.orders import OrderPath, PaymentStatus


class PurchaseKind(models.TextChoices):
    """Whether money changed hands at a channel, or an operator gave it."""

    SALE = "sale"
    GRANT = "grant"


class CartState(models.TextChoices):
    """How far a checkout of our own has come."""

    OPEN = "open"
    PAID = "paid"
    ABANDONED = "abandoned"


class Cart(models.Model):
    """A checkout on our own page, before there is a purchase."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT)
    buyer = models.ForeignKey(Person, models.PROTECT, null=True)
    lines = models.JSONField()
    currency = models.CharField(max_length=3)
    amount_total = models.BigIntegerField()
    locale = models.CharField(max_length=16, blank=True, default="")
    state = models.CharField(max_length=16, choices=CartState.choices, default=CartState.OPEN)
    external_reference = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("connection", "paid_at"),
                condition=models.Q(paid_at__isnull=False),
                name="counterfoil_cart_paid",
            ),
        )

    def __str__(self) -> str:
        return f"cart {self.id}"


class Purchase(models.Model):
    """
    One order of one channel, or one grant. At most one per order: the database sees to it.

    ``number`` is what a person calls the order, where that is not its reference. ``issuing`` is the
    act by which it is still being issued, and empty once nothing is owed any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=PurchaseKind.choices)
    connection = models.ForeignKey(Connection, models.PROTECT, null=True)
    external_reference = models.CharField(max_length=200)
    number = models.CharField(max_length=100, blank=True, default="")
    path = models.CharField(
        max_length=8,
        choices=[(path.value, path.name) for path in OrderPath],
        default=OrderPath.NEW.value,
    )
    issuing = models.UUIDField(null=True)
    buyer = models.ForeignKey(Person, models.PROTECT, null=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True)
    cart = models.ForeignKey(Cart, models.PROTECT, null=True)
    payment = models.CharField(
        max_length=16, choices=[(status.value, status.name) for status in PaymentStatus]
    )
    payment_reference = models.CharField(max_length=200, blank=True, default="", db_index=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    amount_total = models.BigIntegerField(default=0)
    locale = models.CharField(max_length=16, blank=True, default="")
    is_test = models.BooleanField()
    notify = models.BooleanField(default=True)
    state_as_of = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "external_reference"),
                nulls_distinct=False,
                name="counterfoil_purchase_once",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_total__gte=0), name="counterfoil_purchase_amount"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="grant", connection__isnull=True)
                | models.Q(kind="sale", connection__isnull=False),
                name="counterfoil_purchase_origin",
            ),
            models.CheckConstraint(
                condition=models.Q(path__in=[path.value for path in OrderPath]),
                name="counterfoil_purchase_path",
            ),
        )
        indexes = (
            models.Index(
                fields=("number",),
                condition=~models.Q(number=""),
                name="counterfoil_purchase_number",
            ),
            models.Index(fields=("external_reference",), name="counterfoil_purchase_reference"),
            models.Index(
                fields=("-created_at", "id"),
                name="counterfoil_purchase_newest",
            ),
            models.Index(
                fields=("-created_at", "id"),
                condition=models.Q(kind="grant"),
                name="counterfoil_purchase_grants",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.external_reference}"

    @property
    def called(self) -> str:
        """Give what a buyer calls the order."""
        return self.number or self.external_reference

    @property
    def units_owed(self) -> int:
        """Count the entitlements that are paid for and not issued yet."""
        owed: int | None = self.lines.aggregate(owed=models.Sum("units_owed"))["owed"]
        return owed or 0


class Line(models.Model):
    """
    One line of a purchase.

    ``units_paid`` is how many entitlements were ever paid for: it grows, and is never lowered.
    ``units_withdrawn`` is how many of them the channel no longer wants, refunds and a cancellation
    apart. ``units_owed`` is how many are still to be issued. ``product_keys`` are those under which
    it was sold.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="lines")
    external_line = models.CharField(max_length=200)
    product = models.ForeignKey(Product, models.PROTECT)
    description = models.CharField(max_length=300, blank=True, default="")
    quantity = models.PositiveIntegerField()
    entitlements_per_unit = models.PositiveIntegerField(default=1)
    units_paid = models.PositiveIntegerField(default=0)
    units_withdrawn = models.PositiveIntegerField(default=0)
    units_owed = models.PositiveIntegerField(default=0)
    product_keys = models.JSONField(default=list)
    unit_amount = models.BigIntegerField(default=0)
    amount_total = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("purchase", "external_line"),
                name="counterfoil_line_once",
            ),
            models.UniqueConstraint(
                fields=("id", "purchase"),
                name="counterfoil_line_of_purchase",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} x {self.description}"


class GrantRecord(models.Model):
    """
    Why something was given without a sale, and who answers for it.

    What is given to a partner goes into the ``allotment``.
    """

    purchase = models.OneToOneField(Purchase, models.PROTECT, primary_key=True)
    category = models.CharField(max_length=32)
    reason = models.TextField()
    reference = models.CharField(max_length=200)
    reference_kind = models.CharField(
        max_length=8,
        choices=[(kind.value, kind.name) for kind in ReferenceKind],
        default=ReferenceKind.CASE.value,
        db_default=ReferenceKind.CASE.value,
    )
    issued_by = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=64, blank=True, default="")
    quantity = models.PositiveIntegerField()
    allotment = models.ForeignKey("counterfoil.Allotment", models.PROTECT, null=True)

    class Meta:
        indexes = (
            models.Index(fields=("reference",), name="counterfoil_grant_reference"),
            models.Index(
                fields=("issued_by",),
                condition=models.Q(approved_by=""),
                name="counterfoil_grant_alone",
            ),
        )

    def __str__(self) -> str:
        return f"grant {self.reference}"
