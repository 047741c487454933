"""What migrations need to give new permissions to the groups that are shipped."""

from collections.abc import Mapping, Sequence

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

Groups = Mapping[str, Sequence[str]]


def give(apps: StateApps, groups: Groups, words: Mapping[str, str]) -> None:
    """Give permissions to groups; both are made where Django has not made them yet."""
    content_types = apps.get_model("contenttypes", "ContentType")
    permissions = apps.get_model("auth", "Permission")
    about, _ = content_types.objects.get_or_create(app_label="counterfoil", model="entitlement")
    for name, codenames in groups.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for codename in codenames:
            permission, _ = permissions.objects.get_or_create(
                content_type=about, codename=codename, defaults={"name": words[codename]}
            )
            group.permissions.add(permission)


def giving(groups: Groups, words: Mapping[str, str]) -> migrations.RunPython:
    """Make the operation that gives permissions to groups; going back takes nothing away."""

    def run(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
        give(apps, groups, words)

    return migrations.RunPython(run, migrations.RunPython.noop)
