"""What other systems are told of."""

import django.db.models.deletion
from django.db import migrations, models

import counterfoil.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0036_api_key_last_used"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
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
                ("position", models.BigIntegerField(null=True)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("entitlement.minted", "ENTITLEMENT_MINTED"),
                            ("entitlement.issued", "ENTITLEMENT_ISSUED"),
                            ("entitlement.reserved", "ENTITLEMENT_RESERVED"),
                            ("entitlement.released", "ENTITLEMENT_RELEASED"),
                            ("entitlement.assigned", "ENTITLEMENT_ASSIGNED"),
                            ("entitlement.fulfilled", "ENTITLEMENT_FULFILLED"),
                            ("entitlement.unassigned", "ENTITLEMENT_UNASSIGNED"),
                            ("entitlement.transferred", "ENTITLEMENT_TRANSFERRED"),
                            ("entitlement.replaced", "ENTITLEMENT_REPLACED"),
                            ("entitlement.held", "ENTITLEMENT_HELD"),
                            ("entitlement.hold_lifted", "ENTITLEMENT_HOLD_LIFTED"),
                            ("entitlement.extended", "ENTITLEMENT_EXTENDED"),
                            ("entitlement.expiring", "ENTITLEMENT_EXPIRING"),
                            ("entitlement.revoked", "ENTITLEMENT_REVOKED"),
                            ("entitlement.reinstated", "ENTITLEMENT_REINSTATED"),
                            ("entitlement.changed", "ENTITLEMENT_CHANGED"),
                            ("gift.set", "GIFT_SET"),
                            ("gift.corrected", "GIFT_CORRECTED"),
                            ("gift.opened", "GIFT_OPENED"),
                            ("gift.claimed", "GIFT_CLAIMED"),
                            ("gift.cancelled", "GIFT_CANCELLED"),
                            ("purchase.paid", "PURCHASE_PAID"),
                            ("purchase.changed", "PURCHASE_CHANGED"),
                            ("purchase.refunded", "PURCHASE_REFUNDED"),
                            ("purchase.disputed", "PURCHASE_DISPUTED"),
                            ("purchase.cancelled", "PURCHASE_CANCELLED"),
                            ("exception.opened", "EXCEPTION_OPENED"),
                            ("exception.resolved", "EXCEPTION_RESOLVED"),
                            ("partner.opened", "PARTNER_OPENED"),
                            ("partner.allotted", "PARTNER_ALLOTTED"),
                            ("partner.returned", "PARTNER_RETURNED"),
                            ("partner.suspended", "PARTNER_SUSPENDED"),
                            ("partner.resumed", "PARTNER_RESUMED"),
                            ("endpoint.tested", "ENDPOINT_TESTED"),
                            ("endpoint.disabled", "ENDPOINT_DISABLED"),
                        ],
                        max_length=40,
                    ),
                ),
                ("version", models.PositiveIntegerField(null=True)),
                ("is_test", models.BooleanField(default=False)),
                ("occurred_at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
                (
                    "entitlement",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="counterfoil.entitlement",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="counterfoil.partner",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="counterfoil.purchase",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("position__isnull", True)),
                        fields=["id"],
                        name="counterfoil_event_untold",
                    ),
                    models.Index(
                        condition=models.Q(("partner__isnull", False)),
                        fields=["partner", "position"],
                        name="counterfoil_event_partner",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("position",), name="counterfoil_event_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("position__isnull", True), ("position__gte", 1), _connector="OR"
                        ),
                        name="counterfoil_event_position",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entitlement__isnull", True),
                            models.Q(("version__gte", 1), ("version__isnull", False)),
                            _connector="OR",
                        ),
                        name="counterfoil_event_version",
                    ),
                ],
            },
        ),
    ]
