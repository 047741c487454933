from django.db import migrations, models

import counterfoil.models.ids


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0002_guards"),
    ]

    operations = [
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
                )
            },
        ),
        migrations.CreateModel(
            name="ConsoleSignIn",
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
                ("key_id", models.SmallIntegerField()),
                ("lookup", models.BinaryField()),
                ("address", models.CharField(blank=True, default="", max_length=64)),
                ("succeeded", models.BooleanField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("succeeded", False)),
                        fields=["address", "at"],
                        name="counterfoil_staff_address",
                    ),
                    models.Index(
                        condition=models.Q(("succeeded", False)),
                        fields=["lookup", "at"],
                        name="counterfoil_staff_lookup",
                    ),
                ],
            },
        ),
    ]
