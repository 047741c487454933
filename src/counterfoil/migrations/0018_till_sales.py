"""
What a till has sold last is asked with every scan, and must not be looked for in the whole ledger.

Made while the ledger is written to; so it is no part of a transaction, and may be begun again.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("counterfoil", "0017_order_files")]

    operations = [
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("act_name", "activate_at_sale")),
                fields=["actor_id", "recorded_at"],
                name="counterfoil_entry_till_sales",
            ),
        ),
    ]
