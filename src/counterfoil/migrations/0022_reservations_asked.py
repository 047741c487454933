"""What a reservation was asked for, and finding what lapses and what a partner has free."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0021_sessions"),
    ]

    operations = [
        migrations.AddField(
            model_name="reservation",
            name="asked",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="reservation",
            name="product",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="counterfoil.product",
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(
                condition=models.Q(("state", "reserved")),
                fields=["reserved_until"],
                name="counterfoil_entitlement_lapse",
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(
                condition=models.Q(("partner__isnull", False), ("state", "issued")),
                fields=["partner", "product", "id"],
                name="counterfoil_entitlement_pool",
            ),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(fields=["-created_at", "id"], name="counterfoil_reservation_newest"),
        ),
    ]
