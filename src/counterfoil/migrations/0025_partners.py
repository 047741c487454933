"""Into which allotment a grant goes, what a partner has by an index, and who did what with it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0024_sole_subjects"),
    ]

    operations = [
        migrations.AddField(
            model_name="grantrecord",
            name="allotment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.allotment"
            ),
        ),
        migrations.AlterField(
            model_name="approval",
            name="kind",
            field=models.CharField(
                choices=[
                    ("grant", "GRANT"),
                    ("batch", "BATCH"),
                    ("print_file", "PRINT_FILE"),
                    ("allotment", "ALLOTMENT"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("connection__isnull", True)),
                fields=["subject", "-at"],
                name="counterfoil_audit_about",
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(
                condition=models.Q(("partner__isnull", False)),
                fields=["partner", "id"],
                name="counterfoil_unit_of_partner",
            ),
        ),
        migrations.AddIndex(
            model_name="entitlement",
            index=models.Index(
                condition=models.Q(("allotment__isnull", False)),
                fields=["allotment", "id"],
                name="counterfoil_unit_of_allotment",
            ),
        ),
    ]
