"""Lists that are confirmed at the same moment, with less to hand out than both need."""

from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection

from counterfoil.errors import NotEnoughFree
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Gift, Handout, HandoutRow
from counterfoil.operations.hand_out import hand_out
from counterfoil.operations.print_cards import print_cards
from counterfoil.rules.handouts import Known, Mode, Said
from counterfoil.testing.builders import OPERATOR, now
from tests.giving import give, in_days
from tests.handouts import ZONE, confirm, source_of, upload
from tests.partnership import Clinic, make_clinic
from tests.races.arena import PATIENCE, SOME, Call, crew, dawdle, fight, hesitate, named

pytestmark = pytest.mark.django_db(transaction=True)

NEEDED, FREE = 3, 4
ROUNDS = range(max(SOME // 3, 2))


def lists(clinic: Clinic) -> list[Handout]:
    """Upload two lists that need more together than there is."""
    return [
        upload(clinic, [f"{name}{n}@example.com" for n in range(NEEDED)]).handout
        for name in ("ann", "bob")
    ]


def promised(clinic: Clinic) -> list[object]:
    rows = HandoutRow.objects.filter(handout__partner=clinic.partner, entitlement__isnull=False)
    return list(rows.values_list("entitlement", flat=True))


def test_of_two_lists_one_is_promised_all_and_the_other_nothing() -> None:
    clinics = [make_clinic(f"clinic-{number}", quantity=FREE) for number in ROUNDS]
    rounds = [[partial(confirm, one, it) for it in lists(one)] for one in clinics]

    def judge(number: int, outcomes: list[object]) -> None:
        assert [type(one) for one in outcomes].count(NotEnoughFree) == 1
        assert len(promised(clinics[number])) == NEEDED

    fight(rounds, judge)


def test_a_list_that_is_confirmed_by_eight_is_carried_out_once() -> None:
    clinics = [make_clinic(f"clinic-{number}", quantity=20) for number in ROUNDS]
    rounds = [[partial(confirm, one, lists(one)[0])] * 8 for one in clinics]

    def judge(number: int, outcomes: list[object]) -> None:
        assert not [one for one in outcomes if isinstance(one, Exception)]
        work_jobs()
        assert Gift.objects.filter(partner=clinics[number].partner).count() == NEEDED

    fight(rounds, judge)


def test_cards_and_a_list_do_not_take_the_same() -> None:
    clinics = [make_clinic(f"clinic-{number}", quantity=FREE) for number in ROUNDS]

    def cards(clinic: Clinic) -> Call:
        return partial(
            print_cards,
            partner_id=clinic.partner.pk,
            source=source_of(clinic),
            quantity=NEEDED,
            message="",
            key="cards",
            by=clinic.admin,
            at=now(),
        )

    rounds = [[partial(confirm, one, lists(one)[0]), cards(one)] for one in clinics]

    def judge(number: int, outcomes: list[object]) -> None:
        assert [type(one) for one in outcomes].count(NotEnoughFree) == 1
        gifts = Gift.objects.filter(partner=clinics[number].partner)
        given = set(gifts.values_list("entitlement", flat=True))
        assert len(given | set(promised(clinics[number]))) == NEEDED

    fight(rounds, judge)


def test_what_is_given_just_while_it_is_picked_stays_given() -> None:
    """A row that changed since its statement began is judged again, and its gifts are not."""
    clinic = make_clinic(quantity=1)
    [unit] = clinic.free()
    held, picking = Event(), Event()

    def another() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(4711)")
            held.set()
            assert picking.wait(PATIENCE)
            for _ in range(int(PATIENCE / 0.01)):
                if waits(cursor):
                    break
                dawdle(0.01)
            give(unit, send_at=in_days(3), by=OPERATOR, reason="asked")
            cursor.execute("SELECT pg_advisory_unlock(4711)")

    def waits(cursor: Any) -> bool:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted"
        )
        return bool(cursor.fetchone()[0])

    def slow(execute: Any, sql: Any, *rest: Any) -> Any:
        if "OF e SKIP LOCKED" in str(sql) and not picking.is_set():
            picking.set()
            begins = "AND (SELECT pg_advisory_lock_shared(4711)) IS NOT NULL\n ORDER BY"
            sql = sql.replace("ORDER BY", begins, 1)
        return execute(sql, *rest)

    def hand() -> object:
        assert held.wait(PATIENCE)
        with connection.execute_wrapper(slow):
            return hand_out(
                partner_id=clinic.partner.pk,
                source=source_of(clinic),
                key="one",
                said=Said(mail="bob@example.com"),
                mode=Mode.INVITE,
                known=Known.LEAVE_OUT,
                time_zone=ZONE,
                by=clinic.operator,
                at=now(),
            )

    with crew(2) as hired:
        outcomes = hired.run([hand, another])

    assert [named(one) for one in outcomes] == ["NotEnoughFree", "ok"]
    assert Gift.objects.get().ended_at is None


def test_looking_first_and_promising_later_is_caught() -> None:
    clinics = [make_clinic(f"clinic-{number}", quantity=FREE) for number in ROUNDS]

    def careless(clinic: Clinic, handout: Handout) -> None:
        """Take what is free, and write it down a moment later without a lock."""
        free = clinic.free()[:NEEDED]
        hesitate(0.05)
        for row, entitlement_id in zip(handout.rows.all(), free, strict=True):
            HandoutRow.objects.filter(pk=row.pk).update(entitlement=entitlement_id)

    rounds = [[partial(careless, one, it) for it in lists(one)] for one in clinics]

    def judge(number: int, outcomes: list[object]) -> None:
        found = promised(clinics[number])
        assert len(found) == len(set(found))

    with pytest.raises(AssertionError):
        fight(rounds, judge)
