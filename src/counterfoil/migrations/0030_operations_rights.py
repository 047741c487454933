"""The permissions of operations, for the groups that are shipped; Owner is a new one."""

from django.db import migrations

from counterfoil.migrations._groups import giving

WORDS = {
    "use_console": "read everything in the console, codes and addresses masked",
    "annotate": "write notes",
    "complete_step": "answer steps of onboarding for a customer",
    "decide_refund": "decide what a refund takes back",
    "read_personal": "be shown an address in full, one at a time",
    "bulk_acts": "act on many entitlements at once, where the act is theirs",
    "export": "export lists and the ledger, codes and addresses masked",
    "export_codes": "have codes in an export",
    "verify": "have the promises and the chain of the ledger checked",
    "manage_products": "change products, their terms and what is agreed to",
    "manage_connections": "make connections and change their secrets",
    "manage_keys": "make and end API keys",
    "manage_staff": "let staff in and give them roles",
}
GROUPS = {
    "Support 1": ["annotate", "complete_step"],
    "Support 2": [
        "annotate",
        "complete_step",
        "decide_refund",
        "read_personal",
        "bulk_acts",
        "export",
    ],
    "Finance": ["annotate", "decide_refund", "export"],
    "Operations": [
        "annotate",
        "bulk_acts",
        "export",
        "verify",
        "manage_products",
        "manage_connections",
    ],
    "Auditor": ["export", "verify"],
    "Owner": [
        "use_console",
        "manage_staff",
        "manage_keys",
        "manage_connections",
        "export",
        "verify",
    ],
}


class Migration(migrations.Migration):
    dependencies = [("counterfoil", "0029_operations_indexes")]

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
                    ("annotate", "write notes"),
                    ("complete_step", "answer steps of onboarding for a customer"),
                    ("decide_refund", "decide what a refund takes back"),
                    ("read_personal", "be shown an address in full, one at a time"),
                    ("bulk_acts", "act on many entitlements at once, where the act is theirs"),
                    ("export", "export lists and the ledger, codes and addresses masked"),
                    ("export_codes", "have codes in an export"),
                    ("verify", "have the promises and the chain of the ledger checked"),
                    ("manage_products", "change products, their terms and what is agreed to"),
                    ("manage_connections", "make connections and change their secrets"),
                    ("manage_keys", "make and end API keys"),
                    ("manage_staff", "let staff in and give them roles"),
                )
            },
        ),
        giving(GROUPS, WORDS),
    ]
