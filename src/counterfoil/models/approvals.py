"""What one person asked for, and what a second person said to it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.rules.approvals import ApprovalKind, Standing, Verdict
from counterfoil.rules.keyring import Purpose
from counterfoil.rules.people import Actor, ActorKind


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Which requests."""

    def waiting(self, now: datetime) -> "ApprovalQuerySet":
        """Give those that somebody can still decide."""
        return self.filter(decided_at=None, expires_at__gt=now)


class Approval(models.Model):
    """
    A request that takes a second person.

    What is asked for is kept sealed, for it may name people. Nobody approves what they asked for
    themselves: the database refuses that too. A request that nobody decided in time has lapsed,
    which is a date and not a state.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(
        max_length=16, choices=[(kind.value, kind.name) for kind in ApprovalKind]
    )
    subject = models.CharField(max_length=200)
    key_id = models.SmallIntegerField()
    parameters_sealed = models.BinaryField()
    requested_kind = models.CharField(max_length=10)
    requested_by = models.CharField(max_length=64)
    requested_for = models.CharField(max_length=100, blank=True, default="")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.CharField(max_length=64, blank=True, default="")
    decided_for = models.CharField(max_length=100, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(
        max_length=10,
        blank=True,
        default="",
        choices=[(verdict.value, verdict.name) for verdict in Verdict],
    )
    comment = models.TextField(blank=True, default="")

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "subject"), name="counterfoil_approval_once"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by="", decided_at__isnull=True)
                | Q(
                    ~Q(decided_by=""),
                    ~Q(decided_by=F("requested_by")),
                    decision__in=[verdict.value for verdict in Verdict],
                    decided_at__isnull=False,
                    decided_at__lte=F("expires_at"),
                ),
                name="counterfoil_approval_decided",
            ),
        )
        indexes = (
            models.Index(
                fields=("requested_at",),
                condition=Q(decided_at__isnull=True),
                name="counterfoil_approval_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def requester(self) -> Actor:
        """Give whoever asked."""
        kind = ActorKind(self.requested_kind)
        return Actor(kind=kind, id=self.requested_by, display=self.requested_for)

    def standing(self, now: datetime) -> Standing:
        """Tell how it stands."""
        if self.decision:
            return Standing(self.decision)
        return Standing.WAITING if self.expires_at > now else Standing.LAPSED

    def parameters(self) -> dict[str, Any]:
        """Open what was asked for."""
        sealed = bytes(self.parameters_sealed)
        about = f"approval|{self.id}"
        opened = keyring().open_(self.key_id, sealed, Purpose.PERSONAL, about)
        found: dict[str, Any] = json.loads(opened)
        return found

    def seal_parameters(self, parameters: Mapping[str, Any]) -> None:
        """Keep what is asked for, without saving."""
        self.key_id, self.parameters_sealed = keyring().seal(
            json.dumps(dict(parameters)).encode(), Purpose.PERSONAL, f"approval|{self.id}"
        )
