"""Lists of recipients: judged, confirmed whole or not at all, carried out once."""

import pytest

from counterfoil.errors import (
    HandoutClosed,
    HandoutNotClean,
    NotAMember,
    NotEnoughFree,
    NotFound,
    PartnerSuspended,
)
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Gift, Handout, HandoutRow, Job, Person, Suspension
from counterfoil.operations.carry_out_handout import carry_out_handout
from counterfoil.operations.discard_handout import discard_handout
from counterfoil.operations.resume_partner import resume_partner
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.rules.handouts import Known, Mode, Reach, Said
from counterfoil.testing.builders import OPERATOR, now
from tests.giving import give, in_days
from tests.handouts import carried_out, confirm, faults, outcomes, source_of, upload
from tests.partnership import make_clinic, units_of

pytestmark = pytest.mark.django_db

ANN, BOB, CY = "ann@example.com", "bob@example.com", "cy@example.com"


def test_every_recipient_is_given_one() -> None:
    clinic = make_clinic(quantity=5)

    handout = carried_out(clinic, [ANN, BOB])

    assert outcomes(handout) == ["sent", "sent"]
    gifts = Gift.objects.filter(ended_at=None)
    assert {gift.recipient.contact().mail for gift in gifts} == {ANN, BOB}  # type: ignore[union-attr]
    assert len({gift.entitlement_id for gift in gifts}) == 2
    assert {words.sender_name for gift in gifts if (words := gift.words())} == {"Clinic"}
    assert handout.status == "done"


def test_nothing_is_given_before_it_is_confirmed() -> None:
    clinic = make_clinic()

    upload(clinic, [ANN, BOB])
    work_jobs()

    assert not Gift.objects.exists()
    assert not Job.objects.filter(kind="handout").exists()
    assert not Person.objects.reading(ANN).exists()


def test_each_bad_row_says_why() -> None:
    clinic = make_clinic()

    handout = upload(
        clinic,
        [ANN, "ANN@example.com", "nobody", Said(mail=BOB, send_on="2020-01-01"), CY],
    ).handout

    assert faults(handout) == ["", "repeated", "not_an_address", "date_past", ""]


def test_a_list_with_a_bad_row_is_refused_whole() -> None:
    clinic = make_clinic()
    handout = upload(clinic, [ANN, "nobody"]).handout

    with pytest.raises(HandoutNotClean):
        confirm(clinic, handout)

    work_jobs()
    assert not Gift.objects.exists()
    assert Handout.objects.get().status == "judged"


def test_the_good_rows_alone_are_given_where_that_was_meant() -> None:
    clinic = make_clinic()

    handout = carried_out(clinic, [ANN, "nobody", BOB], reach=Reach.GOOD_ROWS)

    assert outcomes(handout) == ["sent", "", "sent"]
    assert Gift.objects.count() == 2


def test_too_few_free_refuses_the_whole_list_and_says_what_is_left() -> None:
    clinic = make_clinic(quantity=2)
    handout = upload(clinic, [ANN, BOB, CY]).handout

    with pytest.raises(NotEnoughFree) as refusal:
        confirm(clinic, handout)

    assert refusal.value.left == 2
    assert not HandoutRow.objects.filter(entitlement__isnull=False).exists()
    assert Handout.objects.get().status == "judged"


def test_what_is_promised_to_one_list_is_not_promised_to_another() -> None:
    clinic = make_clinic(quantity=3)
    first, second = (
        upload(clinic, [ANN, BOB]).handout,
        upload(clinic, [CY, "d@example.com"]).handout,
    )
    confirm(clinic, first)

    with pytest.raises(NotEnoughFree) as refusal:
        confirm(clinic, second)

    assert refusal.value.left == 1


def test_what_was_given_since_it_was_promised_stays_given() -> None:
    clinic = make_clinic(quantity=2)
    handout = upload(clinic, ["bob@example.com"]).handout
    confirm(clinic, handout)
    promised = handout.rows.get().entitlement_id
    assert promised is not None
    eva = give(promised, send_at=in_days(3), by=OPERATOR, reason="asked")

    work_jobs()

    eva.refresh_from_db()
    assert eva.ended_at is None
    assert outcomes(handout) == ["sent"]


def test_the_same_list_is_never_sent_twice() -> None:
    clinic = make_clinic(quantity=8)
    carried_out(clinic, [ANN, BOB])

    again = upload(clinic, [ANN, BOB])
    with pytest.raises(HandoutClosed):
        confirm(clinic, again.handout)
    work_jobs()

    assert again.is_repeated
    assert Gift.objects.count() == 2
    assert Handout.objects.count() == 1


def test_confirming_twice_is_confirming_once() -> None:
    clinic = make_clinic(quantity=8)
    handout = upload(clinic, [ANN, BOB]).handout

    confirm(clinic, handout)
    confirm(clinic, handout)
    work_jobs()

    assert Gift.objects.count() == 2
    assert Job.objects.filter(kind="handout").count() == 1


def test_a_step_that_is_done_again_gives_nothing_again() -> None:
    clinic = make_clinic(quantity=8)
    handout = upload(clinic, [ANN, BOB, CY]).handout
    confirm(clinic, handout)

    for _ in range(2):
        carry_out_handout(handout_id=handout.pk, after=0, most=2, by=clinic.operator, at=now())
    work_jobs()

    assert Gift.objects.count() == 3


def test_whoever_has_one_already_is_told_of_and_left_out() -> None:
    clinic = make_clinic(quantity=8)
    carried_out(clinic, [ANN])

    handout = upload(clinic, [ANN, BOB]).handout
    assert faults(handout) == ["has_one", ""]
    confirm(clinic, handout)
    work_jobs()

    assert outcomes(handout) == ["left_out", "sent"]
    assert Gift.objects.count() == 2


def test_they_get_another_where_that_was_meant() -> None:
    clinic = make_clinic(quantity=8)
    carried_out(clinic, [ANN])

    handout = carried_out(clinic, [ANN, BOB], known=Known.SEND)

    assert outcomes(handout) == ["sent", "sent"]


def test_assigned_at_once_it_is_theirs() -> None:
    clinic = make_clinic()

    handout = upload(clinic, [ANN], mode=Mode.ASSIGN).handout
    confirm(clinic, handout)
    work_jobs()

    assert outcomes(handout) == ["assigned"]
    assert len(units_of(clinic.partner, state="assigned")) == 1
    assert upload(clinic, [ANN, BOB]).handout.rows.get(number=2).fault == "has_one"


def test_words_are_forgotten_once_the_gift_keeps_them() -> None:
    clinic = make_clinic()

    handout = carried_out(clinic, [Said(mail=ANN, name="Ann Lee", message="Hello")])

    row = handout.rows.get()
    assert row.words_sealed is None
    assert row.gift is not None
    words = row.gift.words()
    assert words is not None
    assert (words.recipient_name, words.message) == ("Ann Lee", "Hello")


def test_a_list_that_is_done_says_nothing_of_people_whom_nobody_could_erase() -> None:
    clinic = make_clinic()
    carried_out(clinic, [ANN])

    handout = carried_out(clinic, [ANN, BOB, "nobody"], reach=Reach.GOOD_ROWS)

    assert outcomes(handout) == ["left_out", "sent", ""]
    kept = handout.rows.filter(words_sealed__isnull=False)
    assert [row.recipient is not None for row in kept] == [True]
    assert kept.get().outcome == "left_out"


def test_a_suspended_partner_hands_out_nothing_and_takes_it_up_later() -> None:
    clinic = make_clinic()
    handout = upload(clinic, [ANN, BOB]).handout
    confirm(clinic, handout)
    suspend_partner(
        partner_id=clinic.partner.pk,
        mode=Suspension.HANDING_OUT,
        reason="Audit",
        by=OPERATOR,
        at=now(),
    )

    work_jobs()
    assert outcomes(handout) == ["partner_suspended"] * 2
    assert not Gift.objects.exists()
    with pytest.raises(PartnerSuspended):
        confirm(clinic, handout)
    with pytest.raises(PartnerSuspended):
        upload(clinic, [CY])

    resume_partner(partner_id=clinic.partner.pk, reason="Done", by=OPERATOR, at=now())
    confirm(clinic, handout)
    work_jobs()
    assert outcomes(handout) == ["sent", "sent"]


def test_another_partner_has_nothing_to_do_with_it() -> None:
    clinic, other = make_clinic(), make_clinic("other")
    handout = upload(clinic, [ANN]).handout

    with pytest.raises(NotAMember):
        upload(other, [ANN], partner_id=clinic.partner.pk)
    with pytest.raises(NotFound):
        upload(other, [ANN], source=source_of(clinic))
    with pytest.raises(NotFound):
        confirm(other, handout)
    with pytest.raises(NotFound):
        discard_handout(
            handout_id=handout.pk, partner_id=other.partner.pk, by=other.admin, at=now()
        )

    assert Handout.objects.get().status == "judged"


def test_a_discarded_list_says_nothing_of_anybody_and_may_come_again() -> None:
    clinic = make_clinic()
    handout = upload(clinic, [ANN]).handout

    discard_handout(
        handout_id=handout.pk, partner_id=clinic.partner.pk, by=clinic.operator, at=now()
    )

    assert not HandoutRow.objects.exists()
    with pytest.raises(HandoutClosed):
        confirm(clinic, handout)
    again = upload(clinic, [ANN])
    assert not again.is_repeated
    assert again.handout.pk != handout.pk


def test_a_list_that_was_carried_out_is_not_discarded() -> None:
    clinic = make_clinic()
    handout = carried_out(clinic, [ANN])

    with pytest.raises(HandoutClosed):
        discard_handout(
            handout_id=handout.pk, partner_id=clinic.partner.pk, by=clinic.operator, at=now()
        )

    assert handout.rows.count() == 1
