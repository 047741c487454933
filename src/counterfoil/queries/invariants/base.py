"""What an invariant is, and asking the database for whatever breaks it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from counterfoil.conf import conf
from counterfoil.models.checkpoints import forged
from counterfoil.rules.lifecycle import MOVES


@dataclass(frozen=True, kw_only=True, slots=True)
class Invariant:
    """
    Something that is always true of the records.

    ``sql`` selects the offenders, so an empty answer means that it is kept. It may use ``grace``,
    how long background work is given, ``limit``, how many one person may grant alone, and
    ``forged``, the signed checkpoints of the ledger that were not signed with our keys. What is
    true ``after_work`` is not before the worker has been there; the rest is after every act.
    """

    name: str
    promise: str
    says: str
    sql: str
    after_work: bool = False


def legal_moves() -> str:
    """Give the lifecycle as rows of SQL: move, from, to."""
    rows = []
    for move, steps in MOVES.items():
        for before, after in sorted(steps, key=lambda step: (step[0] or "", step[1])):
            came_from = f"'{before.value}'" if before else "NULL::text"
            rows.append(f"('{move.value}', {came_from}, '{after.value}')")
    return ", ".join(rows)


def offenders(
    invariant: Invariant, *, grace: timedelta = timedelta(seconds=60), most: int = 20
) -> list[dict[str, Any]]:
    """Give the rows that break an invariant, ``most`` of them at the most."""
    parameters: dict[str, Any] = {"grace": grace, "limit": conf.GRANT_LIMIT, "most": most}
    if "%(forged)s" in invariant.sql:
        parameters["forged"] = forged()
    statement = f"SELECT * FROM ({invariant.sql}) broken LIMIT %(most)s"  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def broken(
    invariants: Iterable[Invariant], *, grace: timedelta = timedelta(seconds=60)
) -> dict[str, list[dict[str, Any]]]:
    """Give the offenders of every invariant that is not kept, by its name."""
    found = {one.name: offenders(one, grace=grace) for one in invariants}
    return {name: rows for name, rows in found.items() if rows}
