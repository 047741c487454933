"""Ship the roles: groups of staff, each with what it may do. Groups that exist are added to."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SUPPORT_1 = ["use_console", "replace_code"]
GROUPS = {
    "Support 1": SUPPORT_1,
    "Support 2": [
        *SUPPORT_1,
        "assign",
        "complete_subject",
        "unassign",
        "reveal_code",
        "revoke",
        "reinstate",
        "place_hold",
        "lift_hold",
        "extend",
        "grant",
        "resync",
        "resolve_exception",
    ],
    "Finance": ["use_console", "resync", "resolve_exception"],
    "Operations": ["use_console", "grant", "resync", "resolve_exception"],
    "Auditor": ["use_console"],
}


def make_groups(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Make the groups; the permissions too, which Django would make only after migrating."""
    content_types = apps.get_model("contenttypes", "ContentType")
    permissions = apps.get_model("auth", "Permission")
    groups = apps.get_model("auth", "Group")
    about, _ = content_types.objects.get_or_create(app_label="counterfoil", model="entitlement")
    for name, codenames in GROUPS.items():
        group, _ = groups.objects.get_or_create(name=name)
        for codename in codenames:
            permission, _ = permissions.objects.get_or_create(
                content_type=about, codename=codename, defaults={"name": WORDS[codename]}
            )
            group.permissions.add(permission)


WORDS = {
    "use_console": "read everything in the console, codes and addresses masked",
    "assign": "assign entitlements",
    "complete_subject": "say whom an entitlement is for",
    "unassign": "take an assignment back",
    "replace_code": "replace codes",
    "reveal_code": "reveal codes",
    "revoke": "revoke entitlements",
    "reinstate": "reinstate entitlements",
    "place_hold": "place holds",
    "lift_hold": "lift holds",
    "extend": "change how long entitlements are valid",
    "grant": "grant entitlements without a sale",
    "resync": "ask a channel again how an order stands",
    "resolve_exception": "close exceptions",
}


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0003_console"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
