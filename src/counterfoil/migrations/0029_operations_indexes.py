"""
Indexes for what staff look for: made beside the running service, without locking a table.
"""

import django.contrib.postgres.indexes
import django.db.models.fields.json
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("counterfoil", "0028_operations_foundations")]

    operations = [
        AddIndexConcurrently(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("outcome", "ok"), _negated=True),
                fields=["id"],
                name="counterfoil_attempt_refused",
            ),
        ),
        AddIndexConcurrently(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(
                    ("account__isnull", False), models.Q(("outcome", "ok"), _negated=True)
                ),
                fields=["account", "at"],
                name="counterfoil_attempt_account",
            ),
        ),
        AddIndexConcurrently(
            model_name="auditentry",
            index=models.Index(fields=["actor_id", "-at"], name="counterfoil_audit_actor"),
        ),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("actor_kind", "operator")),
                fields=["recorded_at", "actor_id"],
                name="counterfoil_entry_staff",
            ),
        ),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                django.db.models.fields.json.KeyTextTransform("case", "data"),
                condition=models.Q(("data__has_key", "case")),
                name="counterfoil_entry_case",
            ),
        ),
        AddIndexConcurrently(
            model_name="entry",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["recorded_at"], name="counterfoil_entry_when"
            ),
        ),
        AddIndexConcurrently(
            model_name="exceptioncase",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", True)),
                fields=["owner_id", "id"],
                name="counterfoil_exception_owner",
            ),
        ),
        AddIndexConcurrently(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["reference"],
                name="counterfoil_hold_reference",
            ),
        ),
        AddIndexConcurrently(
            model_name="subject",
            index=models.Index(
                condition=models.Q(("external_reference", ""), _negated=True),
                fields=["external_reference"],
                name="counterfoil_subject_reference",
            ),
        ),
        AddIndexConcurrently(
            model_name="subject",
            index=models.Index(
                django.db.models.functions.text.Lower(
                    django.db.models.fields.json.KeyTextTransform("name", "data")
                ),
                condition=models.Q(("data__has_key", "name")),
                name="counterfoil_subject_name",
            ),
        ),
    ]
