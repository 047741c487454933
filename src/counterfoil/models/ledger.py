"""The ledger: one line for everything that ever happened to an entitlement."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform

from counterfoil.models.entitlements import STATES, Entitlement
from counterfoil.models.purchases import Purchase
from counterfoil.rules.lifecycle import MOVES, Move, State


def legal_moves() -> Q:
    """
    Say the lifecycle as a condition: a legal move, or no move and no change of state.

    Nulls are spelled out, for a CHECK lets pass whatever is unknown.
    """
    legal = Q(
        move__isnull=True,
        from_state=models.F("to_state"),
        from_state__isnull=False,
        to_state__in=[state.value for state in State],
    )
    for move, steps in MOVES.items():
        for before, after in sorted(steps, key=lambda step: (step[0] or "", step[1])):
            came_from = (
                Q(from_state__isnull=True)
                if before is None
                else Q(from_state=before.value, from_state__isnull=False)
            )
            legal |= Q(move=move.value, move__isnull=False, to_state=after.value) & came_from
    return legal


class Entry(models.Model):
    """
    One line of the ledger.

    ``at`` is when the act was said to happen, ``recorded_at`` the database clock, and
    ``judged_expiry`` the end of validity it was judged by. Nothing is changed afterwards but
    ``dispatched_at``: the ledger is also the outbox.
    """

    pk = models.CompositePrimaryKey("entitlement_id", "seq")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, null=True, db_constraint=False, related_name="entries"
    )
    act = models.UUIDField()
    act_name = models.CharField(max_length=32)
    move = models.CharField(  # noqa: DJ001
        max_length=10, null=True, choices=[(move.value, move.name) for move in Move]
    )
    from_state = models.CharField(max_length=10, null=True, choices=STATES)  # noqa: DJ001
    to_state = models.CharField(max_length=10, choices=STATES)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    actor_display = models.CharField(max_length=100, blank=True, default="")
    on_behalf_of = models.CharField(max_length=64, blank=True, default="")
    reason = models.CharField(max_length=64, blank=True, default="")
    comment = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    judged_expiry = models.DateTimeField(null=True)
    data = models.JSONField(default=dict)
    dispatched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=legal_moves(), name="counterfoil_entry_legal"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="counterfoil_entry_seq"),
        )
        indexes = (
            models.Index(
                fields=("recorded_at",),
                condition=Q(dispatched_at__isnull=True),
                name="counterfoil_entry_outbox",
            ),
            models.Index(fields=("act",), name="counterfoil_entry_act"),
            models.Index(
                fields=("actor_id", "recorded_at"),
                condition=Q(act_name="reveal_code"),
                name="counterfoil_entry_reveals",
            ),
            models.Index(
                fields=("actor_id", "recorded_at"),
                condition=Q(act_name="activate_at_sale"),
                name="counterfoil_entry_till_sales",
            ),
            models.Index(
                fields=("recorded_at", "actor_id"),
                condition=Q(actor_kind="operator"),
                name="counterfoil_entry_staff",
            ),
            models.Index(
                KeyTextTransform("case", "data"),
                condition=Q(data__has_key="case"),
                name="counterfoil_entry_case",
            ),
            BrinIndex(fields=("recorded_at",), name="counterfoil_entry_when"),
        )

    def __str__(self) -> str:
        return f"{self.entitlement_id}/{self.seq} {self.act_name}"


class Seal(models.Model):
    """One link of the chain that shows the ledger unaltered; written by the sealer alone."""

    seal_seq = models.BigIntegerField(primary_key=True)
    entitlement_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    prev = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("entitlement_id", "seq"),
                name="counterfoil_sealed_once",
            ),
        )

    def __str__(self) -> str:
        return f"seal {self.seal_seq}"


class StuckEntry(models.Model):
    """
    An entry whose consequences could not be written yet; it is taken alone when it is due again.

    It is gone as soon as they are.
    """

    pk = models.CompositePrimaryKey("entitlement_id", "seq")
    entitlement_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField()
    next_attempt_at = models.DateTimeField()
    last_error = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.entitlement_id}/{self.seq} after {self.attempts} attempts"
