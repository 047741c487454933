"""No migration makes customers wait: expand, fill, enforce, each in a migration of its own."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.house.migration_rules import faults

FIRST_JUDGED = "0037"  # what was there before was applied before there was anybody to wait

pytestmark = pytest.mark.django_db


def statements(migration: migrations.Migration, before: ProjectState) -> list[str]:
    """Give the SQL a migration comes to, without running it."""
    apart = connection.copy()  # in no transaction: Django words no index CONCURRENTLY within one
    try:
        with apart.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            migration.apply(before, editor, collect_sql=True)
    finally:
        apart.close()
    return list(editor.collected_sql)


def test_no_migration_makes_anybody_wait() -> None:
    loader = MigrationLoader(connection)
    found = {}
    for app, name in sorted(loader.graph.nodes):
        if app == "counterfoil" and name >= FIRST_JUDGED:
            migration = loader.graph.nodes[app, name]
            before = loader.project_state((app, name), at_end=False)
            wrong = list(faults(statements(migration, before), atomic=migration.atomic))
            if wrong:
                found[name] = wrong
    assert found == {}


def test_a_bad_migration_is_caught() -> None:
    """Planted: everything one is tempted to do to the largest tables, as Django would write it."""

    class Tempting(migrations.Migration):
        operations = (  # type: ignore[assignment]
            migrations.AddIndex(
                "entry", models.Index(fields=["act_name"], name="counterfoil_planted")
            ),
            migrations.AddConstraint(
                "code",
                models.CheckConstraint(
                    condition=models.Q(last_four__gt=""), name="counterfoil_planted_check"
                ),
            ),
            migrations.AlterField("code", "last_four", models.TextField()),
            migrations.RunPython(migrations.RunPython.noop),
        )

    loader = MigrationLoader(connection)
    before = loader.project_state()
    wrong = list(faults(statements(Tempting("tempting", "counterfoil"), before)))
    assert [one.split(":")[0] for one in wrong] == [
        "counterfoil_entry",
        "counterfoil_code",
        "counterfoil_code",
        "changes a big table and rows in one transaction",
    ]


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE UNIQUE INDEX "x" ON "counterfoil_event" ("id")',
        'ALTER TABLE "counterfoil_seal" ADD CONSTRAINT "x" FOREIGN KEY ("a") REFERENCES "b" ("id")',
        'ALTER TABLE "counterfoil_person" ALTER COLUMN "a" SET NOT NULL',
        'ALTER TABLE "counterfoil_person" ADD COLUMN "a" uuid DEFAULT gen_random_uuid() NOT NULL',
        'ALTER TABLE "counterfoil_person" ADD COLUMN "a" uuid NOT NULL',
        'ALTER TABLE "counterfoil_message" DROP COLUMN "topic"',
        'ALTER TABLE "counterfoil_message" RENAME COLUMN "topic" TO "subject"',
    ],
)
def test_what_would_be_felt_is_found(statement: str) -> None:
    assert len(list(faults([statement]))) == 1


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE INDEX CONCURRENTLY "x" ON "counterfoil_event" ("id")',
        'CREATE INDEX "x" ON "counterfoil_job" ("id")',
        'ALTER TABLE "counterfoil_seal" ADD CONSTRAINT "x" CHECK (a > 0) NOT VALID',
        'ALTER TABLE "counterfoil_seal" VALIDATE CONSTRAINT "x"',
        'ALTER TABLE "counterfoil_person" ADD COLUMN "a" boolean DEFAULT false NOT NULL',
        'ALTER TABLE "counterfoil_person" ADD COLUMN "a" uuid NULL',
        'ALTER TABLE "counterfoil_person" ALTER COLUMN "a" DROP DEFAULT',
    ],
)
def test_what_nobody_feels_is_fine(statement: str) -> None:
    assert list(faults([statement])) == []


def test_a_new_table_may_be_made_as_one_likes() -> None:
    made = 'CREATE TABLE "counterfoil_event" ("id" uuid NOT NULL PRIMARY KEY)'
    assert list(faults([made, 'CREATE INDEX "x" ON "counterfoil_event" ("id")'])) == []
