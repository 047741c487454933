from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0004_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="is_unneeded",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="provisioning",
            name="tried_version",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="provisioning",
            name="got",
            field=models.CharField(
                choices=[("active", "Active"), ("maybe", "Maybe"), ("none", "None")],
                default="none",
                max_length=6,
            ),
        ),
        migrations.AlterField(
            model_name="provisioning",
            name="wanted",
            field=models.CharField(
                choices=[("active", "Active"), ("maybe", "Maybe"), ("none", "None")], max_length=6
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_unneeded", False),
                    models.Q(("parked_at__isnull", False), ("sent_at__isnull", True)),
                    _connector="OR",
                ),
                name="counterfoil_delivery_unneeded",
            ),
        ),
    ]
