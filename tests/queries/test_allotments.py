"""What a partner is told it has: every unit counted once, and nobody else's ever."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.partnership import Clinic, allotted, make_clinic, units_of
from tests.scenes import end, suspend, withdraw

from counterfoil.errors import NotFound
from counterfoil.models import Contact, Gift, GiftWords, Product
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations._people import person_for
from counterfoil.operations.assign_to_mail import assign_to_mail
from counterfoil.operations.hand_on import hand_on
from counterfoil.queries.allotments import Counts, one_allotment, overview, together
from counterfoil.queries.partner_units import Which, one_unit, units
from counterfoil.testing.builders import OPERATOR, make_product, now

pytestmark = pytest.mark.django_db

IDA = "ida@example.com"


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


def send(clinic: Clinic, number: int, mail: str = IDA) -> Gift:
    """Let a gift to somebody be open, made by the partner."""
    gift = Gift(
        entitlement_id=units_of(clinic.partner)[number],
        partner=clinic.partner,
        recipient=person_for(Contact(mail=mail), at=now()),
        send_at=now() + timedelta(days=1),
        time_zone="UTC",
        created_at=now(),
    )
    gift.seal_words(GiftWords(recipient_name="Ida", recipient_mail=mail))
    gift.save()
    return gift


def spread(clinic: Clinic) -> None:
    """Let one of ten stand in each way there is."""
    sent, claimed, over, held, gone = units_of(clinic.partner)[:5]
    send(clinic, 0)
    assign_to_mail(entitlement_id=claimed, mail=IDA, by=OPERATOR, at=now(), reason="goodwill")
    end(over)
    suspend(held)
    withdraw(gone)
    assert sent != claimed


def test_counts_each_once(clinic: Clinic) -> None:
    spread(clinic)
    [row] = overview(clinic.partner.pk)
    assert row.counts == Counts(free=5, sent=1, claimed=1, expired=1, on_hold=1, revoked=1)
    assert (row.counts.total, row.granted, row.id) == (10, 10, clinic.allotment.pk)


def test_says_what_was_handed_on_and_by_whom(clinic: Clinic) -> None:
    hand_on(
        request_id=uuid7(),
        partner_id=clinic.partner.pk,
        to_partner_id=clinic.branch.pk,
        choice=clinic.some(4),
        by=OPERATOR,
        at=now(),
    )
    [above], [below] = overview(clinic.partner.pk), overview(clinic.branch.pk)
    assert (above.granted, above.handed_on, above.from_partner) == (6, 4, "")
    assert (below.granted, below.handed_on, below.from_partner) == (4, 0, "Clinic")


def test_asks_twice_however_much_there_is(clinic: Clinic) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        overview(clinic.partner.pk)
    for number in range(4):
        allotted(clinic.partner, make_product(f"SKU-{number}"), 3)
    with CaptureQueriesContext(connection) as many:
        rows = overview(clinic.partner.pk)
    assert len(few) == len(many) == 2
    assert together(rows).free == 22


def test_never_tells_of_another_partners(clinic: Clinic) -> None:
    other = make_clinic("other", quantity=3)
    theirs = other.free()[0]
    assert {one.id for one in overview(clinic.partner.pk)} == {clinic.allotment.pk}
    with pytest.raises(NotFound):
        one_allotment(clinic.partner.pk, other.allotment.pk)
    with pytest.raises(NotFound):
        one_unit(clinic.partner.pk, handle_of(theirs))
    for which in (Which(search=handle_of(theirs)), Which(allotment_id=other.allotment.pk)):
        assert units(clinic.partner.pk, which) == ([], None)


def test_pages_through_all_of_them(clinic: Clinic) -> None:
    seen, after = [], None
    while True:
        page, after = units(clinic.partner.pk, Which(), after=after, limit=3)
        seen += [one.id for one in page]
        if after is None:
            break
    assert seen == units_of(clinic.partner)


def test_shows_the_recipient_it_named_itself_and_masks_the_address(clinic: Clinic) -> None:
    send(clinic, 0)
    [one], _ = units(clinic.partner.pk, Which(standing="sent"))
    assert one.name == "Ida"
    assert one.recipient
    assert IDA not in repr(one)


def test_does_not_show_whom_somebody_else_gave_it_to(clinic: Clinic) -> None:
    given = send(clinic, 0)
    Gift.objects.filter(pk=given.pk).update(partner=None)
    assign_to_mail(
        entitlement_id=units_of(clinic.partner)[1],
        mail=IDA,
        by=OPERATOR,
        at=now(),
        reason="goodwill",
    )
    shown, _ = units(clinic.partner.pk, Which())
    assert {(one.recipient, one.name) for one in shown} == {("", "")}
    assert {one.standing for one in shown} == {"sent", "claimed", "free"}


def test_finds_by_handle_address_and_product(clinic: Clinic) -> None:
    gift = send(clinic, 3)
    handle = handle_of(gift.entitlement_id)
    product = Product.objects.get(sku="DNA-STD")
    for which in (
        Which(search=handle.upper()),
        Which(search=" IDA@example.com "),
        Which(search=handle, product_id=product.pk, allotment_id=clinic.allotment.pk),
    ):
        [found], _ = units(clinic.partner.pk, which)
        assert found.handle == handle
    for nothing in ("nobody@example.com", "ent_nonsense", "17", "free text"):
        assert units(clinic.partner.pk, Which(search=nothing)) == ([], None)
    assert one_unit(clinic.partner.pk, handle).standing == "sent"


def test_asks_twice_for_a_page_however_long(clinic: Clinic) -> None:
    for number in range(4):
        send(clinic, number, f"ida-{number}@example.com")
    with CaptureQueriesContext(connection) as asked:
        units(clinic.partner.pk, Which(), limit=10)
    assert len(asked) == 2
