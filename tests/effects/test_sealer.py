"""The chain: gap-free, verifiable, and broken by whoever touches what it holds."""

import hashlib

import pytest
from django.db import connection, transaction

from counterfoil.effects.sealer import FIRST_PREV, LOCK, seal
from counterfoil.models import Entry, Seal
from counterfoil.operations.redeem import redeem
from counterfoil.queries.invariants import INVARIANTS, offenders
from counterfoil.testing.builders import ORIGIN, customer, issue_many, issue_one, make_assignee, now
from tests.effects.test_dispatcher import together

pytestmark = pytest.mark.django_db

CHAIN = next(one for one in INVARIANTS if one.name == "I22")


def sealed() -> list[Seal]:
    return list(Seal.objects.order_by("seal_seq"))


def touch(statement: str) -> None:
    """Do what a database administrator can, past every trigger."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)


def test_numbers_without_gaps_and_chains_each_to_the_one_before() -> None:
    issued, ana = issue_many(3), make_assignee()
    assert seal(limit=2) == 2
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    assert (seal(), seal()) == (2, 0)

    chain = sealed()
    assert [one.seal_seq for one in chain] == [1, 2, 3, 4]
    assert [bytes(one.prev) for one in chain] == [FIRST_PREV, *(bytes(one.hash) for one in chain)][
        :-1
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT counterfoil_entry_bytes(n) FROM counterfoil_entry n"
            " WHERE entitlement_id = %s AND seq = %s",
            [chain[-1].entitlement_id, chain[-1].seq],
        )
        entry = bytes(cursor.fetchone()[0])
    assert bytes(chain[-1].hash) == hashlib.sha256(bytes(chain[-1].prev) + entry).digest()
    assert list(offenders(CHAIN)) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE counterfoil_entry SET reason = 'because' WHERE seq = 1",
        "UPDATE counterfoil_entry SET actor_id = actor_id || '1'",
        "UPDATE counterfoil_entry SET at = at + interval '1 microsecond' WHERE seq = 1",
        "DELETE FROM counterfoil_entry WHERE ctid IN (SELECT ctid FROM counterfoil_entry LIMIT 1)",
        "DELETE FROM counterfoil_seal WHERE seal_seq = 2",
        "UPDATE counterfoil_seal SET hash = sha256(hash) WHERE seal_seq = 3",
    ],
)
def test_touching_anything_breaks_it(tampering: str) -> None:
    issue_many(3)
    seal()
    assert list(offenders(CHAIN)) == []

    touch(tampering)

    assert list(offenders(CHAIN)) != []


@pytest.mark.django_db(transaction=True)
def test_dispatching_does_not_touch_it() -> None:
    issue_one()
    seal()
    touch("UPDATE counterfoil_entry SET dispatched_at = clock_timestamp()")

    assert list(offenders(CHAIN)) == []


@pytest.mark.django_db(transaction=True)
def test_one_sealer_at_a_time() -> None:
    issue_many(60)

    def work() -> None:
        for _ in range(20):
            seal(limit=5)

    together(work, work, work)
    seal()

    assert [one.seal_seq for one in sealed()] == list(range(1, 61))
    assert list(offenders(CHAIN)) == []
    assert Entry.objects.count() == 60


@pytest.mark.django_db(transaction=True)
def test_seals_nothing_while_another_does() -> None:
    issue_one()
    counts: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        together(lambda: counts.append(seal()))
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    assert counts == [0]
    assert seal() == 1
