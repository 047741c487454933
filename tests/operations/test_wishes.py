"""What a buyer wished when giving: kept as told, never in the way, and done where it can be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from counterfoil.effects.settling import settle
from counterfoil.models import Connection, Delivery, Gift, GiftWish, GiftWords
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.queries.search import search
from counterfoil.queries.trace import trace
from counterfoil.rules.orders import OrderGift
from counterfoil.testing.builders import CHANNEL, a_line, an_order, converge, now, read_issued
from tests.converged import HEALTH, cases, live, make_shop, of
from tests.records import rows, unchanged

pytestmark = pytest.mark.django_db

CHRISTMAS = datetime(2030, 12, 24, 17, tzinfo=UTC)
EVA = OrderGift(
    recipient_mail="eva@example.com",
    recipient_name="Eva Otter",
    message="Merry Christmas, little one",
    sender_name="Grandma Ann",
    send_at=CHRISTMAS,
)


@pytest.fixture
def shop() -> Connection:
    return make_shop()


@pytest.fixture(autouse=True)
def kept(db: None) -> Iterator[None]:
    """Hold every promise against what a test leaves behind."""
    yield
    settle()
    assert broken(INVARIANTS, grace=timedelta(0)) == {}


def words() -> GiftWords:
    found = GiftWish.objects.get().words()
    assert found is not None
    return found


def test_a_wish_for_a_day_too_far_away_is_kept_and_the_buyer_gets_the_codes(
    shop: Connection,
) -> None:
    purchase = converge(shop, replace(of(1), gift=EVA)).purchase

    wish = GiftWish.objects.get()
    assert (wish.send_at, words().message) == (CHRISTMAS, EVA.message)
    assert wish.recipient is not None
    settle()
    assert Delivery.objects.get().target_id == purchase.buyer_id
    [line] = trace(purchase_id=purchase.pk, now=now()).lines
    assert line.wish is not None
    assert line.wish.recipient == "e•••@example.com"
    assert (line.wish.has_message, line.wish.trouble) == (True, ())


def test_nobody_reads_a_wish_in_the_database(shop: Connection) -> None:
    converge(shop, replace(of(1), gift=EVA))

    everything = str(rows())
    for secret in ("Otter", "Merry", "Grandma", "eva@example.com"):
        assert secret not in everything


def test_the_wish_of_a_line_comes_before_that_of_the_order(shop: Connection) -> None:
    tom = replace(EVA, recipient_mail="tom@example.com", message="Yours, Tom")
    health = a_line(1, sku="DNA-HEALTH", reference="li_2", unit_amount=HEALTH)
    converge(shop, replace(an_order(a_line(1), replace(health, gift=tom)), gift=EVA))

    told = {wish.line.external_line: wish.words() for wish in GiftWish.objects.all()}
    assert told["li_1"] is not None
    assert told["li_1"].message == EVA.message
    assert told["li_2"] is not None
    assert told["li_2"].message == tom.message


@pytest.mark.parametrize(
    ("gift", "trouble"),
    [
        (replace(EVA, recipient_mail=None), ("no_address",)),
        (replace(EVA, recipient_mail="eva at example"), ("bad_address",)),
        (replace(EVA, recipient_mail="x" * 5000 + "@example.com"), ("bad_address",)),
        (replace(EVA, send_at=None, send_told="next full moon"), ("bad_time",)),
        (replace(EVA, send_at=datetime(1999, 12, 31, tzinfo=UTC)), ("time_over",)),
        (replace(EVA, send_at=datetime(2031, 1, 1)), ()),  # noqa: DTZ001 - as it may be told
        (replace(EVA, message="\0" * 9 + "\ud800" + "x" * 100_000), ()),
        (OrderGift(), ("no_address",)),
    ],
)
def test_a_wish_that_is_nonsense_is_kept_as_told_and_blocks_nothing(
    shop: Connection, gift: OrderGift, trouble: tuple[str, ...]
) -> None:
    purchase = converge(shop, replace(of(2), gift=gift)).purchase

    assert (live(), cases()) == (2, [])
    [line] = trace(purchase_id=purchase.pk, now=now()).lines
    assert line.wish is not None
    assert line.wish.trouble == trouble
    assert words().send_at == (gift.send_told or (gift.send_at.isoformat() if gift.send_at else ""))


def test_the_newest_words_are_kept(shop: Connection) -> None:
    converge(shop, replace(of(1), gift=EVA))
    order = replace(of(1), gift=replace(EVA, message="Happy Easter"))
    converge(shop, order)
    assert words().message == "Happy Easter"

    again = replace(order, as_of=now())
    converge_purchase(connection=shop, order=again, by=CHANNEL, at=now())
    with unchanged():
        converge_purchase(connection=shop, order=again, by=CHANNEL, at=now())


def test_an_order_is_found_by_the_number_people_call_it_by(shop: Connection) -> None:
    purchase = converge(shop, replace(of(1), number="#1001")).purchase

    for asked in ("#1001", "1001", "cs_test_1"):
        [hit] = search(asked, now=now()).hits
        assert (hit.purchase_id, hit.reference) == (purchase.pk, "#1001")
    told = trace(purchase_id=purchase.pk, now=now()).purchase
    assert told is not None
    assert (told.number, told.reference) == ("#1001", "cs_test_1")


def test_an_order_without_a_number_is_called_by_its_reference(shop: Connection) -> None:
    purchase = converge(shop, of(1)).purchase

    told = trace(purchase_id=purchase.pk, now=now()).purchase
    assert told is not None
    assert told.number == "cs_test_1"


SOON = datetime.now(UTC) + timedelta(days=9)


def to_eva(purchase_id: object) -> list[Gift]:
    return list(Gift.objects.filter(entitlement__purchase=purchase_id, ended_at=None))


def test_a_wish_with_an_address_and_a_day_becomes_a_gift(shop: Connection) -> None:
    purchase = converge(shop, replace(of(2), gift=replace(EVA, send_at=SOON))).purchase

    gifts = to_eva(purchase.pk)
    assert [(one.send_at, one.giver_id) for one in gifts] == [(SOON, purchase.buyer_id)] * 2
    settle()
    told = Delivery.objects.exclude(target=purchase.buyer).values_list("kind", "due_at")
    assert list(told) == [("gift", SOON)] * 2
    [sent] = mail.outbox
    assert "e•••@example.com" in sent.body
    for code in read_issued(purchase).codes:
        assert code not in str(sent.body).replace("-", "")
    settle(at=SOON)
    assert [one.to for one in mail.outbox[1:]] == [["eva@example.com"]] * 2


def test_a_date_that_is_over_means_now_and_one_too_far_away_stays_with_the_buyer(
    shop: Connection,
) -> None:
    past = replace(EVA, send_at=datetime(1999, 12, 31, tzinfo=UTC))
    first = converge(shop, replace(of(1), gift=past)).purchase
    far = replace(of(1), reference="cs_2", payment_reference="pi_2", gift=EVA)
    second = converge(shop, far).purchase

    assert len(to_eva(first.pk)) == 1
    assert to_eva(second.pk) == []


def test_so_many_are_not_for_one_person(shop: Connection) -> None:
    purchase = converge(shop, replace(of(21), gift=replace(EVA, send_at=SOON))).purchase
    assert to_eva(purchase.pk) == []


def test_what_is_bought_later_is_given_too_and_nothing_twice(shop: Connection) -> None:
    wished = replace(EVA, send_at=SOON)
    purchase = converge(shop, replace(of(1), gift=wished)).purchase
    again = replace(of(2), gift=wished, as_of=now())
    converge(shop, again)
    with unchanged():
        converge_purchase(connection=shop, order=again, by=CHANNEL, at=now())
    assert len(to_eva(purchase.pk)) == 2


def test_a_wish_that_comes_too_late_changes_nothing(shop: Connection) -> None:
    purchase = converge(shop, of(1)).purchase
    converge(shop, replace(of(1), gift=replace(EVA, send_at=SOON)))
    assert to_eva(purchase.pk) == []


def test_a_sale_without_a_buyer_can_be_a_gift(shop: Connection) -> None:
    order = replace(of(1), buyer_email=None, gift=replace(EVA, send_at=SOON))
    purchase = converge(shop, order).purchase
    [gift] = to_eva(purchase.pk)
    assert gift.giver is None
    settle(at=SOON)
    assert [one.to for one in mail.outbox] == [["eva@example.com"]]


def test_a_long_message_is_cut_to_what_a_card_has_room_for(shop: Connection) -> None:
    wish = replace(EVA, send_at=SOON, message="x" * 5_000, sender_name="y" * 200)
    [gift] = to_eva(converge(shop, replace(of(1), gift=wish)).purchase.pk)
    words = gift.words()
    assert words is not None
    assert (len(words.message), len(words.sender_name)) == (1_000, 100)
