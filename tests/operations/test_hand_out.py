"""Handing out one, taking it back, and cards."""

from datetime import timedelta
from uuid import UUID

import pytest

from counterfoil.errors import (
    NotEnoughFree,
    NotFound,
    PartnerRoleMissing,
    PartnerSuspended,
    RecipientInvalid,
)
from counterfoil.models import Code, Entry, Gift, HandoutRow, Suspension
from counterfoil.operations.hand_out import hand_out
from counterfoil.operations.print_cards import Printed, print_cards
from counterfoil.operations.reprint_cards import reprint_cards
from counterfoil.operations.reserve import reserve
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.operations.take_back import take_back
from counterfoil.queries.partner_units import Which, one_unit, units
from counterfoil.queries.pieces import Asked, pieces
from counterfoil.rules.handouts import Known, Mode, Said
from counterfoil.testing.builders import OPERATOR, customer, make_assignee, now
from tests.handouts import ZONE, source_of
from tests.partnership import Clinic, make_clinic, units_of
from tests.records import unchanged

pytestmark = pytest.mark.django_db


def give(clinic: Clinic, mail: str = "ann@example.com", **more: object) -> HandoutRow:
    given = {
        "partner_id": clinic.partner.pk,
        "source": source_of(clinic),
        "key": mail,
        "said": Said(mail=mail),
        "mode": Mode.INVITE,
        "known": Known.LEAVE_OUT,
        "time_zone": ZONE,
        "by": clinic.operator,
        "at": now(),
    }
    return hand_out(**(given | more))  # type: ignore[arg-type]


def cards(clinic: Clinic, quantity: int = 2, *, key: str = "k", **more: object) -> Printed:
    given = {
        "partner_id": clinic.partner.pk,
        "source": source_of(clinic),
        "quantity": quantity,
        "message": "Welcome",
        "key": key,
        "by": clinic.admin,
        "at": now(),
    }
    return print_cards(**(given | more))  # type: ignore[arg-type]


def back(clinic: Clinic, *ids: UUID) -> list[str]:
    told = take_back(
        partner_id=clinic.partner.pk, entitlement_ids=ids, by=clinic.operator, at=now()
    )
    return list(told.values())


def test_a_double_click_gives_one() -> None:
    clinic = make_clinic()

    assert give(clinic).pk == give(clinic).pk

    assert Gift.objects.count() == 1


def test_the_one_that_was_named_is_given() -> None:
    clinic = make_clinic()
    named = clinic.free()[3]

    assert give(clinic, entitlement_id=named).entitlement_id == named
    with pytest.raises(NotEnoughFree):
        give(clinic, "bob@example.com", entitlement_id=named)

    assert Gift.objects.count() == 1


def test_somebody_who_has_one_is_asked_about_first() -> None:
    clinic = make_clinic()
    give(clinic)

    with pytest.raises(RecipientInvalid) as refusal:
        give(clinic, key="other")
    assert refusal.value.fault == "has_one"
    assert Gift.objects.count() == 1

    give(clinic, key="other", known=Known.SEND)
    assert Gift.objects.count() == 2


@pytest.mark.parametrize("mail", ["", "nobody"])
def test_what_is_no_address_is_refused(mail: str) -> None:
    clinic = make_clinic()

    with pytest.raises(RecipientInvalid):
        give(clinic, mail)

    assert not HandoutRow.objects.exists()


def test_nothing_of_anothers_is_given() -> None:
    clinic, other = make_clinic(), make_clinic("other")

    with pytest.raises(NotFound):
        give(clinic, source=source_of(other))
    with pytest.raises(NotEnoughFree):
        give(clinic, entitlement_id=other.free()[0])

    assert not Gift.objects.exists()


def test_a_suspended_partner_gives_nothing_prints_nothing_and_takes_nothing_back() -> None:
    clinic = make_clinic()
    row = give(clinic)
    suspend_partner(
        partner_id=clinic.partner.pk,
        mode=Suspension.HANDING_OUT,
        reason="Audit",
        by=OPERATOR,
        at=now(),
    )

    for act in (
        lambda: give(clinic, "bob@example.com"),
        lambda: cards(clinic),
        lambda: back(clinic, row.entitlement_id or UUID(int=0)),
    ):
        with pytest.raises(PartnerSuspended):
            act()

    assert Gift.objects.filter(ended_at=None).count() == 1


def test_taken_back_it_is_free_again() -> None:
    clinic = make_clinic()
    row = give(clinic)
    assert row.entitlement_id is not None

    assert back(clinic, row.entitlement_id) == [""]
    assert back(clinic, row.entitlement_id) == [""]

    assert not Gift.objects.filter(ended_at=None).exists()
    assert len(clinic.free()) == 10


def test_what_was_claimed_stays_claimed_and_holds_up_no_other() -> None:
    clinic = make_clinic()
    assigned = give(clinic, mode=Mode.ASSIGN).entitlement_id
    sent = give(clinic, "bob@example.com").entitlement_id
    assert assigned is not None
    assert sent is not None

    first, second = back(clinic, assigned, sent)

    assert first
    assert not second
    assert units_of(clinic.partner, state="assigned") == [assigned]


def test_nothing_of_anothers_is_taken_back() -> None:
    clinic, other = make_clinic(), make_clinic("other")
    theirs = give(other).entitlement_id
    assert theirs is not None

    with pytest.raises(NotFound):
        back(clinic, theirs)

    assert Gift.objects.filter(ended_at=None).count() == 1


def test_handed_out_from_a_reservation() -> None:
    clinic = make_clinic(quantity=3)
    kept = reserve(
        owner=f"partner:{clinic.partner.pk}",
        key="fair",
        product_id=clinic.allotment.product_id,
        quantity=2,
        partner_id=clinic.partner.pk,
        until=now() + timedelta(days=3),
        label="Fair",
        by=clinic.operator,
        at=now(),
    )
    source = source_of(clinic, allotment_id=None, reservation_id=kept.pk)

    give(clinic, source=source)
    give(clinic, "bob@example.com", source=source)
    with pytest.raises(NotEnoughFree):
        give(clinic, "cy@example.com", source=source)

    assert Gift.objects.filter(ended_at=None).count() == 2
    assert len(clinic.free()) == 3  # one was never reserved, two are given and so not reserved


def test_printed_cards_are_nobodys_and_nobody_else_gets_them() -> None:
    clinic = make_clinic(quantity=3)

    printed = cards(clinic, 2)

    assert len({card.code for card in printed.cards}) == 2
    assert {card.message for card in printed.cards} == {"Welcome"}
    assert Gift.objects.filter(recipient=None, ended_at=None).count() == 2
    assert Entry.objects.filter(act_name="reveal_code").count() == 2
    with pytest.raises(NotEnoughFree):
        cards(clinic, 2, key="more")


def test_sent_twice_the_same_cards_are_printed() -> None:
    clinic = make_clinic()

    first, again = cards(clinic), cards(clinic)

    assert [card.code for card in first.cards] == [card.code for card in again.cards]
    assert Gift.objects.count() == 2


def test_a_card_that_is_taken_back_is_worthless_and_not_printed_again() -> None:
    clinic = make_clinic()
    printed = cards(clinic)
    gone, left = printed.cards
    before = Code.objects.get(entitlement=gone.entitlement_id, state="live").pk

    assert back(clinic, gone.entitlement_id) == [""]

    assert Code.objects.get(pk=before).state == "replaced"
    again = reprint_cards(
        handout_id=printed.handout.pk, partner_id=clinic.partner.pk, by=clinic.admin, at=now()
    )
    assert [card.code for card in again.cards] == [left.code]


def test_what_went_to_somebody_by_mail_is_no_card() -> None:
    clinic = make_clinic()
    mailed = give(clinic, mode=Mode.CARDS)  # nobody asks for that: it is refused further up

    with unchanged():
        printed = reprint_cards(
            handout_id=mailed.handout_id, partner_id=clinic.partner.pk, by=clinic.admin, at=now()
        )

    assert printed.cards == []


def test_only_admins_print() -> None:
    clinic = make_clinic()
    printed = cards(clinic)

    with pytest.raises(PartnerRoleMissing):
        cards(clinic, key="other", by=clinic.operator)
    with pytest.raises(PartnerRoleMissing):
        reprint_cards(
            handout_id=printed.handout.pk,
            partner_id=clinic.partner.pk,
            by=clinic.operator,
            at=now(),
        )

    assert Gift.objects.count() == 2


@pytest.mark.parametrize("quantity", [0, 201])
def test_none_and_too_many_are_refused(quantity: int) -> None:
    clinic = make_clinic()

    with pytest.raises(RecipientInvalid):
        cards(clinic, quantity)

    assert not Gift.objects.exists()


def test_what_a_customer_bought_is_not_handed_out() -> None:
    clinic = make_clinic(quantity=1)
    give(clinic)
    ana = make_assignee("ana@example.com")
    assert customer(ana)

    with pytest.raises(NotEnoughFree):
        give(clinic, "bob@example.com", source=source_of(clinic, allotment_id=None))


def test_the_partner_sees_whom_it_gave_it_to_without_an_invitation() -> None:
    clinic = make_clinic()
    row = give(clinic, "ann@example.com", mode=Mode.ASSIGN)

    [listed], _ = units(clinic.partner.pk, Which(search="ann@example.com"))
    [piece] = pieces(clinic.partner.pk, Asked(search="ann@example.com"))

    assert (listed.id, listed.recipient) == (row.entitlement_id, "a•••@example.com")
    assert (piece.id, piece.contact and piece.contact.masked) == (listed.id, listed.recipient)
    assert one_unit(clinic.partner.pk, listed.handle) == listed
    assert units(make_clinic("other").partner.pk, Which(search="ann@example.com")) == ([], None)
