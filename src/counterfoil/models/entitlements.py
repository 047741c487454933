"""Entitlements, and what hangs on each: codes and holds."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from counterfoil.errors import CodeNotRevealable
from counterfoil.models.batches import Batch
from counterfoil.models.catalogue import Product, TermsVersion
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.models.keys import keyring
from counterfoil.models.partners import Allotment, Partner
from counterfoil.models.people import Account
from counterfoil.models.purchases import Line, Purchase
from counterfoil.rules.keyring import Purpose, code_associated_data
from counterfoil.rules.lifecycle import PublicState, State, public_state
from counterfoil.rules.permissions import Permission

STATES = [(state.value, state.name) for state in State]


class CodeState(models.TextChoices):
    """What a code is good for."""

    LIVE = "live"
    REPLACED = "replaced"
    SPENT = "spent"
    VOID = "void"


class Entitlement(models.Model):
    """
    The right to one unit.

    State and everything beside it change through the ledger alone; ``version`` is the number of
    its last entry, and a deferred trigger refuses a change without one. ``ordinal`` counts within
    its line, or its batch before it was sold; ``batch_ordinal`` is what the box says, for good.
    Where ``bound_to`` is set, only that account can use the code: a gift whose terms bind it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="entitlements")
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="entitlements")
    batch = models.ForeignKey(
        Batch,
        models.PROTECT,
        null=True,
        db_column="batch",
        db_index=False,  # the constraint below has one
        related_name="entitlements",
    )
    batch_ordinal = models.PositiveIntegerField(null=True)
    ordinal = models.PositiveIntegerField()
    product = models.ForeignKey(Product, models.PROTECT)
    terms = models.ForeignKey(TermsVersion, models.PROTECT)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True)
    allotment = models.ForeignKey(Allotment, models.PROTECT, null=True)
    is_test = models.BooleanField()
    state = models.CharField(max_length=10, choices=STATES)
    version = models.PositiveIntegerField()
    held_count = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    reserved_until = models.DateTimeField(null=True)
    reserved_for = models.ForeignKey(Account, models.PROTECT, null=True)
    bound_to = models.ForeignKey(
        Account, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        permissions = tuple((one.value, one.words) for one in Permission)
        constraints = (
            models.UniqueConstraint(
                fields=("line", "ordinal"), name="counterfoil_entitlement_once"
            ),
            models.UniqueConstraint(
                fields=("batch", "batch_ordinal"), name="counterfoil_entitlement_in_batch"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]),
                name="counterfoil_entitlement_state",
            ),
            models.CheckConstraint(
                condition=Q(state="reserved", reserved_until__isnull=False)
                | Q(~Q(state="reserved"), reserved_until__isnull=True, reserved_for__isnull=True),
                name="counterfoil_entitlement_reserved",
            ),
            models.CheckConstraint(
                condition=Q(line__isnull=False, purchase__isnull=False) | Q(batch__isnull=False),
                name="counterfoil_entitlement_origin",
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=True, batch_ordinal__isnull=True)
                | Q(batch__isnull=False, batch_ordinal__isnull=False),
                name="counterfoil_entitlement_numbered",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="counterfoil_entitlement_version"
            ),
        )
        indexes = (
            # What is reminded and warned of; neither changes when it is used.
            models.Index(fields=("created_at",), name="counterfoil_entitlement_issued"),
            models.Index(
                fields=("expires_at",),
                condition=Q(expires_at__isnull=False),
                name="counterfoil_entitlement_ends",
            ),
            models.Index(
                fields=("reserved_until",),
                condition=Q(state="reserved"),
                name="counterfoil_entitlement_lapse",
            ),
            models.Index(
                fields=("partner", "product", "id"),
                condition=Q(state="issued", partner__isnull=False),
                name="counterfoil_entitlement_pool",
            ),
            models.Index(
                fields=("partner", "id"),
                condition=Q(partner__isnull=False),
                name="counterfoil_unit_of_partner",
            ),
            models.Index(
                fields=("created_at",),
                condition=Q(held_count__gt=0),
                name="counterfoil_unit_on_hold",
            ),
            models.Index(
                fields=("allotment", "id"),
                condition=Q(allotment__isnull=False),
                name="counterfoil_unit_of_allotment",
            ),
        )

    def __str__(self) -> str:
        return self.handle

    @property
    def handle(self) -> str:
        """Give the public id."""
        return handle_of(self.id)

    def public_state(self, now: datetime) -> PublicState:
        """Tell what the public is told of it."""
        return public_state(
            State(self.state),
            held_count=self.held_count,
            expires_at=self.expires_at,
            reserved_until=self.reserved_until,
            now=now,
        )


class Code(models.Model):
    """
    The bearer credential of one entitlement: a keyed hash to find it, a ciphertext to show it.

    The ciphertext is gone once the code is spent, replaced or void.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="codes")
    key_id = models.SmallIntegerField()
    lookup = models.BinaryField()
    seal_key_id = models.SmallIntegerField()
    ciphertext = models.BinaryField(null=True)
    last_four = models.CharField(max_length=4)
    state = models.CharField(max_length=8, choices=CodeState.choices)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key_id", "lookup"), name="counterfoil_code_lookup"),
            models.UniqueConstraint(
                fields=("entitlement",), condition=Q(state="live"), name="counterfoil_code_one_live"
            ),
            models.CheckConstraint(
                condition=Q(state__in=CodeState.values), name="counterfoil_code_state"
            ),
            models.CheckConstraint(
                condition=Q(state="live", ended_at__isnull=True)
                | Q(~Q(state="live"), ciphertext__isnull=True, ended_at__isnull=False),
                name="counterfoil_code_ended",
            ),
        )
        indexes = (
            models.Index(fields=("last_four",), name="counterfoil_code_last_four"),
            models.Index(
                fields=("id",), condition=Q(state="replaced"), name="counterfoil_code_replaced"
            ),
        )

    def __str__(self) -> str:
        return f"code ending {self.last_four}"

    def opened(self) -> str:
        """
        Open the code in the clear, for whoever may see it now; never kept.

        :raises CodeNotRevealable: if it is not kept readable any more.
        """
        if self.ciphertext is None:
            raise CodeNotRevealable
        about = code_associated_data(self.entitlement_id, self.id, self.seal_key_id)
        sealed = bytes(self.ciphertext)
        return keyring().open_(self.seal_key_id, sealed, Purpose.SEAL, about).decode()


class HoldKind(models.TextChoices):
    """Why an entitlement is suspended."""

    DISPUTE = "dispute"
    FRAUD = "fraud"
    COMPLIANCE = "compliance"
    PARTNER = "partner"
    OTHER = "other"


class Hold(models.Model):
    """One suspension. Several may stand at once; each is lifted on its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=16, choices=HoldKind.choices)
    reference = models.CharField(max_length=200, blank=True, default="")
    placed_seq = models.PositiveIntegerField()
    placed_at = models.DateTimeField()
    lifted_seq = models.PositiveIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("entitlement", "kind", "reference"),
                condition=Q(lifted_seq__isnull=True),
                name="counterfoil_hold_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("reference",), condition=~Q(reference=""), name="counterfoil_hold_reference"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
