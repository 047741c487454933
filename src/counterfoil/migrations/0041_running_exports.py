"""Files that are on their way to somebody, so that not too many are sent at once."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0040_grants_listed"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunningExport",
            fields=[
                (
                    "export",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="counterfoil.auditentry",
                    ),
                ),
                ("actor_id", models.CharField(max_length=64)),
                ("until", models.DateTimeField()),
            ],
        ),
    ]
