"""Reminders and warnings that were given, and finding those and the mails that went wrong."""

import django.db.models.deletion
from django.db import migrations, models

import counterfoil.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0022_reservations_asked"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
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
                ("kind", models.CharField(max_length=16)),
                ("days", models.PositiveIntegerField()),
                ("counted_from", models.DateField()),
            ],
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["kind", "id"], name="counterfoil_delivery_kind"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("bounced_at__isnull", False)),
                fields=["id"],
                name="counterfoil_delivery_bounced",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("is_unneeded", False), ("parked_at__isnull", False)),
                fields=["id"],
                name="counterfoil_delivery_failed",
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(fields=["created_at"], name="counterfoil_entitlement_issued"),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)),
                fields=["expires_at"],
                name="counterfoil_entitlement_ends",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="delivery",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="counterfoil.delivery",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="entitlement",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="counterfoil.entitlement",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("entitlement", "kind", "days", "counted_from"),
                name="counterfoil_notice_once",
            ),
        ),
    ]
