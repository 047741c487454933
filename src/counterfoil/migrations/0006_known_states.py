from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counterfoil", "0005_outcomes"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="entry",
            name="counterfoil_entry_legal",
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("from_state", models.F("to_state")),
                        ("from_state__isnull", False),
                        ("move__isnull", True),
                        (
                            "to_state__in",
                            ["minted", "issued", "reserved", "assigned", "fulfilled", "revoked"],
                        ),
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
    ]
