import django.db.models.deletion
from django.db import migrations, models

import counterfoil.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0012_bound_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="Approval",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("grant", "GRANT"),
                            ("batch", "BATCH"),
                            ("print_file", "PRINT_FILE"),
                        ],
                        max_length=16,
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                ("key_id", models.SmallIntegerField()),
                ("parameters_sealed", models.BinaryField()),
                ("requested_kind", models.CharField(max_length=10)),
                ("requested_by", models.CharField(max_length=64)),
                ("requested_for", models.CharField(blank=True, default="", max_length=100)),
                ("requested_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, default="", max_length=64)),
                ("decided_for", models.CharField(blank=True, default="", max_length=100)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "APPROVED"), ("rejected", "REJECTED")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("comment", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="Batch",
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
                ("name", models.CharField(max_length=64, unique=True)),
                ("is_test", models.BooleanField()),
                ("quantity", models.PositiveIntegerField()),
                ("reason", models.TextField()),
                ("certificate", models.TextField()),
                ("key_fingerprint", models.CharField(max_length=64)),
                ("key_name", models.CharField(blank=True, default="", max_length=200)),
                ("requested_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("rejected_at", models.DateTimeField(null=True)),
                ("minted_at", models.DateTimeField(null=True)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("codes_dropped_at", models.DateTimeField(null=True)),
                ("recalled_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "batches",
            },
        ),
        migrations.CreateModel(
            name="BatchStep",
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
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("asked", "ASKED"),
                            ("approved", "APPROVED"),
                            ("rejected", "REJECTED"),
                            ("minted", "MINTED"),
                            ("file_made", "FILE_MADE"),
                            ("file_fetched", "FILE_FETCHED"),
                            ("file_asked", "FILE_ASKED"),
                            ("handed_over", "HANDED_OVER"),
                            ("codes_dropped", "CODES_DROPPED"),
                            ("withdrawn", "WITHDRAWN"),
                            ("recalled", "RECALLED"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(max_length=64)),
                ("actor_display", models.CharField(blank=True, default="", max_length=100)),
                ("comment", models.TextField(blank=True, default="")),
                ("data", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="PrintFile",
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
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.BinaryField(null=True)),
                ("digest", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("fetched_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AlterModelOptions(
            name="entitlement",
            options={
                "permissions": (
                    ("use_console", "read everything in the console, codes and addresses masked"),
                    ("assign", "assign entitlements"),
                    ("complete_subject", "say whom an entitlement is for"),
                    ("unassign", "take an assignment back"),
                    ("replace_code", "replace codes"),
                    ("reveal_code", "reveal codes"),
                    ("revoke", "revoke entitlements"),
                    ("reinstate", "reinstate entitlements"),
                    ("place_hold", "place holds"),
                    ("lift_hold", "lift holds"),
                    ("extend", "change how long entitlements are valid"),
                    ("grant", "grant entitlements without a sale"),
                    ("resync", "ask a channel again how an order stands"),
                    ("resolve_exception", "close exceptions"),
                    ("run_jobs", "stop and continue long work"),
                    ("reconcile", "compare all orders of a channel with our records"),
                    ("map_product", "say what a channel's products are"),
                    ("replay_message", "have messages of channels worked again"),
                    ("read_message", "read the bodies of messages, personal data masked"),
                    ("pause_connection", "pause connections and let them go on"),
                    ("mint_batches", "ask for printed batches, hand them over, withdraw them"),
                    ("download_batch", "fetch the print file of a batch"),
                    ("approve", "approve what somebody else asks for"),
                    ("activate_at_sale", "sell printed codes at the till"),
                )
            },
        ),
        migrations.RemoveConstraint(
            model_name="entitlement",
            name="counterfoil_entitlement_in_batch",
        ),
        migrations.AddField(
            model_name="entitlement",
            name="batch_ordinal",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="grantrecord",
            name="reference_kind",
            field=models.CharField(
                choices=[("order", "ORDER"), ("account", "ACCOUNT"), ("case", "CASE")],
                db_default="case",
                default="case",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="grantrecord",
            index=models.Index(
                condition=models.Q(("approved_by", "")),
                fields=["issued_by"],
                name="counterfoil_grant_alone",
            ),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", True)),
                fields=["requested_at"],
                name="counterfoil_approval_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                fields=("kind", "subject"), name="counterfoil_approval_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by", ""), ("decision", "")),
                    models.Q(
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("decided_by", models.F("requested_by")), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_at__lte", models.F("expires_at")),
                        ("decision__in", ["approved", "rejected"]),
                    ),
                    _connector="OR",
                ),
                name="counterfoil_approval_decided",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="partner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.partner"
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="counterfoil.product"
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="terms",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="counterfoil.termsversion"
            ),
        ),
        migrations.AlterField(
            model_name="entitlement",
            name="batch",
            field=models.ForeignKey(
                db_column="batch",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entitlements",
                to="counterfoil.batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                fields=("batch", "batch_ordinal"), name="counterfoil_entitlement_in_batch"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("batch__isnull", True), ("batch_ordinal__isnull", True)),
                    models.Q(("batch__isnull", False), ("batch_ordinal__isnull", False)),
                    _connector="OR",
                ),
                name="counterfoil_entitlement_numbered",
            ),
        ),
        migrations.AddField(
            model_name="batchstep",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="counterfoil.batch",
            ),
        ),
        migrations.AddField(
            model_name="printfile",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="print_files",
                to="counterfoil.batch",
            ),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["-requested_at", "id"], name="counterfoil_batch_newest"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1), ("quantity__lte", 100000)),
                name="counterfoil_batch_quantity",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_at__isnull", True), ("rejected_at__isnull", True), _connector="OR"
                ),
                name="counterfoil_batch_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minted_at__isnull", True), ("approved_at__isnull", False), _connector="OR"
                ),
                name="counterfoil_batch_minted",
            ),
        ),
        migrations.AddIndex(
            model_name="batchstep",
            index=models.Index(fields=["batch", "at"], name="counterfoil_batch_steps"),
        ),
        migrations.AddConstraint(
            model_name="printfile",
            constraint=models.UniqueConstraint(
                fields=("batch", "number"), name="counterfoil_print_file_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="printfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fetched_at__isnull", True), ("content__isnull", True), _connector="OR"
                ),
                name="counterfoil_print_file_gone",
            ),
        ),
    ]
