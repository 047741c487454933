"""What persons said about refunds whose channel did not say what they are for."""

import django.db.models.deletion
from django.db import migrations, models

import counterfoil.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0030_operations_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="RefundRuling",
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
                ("external_reference", models.CharField(max_length=200)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("units", models.JSONField(default=list)),
                ("decided_at", models.DateTimeField()),
                ("decided_by", models.CharField(max_length=64)),
                ("decided_display", models.CharField(blank=True, default="", max_length=100)),
                ("superseded_at", models.DateTimeField(null=True)),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rulings",
                        to="counterfoil.purchase",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("purchase", "external_reference"),
                        name="counterfoil_ruled_once",
                    )
                ],
            },
        ),
    ]
