"""
An index of what was granted, for lists that would look for it among all that was bought.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("counterfoil", "0039_webhooks")]

    operations = [
        AddIndexConcurrently(
            model_name="purchase",
            index=models.Index(
                condition=models.Q(("kind", "grant")),
                fields=["-created_at", "id"],
                name="counterfoil_purchase_grants",
            ),
        ),
    ]
