"""Say whether the database of the settings, restored from a backup, would do."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from counterfoil.queries.kept_keys import key_uses, not_opened
from counterfoil.queries.restored import restored


class Command(BaseCommand):
    """Look at a restored database: its version, its age, whether the keys fit, the promises."""

    help = (
        "For a database restored from a backup, never for the one in use: migrates it, opens and"
        " looks up some of what is kept in each table by the key ring, counts, tells how old the"
        " newest record is, and checks every promise. Exit status 1: it would not do."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Look at everything, and say at the end what is wrong."""
        wrong = [*self._migrated(), *self._told(), *self._opened()]
        try:
            call_command("counterfoil_verify", stdout=self.stdout)
        except CommandError as broken:
            wrong.append(str(broken))
        if wrong:
            raise CommandError("This backup would not do. " + " ".join(wrong))
        self.stdout.write(self.style.SUCCESS("This backup can be restored."))

    def _migrated(self) -> list[str]:
        loader = MigrationLoader(connection)
        ours = {key for key in loader.disk_migrations if key[0] == "counterfoil"}
        applied = {key for key in loader.applied_migrations if key[0] == "counterfoil"}
        if not applied:
            raise CommandError("This is no backup of Counterfoil: its tables are not in it.")
        if unknown := sorted(name for _, name in applied - ours):
            raise CommandError(f"It was made by a newer version, with {unknown[-1]}.")
        if missing := sorted(name for _, name in ours - applied):
            self.stdout.write(f"made by an older version; migrating from before {missing[0]}")
        call_command("migrate", interactive=False, verbosity=0)
        return []

    def _told(self) -> list[str]:
        found = restored()
        for name, count in found.counts.items():
            self.stdout.write(f"{count:>12}  {name}")
        if found.newest is None:
            self.stdout.write("There are no records in it.")
            return ["It holds no records."]
        age = timezone.now() - found.newest
        hours = age.total_seconds() / 3600
        self.stdout.write(f"newest record {found.newest:%Y-%m-%d %H:%M:%S %Z}, {hours:.1f} h ago")
        return []

    def _opened(self) -> list[str]:
        lacking = {(one.purpose.value, one.number) for one in key_uses() if not one.in_ring}
        wrong = [f"Key {purpose}/{number} is needed and missing." for purpose, number in lacking]
        wrong += [
            f"{count} of some {name} do not open: a key has the right number and is another."
            for name, count in not_opened().items()
        ]
        if not wrong:
            self.stdout.write("The key ring fits.")
        return sorted(wrong)
