"""Lists that are confirmed at the same moment, with less to hand out than both need."""

from functools import partial

import pytest

from counterfoil.errors import NotEnoughFree
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Gift, Handout, HandoutRow
from counterfoil.operations.print_cards import print_cards
from counterfoil.testing.builders import now
from tests.handouts import confirm, source_of, upload
from tests.partnership import Clinic, make_clinic
from tests.races.arena import SOME, Call, dawdle, fight

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


def test_looking_first_and_promising_later_is_caught() -> None:
    clinics = [make_clinic(f"clinic-{number}", quantity=FREE) for number in ROUNDS]

    def careless(clinic: Clinic, handout: Handout) -> None:
        """Take what is free, and write it down a moment later without a lock."""
        free = clinic.free()[:NEEDED]
        dawdle(0.05)
        for row, entitlement_id in zip(handout.rows.all(), free, strict=True):
            HandoutRow.objects.filter(pk=row.pk).update(entitlement=entitlement_id)

    rounds = [[partial(careless, one, it) for it in lists(one)] for one in clinics]

    def judge(number: int, outcomes: list[object]) -> None:
        found = promised(clinics[number])
        assert len(found) == len(set(found))

    with pytest.raises(AssertionError):
        fight(rounds, judge)
