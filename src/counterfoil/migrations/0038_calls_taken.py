"""How many calls of each key are taken in the minute that runs."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counterfoil", "0037_events")]

    operations = [
        migrations.CreateModel(
            name="CallsTaken",
            fields=[
                (
                    "api_key",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="counterfoil.apikey",
                    ),
                ),
                ("minute", models.BigIntegerField()),
                ("taken", models.PositiveIntegerField()),
                ("lease", models.PositiveIntegerField()),
            ],
        ),
        # Worth nothing a minute later: not worth a line in the log of the database.
        migrations.RunSQL(
            "ALTER TABLE counterfoil_callstaken SET UNLOGGED", migrations.RunSQL.noop
        ),
    ]
