from django.db import migrations, models

import counterfoil.models.ids
from counterfoil.migrations._groups import giving

GROUPS = {"Support 2": ["run_jobs"], "Operations": ["run_jobs"]}
WORDS = {"run_jobs": "stop and continue long work"}


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0007_lookups"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="entitlement",
            options={
                "permissions": (
                    ("use_console", "read everything in the console, codes and addresses masked"),
                    ("assign", "assign entitlements"),
                    ("complete_subject", "say whom an entitlement is for"),
                    ("unassign", "take an assignment back"),
                    ("replace_code", "replace codes"),
                    ("reveal_code", "reveal codes"),
                    ("revoke", "revoke entitlements"),
                    ("reinstate", "reinstate entitlements"),
                    ("place_hold", "place holds"),
                    ("lift_hold", "lift holds"),
                    ("extend", "change how long entitlements are valid"),
                    ("grant", "grant entitlements without a sale"),
                    ("resync", "ask a channel again how an order stands"),
                    ("resolve_exception", "close exceptions"),
                    ("run_jobs", "stop and continue long work"),
                )
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=counterfoil.models.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=200)),
                ("parameters", models.JSONField(default=dict)),
                ("cursor", models.JSONField(default=dict)),
                ("total", models.PositiveIntegerField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("problems", models.PositiveIntegerField(default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("stopped", "Stopped"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("requested_by", models.CharField(max_length=64)),
                ("requested_for", models.CharField(blank=True, default="", max_length=100)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("stop_requested_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("result", models.JSONField(default=dict)),
                ("last_error", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["next_attempt_at"],
                        name="counterfoil_job_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="counterfoil_job_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "running", "done", "failed", "stopped"])
                        ),
                        name="counterfoil_job_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", False),
                                ("status__in", ["done", "failed", "stopped"]),
                            ),
                            models.Q(
                                ("finished_at__isnull", True),
                                ("status__in", ["waiting", "running"]),
                            ),
                            _connector="OR",
                        ),
                        name="counterfoil_job_finished",
                    ),
                ],
            },
        ),
        giving(GROUPS, WORDS),
    ]
