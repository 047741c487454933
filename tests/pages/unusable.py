"""Codes that cannot be used, one for each reason there is."""

from collections.abc import Callable

from django.db import connection

from counterfoil.models import HoldKind
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.redeem import redeem
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.revoke import revoke
from counterfoil.rules.codes import draw_code
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    customer,
    issue_one,
    make_assignee,
    make_connection,
    now,
)


def unknown() -> str:
    return draw_code()


def spent() -> str:
    issued, zoe = issue_one(), make_assignee("zoe@example.com")
    redeem(code=issued.code, to=zoe, by=customer(zoe), at=now(), origin=ORIGIN)
    return issued.code


def replaced() -> str:
    issued = issue_one()
    replace_code(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="lost")
    return issued.code


def revoked() -> str:
    issued = issue_one()
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake")
    return issued.code


def on_hold() -> str:
    issued = issue_one()
    place_hold(
        entitlement_ids=[issued.id],
        kind=HoldKind.FRAUD,
        reference="",
        by=OPERATOR,
        at=now(),
        reason="stolen",
    )
    return issued.code


def expired() -> str:
    issued = issue_one()
    _set(issued.id, "expires_at = now() - interval '1 second'")
    return issued.code


def reserved() -> str:
    issued = issue_one()
    _set(issued.id, "state = 'reserved', reserved_until = now() + interval '1 day'")
    return issued.code


def minted() -> str:
    issued = issue_one()
    _set(issued.id, "state = 'minted'")
    return issued.code


def test_only() -> str:
    issued = issue_one()
    make_connection(slug="live", is_test=False)
    return issued.code


def _set(entitlement_id: object, values: str) -> None:
    """Write past the guards what no act does yet."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"UPDATE counterfoil_entitlement SET {values} WHERE id = %s", [entitlement_id]
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


KINDS: tuple[Callable[[], str], ...] = (
    unknown,
    spent,
    replaced,
    revoked,
    on_hold,
    expired,
    reserved,
    minted,
    test_only,
)
