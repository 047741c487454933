"""Files that are on their way to somebody."""

from django.db import models

from counterfoil.models.auditing import AuditEntry


class RunningExport(models.Model):
    """
    A file that is being sent; there is none for one that has arrived, or broke off.

    One whose process died stands until ``until``, when no file is being sent any more.
    """

    export = models.OneToOneField(AuditEntry, models.CASCADE, primary_key=True, related_name="+")
    actor_id = models.CharField(max_length=64)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.export_id} until {self.until}"
