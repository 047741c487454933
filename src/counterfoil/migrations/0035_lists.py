"""
Indexes for lists of what is rare among much: made beside the running service.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("counterfoil", "0034_figures")]

    operations = [
        AddIndexConcurrently(
            model_name="entitlement",
            index=models.Index(
                condition=models.Q(("held_count__gt", 0)),
                fields=["created_at"],
                name="counterfoil_unit_on_hold",
            ),
        ),
        AddIndexConcurrently(
            model_name="code",
            index=models.Index(
                condition=models.Q(("state", "replaced")),
                fields=["id"],
                name="counterfoil_code_replaced",
            ),
        ),
    ]
