"""What the database refuses to whoever does not go through the ledger."""

import pytest
from django.db import IntegrityError, connection, transaction

from counterfoil.testing.builders import issue_one
from tests.records import unchanged

pytestmark = pytest.mark.django_db

NOW_CHECKED = "SET CONSTRAINTS ALL IMMEDIATE"  # as COMMIT would
AS_LAST = """INSERT INTO counterfoil_entry (entitlement_id, seq, purchase_id, act, act_name, move,
        from_state, to_state, actor_kind, actor_id, actor_display, on_behalf_of, reason, comment,
        at, recorded_at, judged_expiry, data)
    SELECT entitlement_id, 2, purchase_id, act, act_name, NULL, 'issued', 'issued', actor_kind,
           actor_id, actor_display, on_behalf_of, reason, comment, at, recorded_at, judged_expiry,
           data FROM counterfoil_entry"""
DISPATCH = "UPDATE counterfoil_entry SET dispatched_at = clock_timestamp()"


def run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (*statements, NOW_CHECKED):
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("statements", "sentence"),
    [
        (["UPDATE counterfoil_entitlement SET version = 2"], "without an entry"),
        (["UPDATE counterfoil_entitlement SET expires_at = now()"], "without a new version"),
        (
            [AS_LAST, "UPDATE counterfoil_entitlement SET version = 2, state = 'revoked'"],
            "without an entry",
        ),
        (["DELETE FROM counterfoil_entry"], "never changed"),
        (["UPDATE counterfoil_entry SET reason = 'other'"], "never changed"),
        ([f"{DISPATCH}, reason = 'other'"], "never changed"),
        ([DISPATCH, "UPDATE counterfoil_entry SET dispatched_at = now()"], "never changed"),
        ([DISPATCH, "UPDATE counterfoil_entry SET dispatched_at = NULL"], "never changed"),
        (["DELETE FROM counterfoil_code", "DELETE FROM counterfoil_entitlement"], "never changed"),
    ],
)
def test_refuses(statements: list[str], sentence: str) -> None:
    issue_one()

    with unchanged(), pytest.raises(IntegrityError, match=sentence):
        run(*statements)


def test_takes_a_change_with_its_entry_and_a_dispatch() -> None:
    issue_one()

    run(AS_LAST, "UPDATE counterfoil_entitlement SET version = 2", DISPATCH)
