"""How the host's system answers, and the permission to have it asked again."""

from django.db import migrations, models

from counterfoil.migrations._groups import giving

WORDS = {"retry_provisioning": "have downstream records tried again at once"}
GROUPS = {"Support 2": ["retry_provisioning"], "Operations": ["retry_provisioning"]}


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0026_handout_once"),
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
                    ("import_files", "upload order files and have them carried out"),
                    ("set_gift", "make gifts of entitlements, and cancel them"),
                    ("correct_recipient", "correct the address a gift or a code goes to"),
                    ("resend_code", "send codes again"),
                    ("reserve", "reserve entitlements"),
                    ("release", "release reservations, and take them over"),
                    ("retry_provisioning", "have downstream records tried again at once"),
                    ("correct_subject", "correct what an entitlement is for"),
                    ("transfer", "transfer entitlements to another account"),
                    ("manage_partners", "set up partners and invite their people"),
                    ("suspend_partner", "suspend partners and let them go on"),
                    ("allot", "allot entitlements to partners, and take them back"),
                    ("edit_mails", "change the words of mails"),
                    ("change_mail", "change the address of an account"),
                    ("merge_accounts", "merge two accounts of one person"),
                    ("erase_person", "erase a person on request"),
                )
            },
        ),
        migrations.CreateModel(
            name="DownstreamHealth",
            fields=[
                (
                    "id",
                    models.SmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_failed", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("probe_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="counterfoil_downstream_one"
                    )
                ],
            },
        ),
        giving(GROUPS, WORDS),
    ]
