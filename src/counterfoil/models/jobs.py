"""Long work that somebody asked for, and how far it has come."""

from django.db import models
from django.db.models import Q

from counterfoil.models.ids import uuid7


class JobStatus(models.TextChoices):
    """Where a job stands; only the first two are worked on."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Job(models.Model):
    """
    Work too long for a request, done in steps.

    ``cursor`` is where the next step begins; a step that was cut off is done again from there, so
    steps may be repeated. ``total`` is unknown until the work has been looked at. ``problems`` is
    how many items came to nothing, of those that are ``done``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    parameters = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    problems = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, choices=JobStatus.choices, default=JobStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    requested_by = models.CharField(max_length=64)
    requested_for = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    stop_requested_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "key"), name="counterfoil_job_once"),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in JobStatus]),
                name="counterfoil_job_status",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "failed", "stopped"], finished_at__isnull=False)
                | Q(status__in=["waiting", "running"], finished_at__isnull=True),
                name="counterfoil_job_finished",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=Q(finished_at__isnull=True),
                name="counterfoil_job_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
