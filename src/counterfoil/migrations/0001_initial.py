import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import counterfoil.models.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Allotment",
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
                ("granted", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ApiKey",
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
                ("name", models.CharField(max_length=100)),
                ("prefix", models.CharField(max_length=16, unique=True)),
                ("digest", models.BinaryField()),
                ("scopes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("guesses_stopped_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Connection",
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
                ("slug", models.SlugField(max_length=64, unique=True)),
                ("channel", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=100)),
                ("is_test", models.BooleanField(default=False)),
                ("enabled", models.BooleanField(default=True)),
                ("options", models.JSONField(blank=True, default=dict)),
                ("key_id", models.SmallIntegerField(null=True)),
                ("secrets_sealed", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Entitlement",
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
                ("batch", models.UUIDField(null=True)),
                ("ordinal", models.PositiveIntegerField()),
                ("is_test", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("minted", "MINTED"),
                            ("issued", "ISSUED"),
                            ("reserved", "RESERVED"),
                            ("assigned", "ASSIGNED"),
                            ("fulfilled", "FULFILLED"),
                            ("revoked", "REVOKED"),
                        ],
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("held_count", models.PositiveSmallIntegerField(default=0)),
                ("expires_at", models.DateTimeField(null=True)),
                ("reserved_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "allotment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="counterfoil.allotment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Purchase",
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
                    models.CharField(choices=[("sale", "Sale"), ("grant", "Grant")], max_length=8),
                ),
                ("external_reference", models.CharField(max_length=200)),
                (
                    "payment",
                    models.CharField(
                        choices=[
                            ("open", "OPEN"),
                            ("awaiting", "AWAITING"),
                            ("paid", "PAID"),
                            ("failed", "FAILED"),
                            ("expired", "EXPIRED"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "payment_reference",
                    models.CharField(blank=True, db_index=True, default="", max_length=200),
                ),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("amount_total", models.BigIntegerField(default=0)),
                ("locale", models.CharField(blank=True, default="", max_length=16)),
                ("is_test", models.BooleanField()),
                ("notify", models.BooleanField(default=True)),
                ("state_as_of", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Partner",
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
                ("slug", models.SlugField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Person",
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
                ("mail_key_id", models.SmallIntegerField()),
                ("mail_lookup", models.BinaryField()),
                ("key_id", models.SmallIntegerField()),
                ("own_key", models.BinaryField(null=True)),
                ("contact_sealed", models.BinaryField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Product",
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
                ("sku", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True, default="")),
                ("unit_amount", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("on_sale", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ProductMapping",
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
                ("key", models.CharField(max_length=200)),
                ("entitlements_per_unit", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
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
                ("units", models.PositiveIntegerField(default=0)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "PENDING"),
                            ("succeeded", "SUCCEEDED"),
                            ("failed", "FAILED"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RefundedEntitlement",
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
                    "decision",
                    models.CharField(
                        choices=[("revoke", "Revoke"), ("keep", "Keep"), ("pending", "Pending")],
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("seal_seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entitlement_id", models.UUIDField()),
                ("seq", models.PositiveIntegerField()),
                ("prev", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SignIn",
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
                ("key_id", models.SmallIntegerField(null=True)),
                ("lookup", models.BinaryField(null=True)),
                ("tried_count", models.SmallIntegerField(default=0)),
                ("requested_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Subject",
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
                ("kind", models.CharField(max_length=32)),
                ("data", models.JSONField(blank=True, default=dict)),
                ("external_reference", models.CharField(blank=True, default="", max_length=200)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TermsVersion",
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
                ("version", models.PositiveIntegerField()),
                ("data", models.JSONField()),
                ("needs_subject", models.BooleanField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Account",
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
                ("external_reference", models.CharField(max_length=200, null=True, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Cart",
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
                ("lines", models.JSONField()),
                ("currency", models.CharField(max_length=3)),
                ("amount_total", models.BigIntegerField()),
                ("locale", models.CharField(blank=True, default="", max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("paid", "Paid"), ("abandoned", "Abandoned")],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("external_reference", models.CharField(blank=True, default="", max_length=200)),
                ("created_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="counterfoil.connection"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Provisioning",
            fields=[
                (
                    "entitlement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="counterfoil.entitlement",
                    ),
                ),
                (
                    "wanted",
                    models.CharField(
                        choices=[("active", "Active"), ("none", "None")], max_length=6
                    ),
                ),
                (
                    "got",
                    models.CharField(
                        choices=[("active", "Active"), ("none", "None")],
                        default="none",
                        max_length=6,
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("reference", models.CharField(blank=True, default="", max_length=200)),
                ("changed_at", models.DateTimeField()),
                ("next_attempt_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("parked_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.AddField(
            model_name="entitlement",
            name="reserved_for",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.account"
            ),
        ),
        migrations.CreateModel(
            name="Code",
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
                ("key_id", models.SmallIntegerField()),
                ("lookup", models.BinaryField()),
                ("seal_key_id", models.SmallIntegerField()),
                ("ciphertext", models.BinaryField(null=True)),
                ("last_four", models.CharField(max_length=4)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("live", "Live"),
                            ("replaced", "Replaced"),
                            ("spent", "Spent"),
                            ("void", "Void"),
                        ],
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "entitlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to="counterfoil.entitlement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attempt",
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
                ("at", models.DateTimeField()),
                ("surface", models.CharField(max_length=16)),
                ("outcome", models.CharField(max_length=40)),
                ("counted", models.BooleanField(default=False)),
                ("last_four", models.CharField(blank=True, default="", max_length=4)),
                ("session", models.CharField(blank=True, default="", max_length=64)),
                ("address", models.CharField(blank=True, default="", max_length=64)),
                ("network", models.CharField(blank=True, default="", max_length=64)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="counterfoil.account",
                    ),
                ),
                (
                    "api_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="counterfoil.apikey",
                    ),
                ),
                (
                    "entitlement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="counterfoil.entitlement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GrantRecord",
            fields=[
                (
                    "purchase",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="counterfoil.purchase",
                    ),
                ),
                ("category", models.CharField(max_length=32)),
                ("reason", models.TextField()),
                ("reference", models.CharField(max_length=200)),
                ("issued_by", models.CharField(max_length=64)),
                ("approved_by", models.CharField(blank=True, default="", max_length=64)),
                ("quantity", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="purchase",
            name="account",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.account"
            ),
        ),
        migrations.AddField(
            model_name="purchase",
            name="cart",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.cart"
            ),
        ),
        migrations.AddField(
            model_name="purchase",
            name="connection",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.connection"
            ),
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "entitlement_id",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                ("act", models.UUIDField()),
                ("act_name", models.CharField(max_length=32)),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("mint", "MINT"),
                            ("issue", "ISSUE"),
                            ("reserve", "RESERVE"),
                            ("release", "RELEASE"),
                            ("redeem", "REDEEM"),
                            ("fulfil", "FULFIL"),
                            ("unassign", "UNASSIGN"),
                            ("revoke", "REVOKE"),
                            ("reinstate", "REINSTATE"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "from_state",
                    models.CharField(
                        choices=[
                            ("minted", "MINTED"),
                            ("issued", "ISSUED"),
                            ("reserved", "RESERVED"),
                            ("assigned", "ASSIGNED"),
                            ("fulfilled", "FULFILLED"),
                            ("revoked", "REVOKED"),
                        ],
                        max_length=10,
                        null=True,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("minted", "MINTED"),
                            ("issued", "ISSUED"),
                            ("reserved", "RESERVED"),
                            ("assigned", "ASSIGNED"),
                            ("fulfilled", "FULFILLED"),
                            ("revoked", "REVOKED"),
                        ],
                        max_length=10,
                    ),
                ),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.CharField(max_length=64)),
                ("actor_display", models.CharField(blank=True, default="", max_length=100)),
                ("on_behalf_of", models.CharField(blank=True, default="", max_length=64)),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                ("comment", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("judged_expiry", models.DateTimeField(null=True)),
                ("data", models.JSONField(default=dict)),
                ("dispatched_at", models.DateTimeField(null=True)),
                (
                    "entitlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="counterfoil.entitlement",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="counterfoil.purchase",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="entitlement",
            name="purchase",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entitlements",
                to="counterfoil.purchase",
            ),
        ),
        migrations.CreateModel(
            name="Dispute",
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
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("inquiry", "INQUIRY"),
                            ("inquiry_closed", "INQUIRY_CLOSED"),
                            ("open", "OPEN"),
                            ("won", "WON"),
                            ("lost", "LOST"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=64)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="counterfoil.purchase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
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
                ("cause", models.CharField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("codes", "Codes"),
                            ("sign_in", "Sign In"),
                            ("fulfilled", "Fulfilled"),
                        ],
                        max_length=16,
                    ),
                ),
                ("message_id", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("parked_at", models.DateTimeField(null=True)),
                ("bounced_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=300)),
                (
                    "entitlement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="counterfoil.entitlement",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="counterfoil.purchase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
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
                            ("dispute", "Dispute"),
                            ("fraud", "Fraud"),
                            ("compliance", "Compliance"),
                            ("partner", "Partner"),
                            ("other", "Other"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reference", models.CharField(blank=True, default="", max_length=200)),
                ("placed_seq", models.PositiveIntegerField()),
                ("placed_at", models.DateTimeField()),
                ("lifted_seq", models.PositiveIntegerField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "entitlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="counterfoil.entitlement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Line",
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
                ("external_line", models.CharField(max_length=200)),
                ("description", models.CharField(blank=True, default="", max_length=300)),
                ("quantity", models.PositiveIntegerField()),
                ("entitlements_per_unit", models.PositiveIntegerField(default=1)),
                ("units_paid", models.PositiveIntegerField(default=0)),
                ("units_withdrawn", models.PositiveIntegerField(default=0)),
                ("unit_amount", models.BigIntegerField(default=0)),
                ("amount_total", models.BigIntegerField(default=0)),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="counterfoil.purchase",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="entitlement",
            name="line",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entitlements",
                to="counterfoil.line",
            ),
        ),
        migrations.CreateModel(
            name="Link",
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
                ("key_id", models.SmallIntegerField()),
                ("lookup", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="counterfoil.code",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="counterfoil.delivery",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Message",
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
                ("message_id", models.CharField(max_length=200)),
                ("topic", models.CharField(max_length=100)),
                ("pointer", models.CharField(blank=True, default="", max_length=200)),
                ("order_reference", models.CharField(blank=True, default="", max_length=200)),
                ("claims", models.CharField(blank=True, default="", max_length=8)),
                ("authentic", models.BooleanField()),
                ("key_used", models.CharField(blank=True, default="", max_length=16)),
                ("key_id", models.SmallIntegerField(null=True)),
                ("body_sealed", models.BinaryField(null=True)),
                ("acked_at", models.DateTimeField()),
                ("next_attempt_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("handled_at", models.DateTimeField(null=True)),
                ("parked_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=32)),
                ("last_error", models.CharField(blank=True, default="", max_length=300)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="counterfoil.connection"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExceptionCase",
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
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=200)),
                ("evidence", models.JSONField(default=dict)),
                ("opened_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolved_by", models.CharField(blank=True, default="", max_length=64)),
                ("outcome", models.CharField(blank=True, default="", max_length=300)),
                (
                    "entitlement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="counterfoil.entitlement",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="counterfoil.purchase",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="counterfoil.message",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="purchase",
            name="partner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.partner"
            ),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="partner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.partner"
            ),
        ),
        migrations.CreateModel(
            name="Assignment",
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
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="counterfoil.account",
                    ),
                ),
                (
                    "entitlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="counterfoil.entitlement",
                    ),
                ),
                (
                    "by_partner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="counterfoil.partner",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="apikey",
            name="partner",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.partner"
            ),
        ),
        migrations.AddField(
            model_name="allotment",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="counterfoil.partner"
            ),
        ),
        migrations.AddField(
            model_name="purchase",
            name="buyer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                fields=("mail_key_id", "mail_lookup"), name="counterfoil_person_mail"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="counterfoil.person"
            ),
        ),
        migrations.AddField(
            model_name="cart",
            name="buyer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.person"
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="person",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.person"
            ),
        ),
        migrations.AddField(
            model_name="line",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="counterfoil.product"
            ),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="counterfoil.product"
            ),
        ),
        migrations.AddField(
            model_name="productmapping",
            name="connection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mappings",
                to="counterfoil.connection",
            ),
        ),
        migrations.AddField(
            model_name="productmapping",
            name="product",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.product"
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="line",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="counterfoil.line"
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="purchase",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="counterfoil.purchase",
            ),
        ),
        migrations.AddField(
            model_name="refundedentitlement",
            name="entitlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refund_decisions",
                to="counterfoil.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="refundedentitlement",
            name="refund",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="counterfoil.refund",
            ),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.UniqueConstraint(
                fields=("entitlement_id", "seq"), name="counterfoil_sealed_once"
            ),
        ),
        migrations.AddField(
            model_name="signin",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="counterfoil.person"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="sign_in",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to="counterfoil.signin"
            ),
        ),
        migrations.AddField(
            model_name="subject",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subjects",
                to="counterfoil.account",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="subject",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="counterfoil.subject",
            ),
        ),
        migrations.AddField(
            model_name="termsversion",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="terms_versions",
                to="counterfoil.product",
            ),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="terms",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="counterfoil.termsversion"
            ),
        ),
        migrations.AddIndex(
            model_name="provisioning",
            index=models.Index(
                condition=models.Q(
                    models.Q(("wanted", models.F("got")), _negated=True),
                    ("parked_at__isnull", True),
                ),
                fields=["next_attempt_at"],
                name="counterfoil_provisioning_due",
            ),
        ),
        migrations.AddIndex(
            model_name="code",
            index=models.Index(fields=["last_four"], name="counterfoil_code_last_four"),
        ),
        migrations.AddConstraint(
            model_name="code",
            constraint=models.UniqueConstraint(
                fields=("key_id", "lookup"), name="counterfoil_code_lookup"
            ),
        ),
        migrations.AddConstraint(
            model_name="code",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "live")),
                fields=("entitlement",),
                name="counterfoil_code_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="code",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["live", "replaced", "spent", "void"])),
                name="counterfoil_code_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="code",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "live")),
                    models.Q(
                        models.Q(("state", "live"), _negated=True),
                        ("ciphertext__isnull", True),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="counterfoil_code_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("counted", True)),
                fields=["address", "at"],
                name="counterfoil_attempt_address",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("counted", True)),
                fields=["network", "at"],
                name="counterfoil_attempt_network",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("counted", True)),
                fields=["session", "at"],
                name="counterfoil_attempt_session",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("dispatched_at__isnull", True)),
                fields=["recorded_at"],
                name="counterfoil_entry_outbox",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["act"], name="counterfoil_entry_act"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("act_name", "reveal_code")),
                fields=["actor_id", "recorded_at"],
                name="counterfoil_entry_reveals",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("from_state", models.F("to_state")),
                        ("from_state__isnull", False),
                        ("move__isnull", True),
                    ),
                    models.Q(
                        ("move", "mint"),
                        ("move__isnull", False),
                        ("to_state", "minted"),
                        ("from_state__isnull", True),
                    ),
                    models.Q(
                        ("move", "issue"),
                        ("move__isnull", False),
                        ("to_state", "issued"),
                        ("from_state__isnull", True),
                    ),
                    models.Q(
                        ("move", "issue"),
                        ("move__isnull", False),
                        ("to_state", "issued"),
                        ("from_state", "minted"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "reserve"),
                        ("move__isnull", False),
                        ("to_state", "reserved"),
                        ("from_state", "issued"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "release"),
                        ("move__isnull", False),
                        ("to_state", "issued"),
                        ("from_state", "reserved"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "redeem"),
                        ("move__isnull", False),
                        ("to_state", "assigned"),
                        ("from_state", "issued"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "redeem"),
                        ("move__isnull", False),
                        ("to_state", "assigned"),
                        ("from_state", "reserved"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "fulfil"),
                        ("move__isnull", False),
                        ("to_state", "fulfilled"),
                        ("from_state", "assigned"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "unassign"),
                        ("move__isnull", False),
                        ("to_state", "issued"),
                        ("from_state", "assigned"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "unassign"),
                        ("move__isnull", False),
                        ("to_state", "issued"),
                        ("from_state", "fulfilled"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "revoke"),
                        ("move__isnull", False),
                        ("to_state", "revoked"),
                        ("from_state", "assigned"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "revoke"),
                        ("move__isnull", False),
                        ("to_state", "revoked"),
                        ("from_state", "fulfilled"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "revoke"),
                        ("move__isnull", False),
                        ("to_state", "revoked"),
                        ("from_state", "issued"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "revoke"),
                        ("move__isnull", False),
                        ("to_state", "revoked"),
                        ("from_state", "minted"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "revoke"),
                        ("move__isnull", False),
                        ("to_state", "revoked"),
                        ("from_state", "reserved"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "reinstate"),
                        ("move__isnull", False),
                        ("to_state", "assigned"),
                        ("from_state", "revoked"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "reinstate"),
                        ("move__isnull", False),
                        ("to_state", "issued"),
                        ("from_state", "revoked"),
                        ("from_state__isnull", False),
                    ),
                    models.Q(
                        ("move", "reinstate"),
                        ("move__isnull", False),
                        ("to_state", "minted"),
                        ("from_state", "revoked"),
                        ("from_state__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="counterfoil_entry_legal",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("seq__gte", 1)), name="counterfoil_entry_seq"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                fields=("purchase", "external_reference"), name="counterfoil_dispute_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_seq__isnull", True)),
                fields=("entitlement", "kind", "reference"),
                name="counterfoil_hold_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=("key_id", "lookup"), name="counterfoil_link_lookup"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("handled_at__isnull", True), ("parked_at__isnull", True)),
                fields=["next_attempt_at"],
                name="counterfoil_message_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["order_reference"], name="counterfoil_message_order"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("connection", "message_id"), name="counterfoil_message_once"
            ),
        ),
        migrations.AddIndex(
            model_name="exceptioncase",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", True)),
                fields=["opened_at"],
                name="counterfoil_exception_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="exceptioncase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("resolved_at__isnull", True)),
                fields=("kind", "key"),
                name="counterfoil_exception_open_once",
            ),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(
                fields=["external_reference"], name="counterfoil_purchase_reference"
            ),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(fields=["-created_at", "id"], name="counterfoil_purchase_newest"),
        ),
        migrations.AddConstraint(
            model_name="purchase",
            constraint=models.UniqueConstraint(
                fields=("connection", "external_reference"),
                name="counterfoil_purchase_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="purchase",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_total__gte", 0)), name="counterfoil_purchase_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="purchase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("connection__isnull", True), ("kind", "grant")),
                    models.Q(("connection__isnull", False), ("kind", "sale")),
                    _connector="OR",
                ),
                name="counterfoil_purchase_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__isnull", False),
                    ("user__isnull", False),
                    ("external_reference__isnull", False),
                    _connector="OR",
                ),
                name="counterfoil_account_is_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                fields=("purchase", "external_line"), name="counterfoil_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                fields=("id", "purchase"), name="counterfoil_line_of_purchase"
            ),
        ),
        migrations.AddConstraint(
            model_name="productmapping",
            constraint=models.UniqueConstraint(
                fields=("connection", "key"), name="counterfoil_mapping_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                fields=("purchase", "external_reference", "line"),
                name="counterfoil_refund_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="refundedentitlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)),
                fields=("entitlement",),
                name="counterfoil_refunded_once",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("parked_at__isnull", True), ("sent_at__isnull", True)),
                fields=["due_at"],
                name="counterfoil_delivery_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("cause", "kind", "target"), name="counterfoil_delivery_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("entitlement",),
                name="counterfoil_assigned_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="termsversion",
            constraint=models.UniqueConstraint(
                fields=("product", "version"), name="counterfoil_terms_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                fields=("line", "ordinal"), name="counterfoil_entitlement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                fields=("batch", "ordinal"), name="counterfoil_entitlement_in_batch"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["minted", "issued", "reserved", "assigned", "fulfilled", "revoked"],
                    )
                ),
                name="counterfoil_entitlement_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reserved_until__isnull", False), ("state", "reserved")),
                    models.Q(
                        models.Q(("state", "reserved"), _negated=True),
                        ("reserved_for__isnull", True),
                        ("reserved_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="counterfoil_entitlement_reserved",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("line__isnull", False), ("purchase__isnull", False)),
                    ("batch__isnull", False),
                    _connector="OR",
                ),
                name="counterfoil_entitlement_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="counterfoil_entitlement_version"
            ),
        ),
    ]
