"""The permissions of assignment, for the groups that are shipped."""

from django.db import migrations

from counterfoil.migrations._groups import giving

WORDS = {
    "set_gift": "make gifts of entitlements, and cancel them",
    "correct_recipient": "correct the address a gift or a code goes to",
    "resend_code": "send codes again",
    "reserve": "reserve entitlements",
    "release": "release reservations, and take them over",
    "correct_subject": "correct what an entitlement is for",
    "transfer": "transfer entitlements to another account",
    "manage_partners": "set up partners and invite their people",
    "suspend_partner": "suspend partners and let them go on",
    "allot": "allot entitlements to partners, and take them back",
    "edit_mails": "change the words of mails",
    "change_mail": "change the address of an account",
    "merge_accounts": "merge two accounts of one person",
    "erase_person": "erase a person on request",
}
SUPPORT_1 = ["resend_code", "correct_recipient"]
SUPPORT_2 = [
    *SUPPORT_1,
    "set_gift",
    "reserve",
    "release",
    "correct_subject",
    "transfer",
    "change_mail",
    "merge_accounts",
    "erase_person",
]
GROUPS = {
    "Support 1": SUPPORT_1,
    "Support 2": SUPPORT_2,
    "Operations": [
        "manage_partners",
        "suspend_partner",
        "allot",
        "edit_mails",
        "reserve",
        "release",
    ],
}


class Migration(migrations.Migration):
    dependencies = [("counterfoil", "0019_assignment_foundations")]

    operations = [giving(GROUPS, WORDS)]
