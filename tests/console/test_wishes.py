"""What staff see of a wish, of an order's number, and of what is still to be issued."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.converged import make_shop, of

from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.rules.orders import OrderGift, OrderHolder, OrderPath, OrderState
from counterfoil.testing.builders import CHANNEL, a_line, an_order, converge, now

pytestmark = pytest.mark.django_db


def page_of(support: Client, order: OrderState) -> str:
    purchase = converge(make_shop(), order).purchase
    return str(support.get(f"/console/trace/{purchase.pk}/").content.decode())


def test_a_wish_is_told_without_its_words(support: Client) -> None:
    gift = OrderGift(
        recipient_mail="eva@example.com",
        message="Merry Christmas",
        send_at=datetime(2030, 12, 24, tzinfo=UTC),
    )

    page = page_of(support, replace(of(1), gift=gift, number="#1001"))

    assert "Gift wish" in page
    assert "e•••@example.com" in page
    assert "What came of it stands with each entitlement" in page
    assert "Merry Christmas" not in page
    assert "eva@example.com" not in page
    assert "<h1><bdi>#1001</bdi></h1>" in page
    assert "cs_test_1" in page


def test_a_wish_that_is_nonsense_says_so(support: Client) -> None:
    page = page_of(support, replace(of(1), gift=OrderGift(recipient_mail="eva at example")))

    assert "not a mail address" in page


def test_what_is_still_to_be_issued_is_told(support: Client) -> None:
    order = of(9)
    purchase = converge_purchase(
        connection=make_shop(), order=order, by=CHANNEL, at=now(), most_units=4
    )
    assert purchase is not None

    page = str(support.get(f"/console/trace/{purchase.pk}/").content.decode())

    assert "5 still to be issued" in page


def test_where_no_code_was_made_that_is_told(support: Client) -> None:
    holder = OrderHolder(account="user-1", subject_kind="dog", subject_data={"name": "Bella"})
    line = replace(a_line(1), holders=(holder,))

    page = page_of(support, replace(an_order(line), path=OrderPath.COUPLED))

    assert "none was made" in page


def test_an_order_without_these_says_nothing_of_them(support: Client) -> None:
    page = page_of(support, of(1))

    assert "Gift wish" not in page
    assert "still to be issued" not in page
    assert "Order id" not in page
    assert "Coupled" not in page
    assert "none was made" not in page
