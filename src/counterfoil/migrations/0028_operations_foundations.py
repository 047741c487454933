"""
Tables of operations: notes, saved views, bulk acts, lists of grants; who has taken on a case.

Everything is added; what was there keeps its meaning.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.functions.text
from django.db import migrations, models

import counterfoil.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0027_downstream_health"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bulk",
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
                ("act", models.CharField(max_length=32)),
                ("parameters", models.JSONField(default=dict)),
                ("selection", models.JSONField(default=dict)),
                ("reason", models.CharField(max_length=64)),
                ("comment", models.TextField(blank=True, default="")),
                ("case", models.CharField(blank=True, default="", max_length=100)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("judged", "Judged"),
                            ("requested", "Requested"),
                            ("confirmed", "Confirmed"),
                            ("done", "Done"),
                            ("discarded", "Discarded"),
                        ],
                        max_length=9,
                    ),
                ),
                ("requested_by", models.CharField(max_length=64)),
                ("requested_for", models.CharField(blank=True, default="", max_length=100)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BulkItem",
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
                ("number", models.PositiveIntegerField()),
                ("standing", models.CharField(blank=True, default="", max_length=40)),
                ("outcome", models.CharField(blank=True, default="", max_length=10)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                ("before", models.JSONField(default=dict)),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="GrantList",
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
                ("file_name", models.CharField(blank=True, default="", max_length=200)),
                ("digest", models.BinaryField()),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("customer_service", "CUSTOMER_SERVICE"),
                            ("test", "TEST"),
                            ("partner_distribution", "PARTNER_DISTRIBUTION"),
                            ("exception", "EXCEPTION"),
                        ],
                        max_length=24,
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("reference", models.CharField(max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("judged", "Judged"),
                            ("requested", "Requested"),
                            ("confirmed", "Confirmed"),
                            ("done", "Done"),
                            ("discarded", "Discarded"),
                        ],
                        max_length=9,
                    ),
                ),
                ("requested_by", models.CharField(max_length=64)),
                ("requested_for", models.CharField(blank=True, default="", max_length=100)),
                ("approved_by", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="GrantListRow",
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
                ("number", models.PositiveIntegerField()),
                ("quantity", models.PositiveIntegerField(default=1)),
                ("reference", models.CharField(blank=True, default="", max_length=200)),
                ("key_id", models.SmallIntegerField(null=True)),
                ("recipient_sealed", models.BinaryField(null=True)),
                ("fault", models.CharField(blank=True, default="", max_length=40)),
                ("outcome", models.CharField(blank=True, default="", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="Note",
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
                ("text", models.TextField()),
                ("reference", models.CharField(blank=True, default="", max_length=100)),
                ("author_id", models.CharField(max_length=64)),
                ("author_display", models.CharField(blank=True, default="", max_length=100)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
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
                ("owner_id", models.CharField(max_length=64)),
                ("owner_display", models.CharField(blank=True, default="", max_length=100)),
                ("list_name", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(blank=True, default="", max_length=1000)),
                ("is_shared", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="exceptioncase",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="exceptioncase",
            name="owner_display",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="exceptioncase",
            name="owner_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="exceptioncase",
            name="resolution",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="exceptioncase",
            name="taken_at",
            field=models.DateTimeField(null=True),
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
                    ("grant_list", "GRANT_LIST"),
                    ("bulk", "BULK"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="bulk",
            name="inverse_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inverses",
                to="counterfoil.bulk",
            ),
        ),
        migrations.AddField(
            model_name="bulk",
            name="job",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to="counterfoil.job"
            ),
        ),
        migrations.AddField(
            model_name="bulkitem",
            name="bulk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="counterfoil.bulk",
            ),
        ),
        migrations.AddField(
            model_name="bulkitem",
            name="entitlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bulk_items",
                to="counterfoil.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="grantlist",
            name="job",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to="counterfoil.job"
            ),
        ),
        migrations.AddField(
            model_name="grantlistrow",
            name="grant_list",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="counterfoil.grantlist",
            ),
        ),
        migrations.AddField(
            model_name="grantlistrow",
            name="product",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.product"
            ),
        ),
        migrations.AddField(
            model_name="grantlistrow",
            name="purchase",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.purchase"
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to="counterfoil.exceptioncase",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="entitlement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to="counterfoil.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="purchase",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to="counterfoil.purchase",
            ),
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(
                condition=models.Q(("is_shared", True)),
                fields=["list_name"],
                name="counterfoil_saved_view_shared",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("owner_id", "list_name", "name"), name="counterfoil_saved_view_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["judged", "requested", "confirmed", "done", "discarded"])
                ),
                name="counterfoil_bulk_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(
                fields=("bulk", "number"), name="counterfoil_bulk_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(
                fields=("bulk", "entitlement"), name="counterfoil_bulk_item_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="grantlist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "discarded"), _negated=True),
                fields=("digest",),
                name="counterfoil_grant_list_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="grantlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["judged", "requested", "confirmed", "done", "discarded"])
                ),
                name="counterfoil_grant_list_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="grantlistrow",
            constraint=models.UniqueConstraint(
                fields=("grant_list", "number"), name="counterfoil_grant_list_row"
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["reference"],
                name="counterfoil_note_reference",
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(fields=["author_id", "-at"], name="counterfoil_note_author"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purchase__isnull", False),
                    ("entitlement__isnull", False),
                    ("case__isnull", False),
                    _connector="OR",
                ),
                name="counterfoil_note_about",
            ),
        ),
    ]
