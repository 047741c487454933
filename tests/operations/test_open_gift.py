"""A gift is opened by somebody who proved their address, once, and not by its giver."""

from datetime import datetime, timedelta

import pytest

from counterfoil.effects.settling import settle
from counterfoil.models import Delivery, DeliveryKind, Gift
from counterfoil.operations.open_gift import open_gift
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import Issued, customer, make_account
from tests.giving import give, in_days, sent_to
from tests.records import unchanged
from tests.scenes import use

pytestmark = pytest.mark.django_db


def look(issued: Issued, who: Assignee, at: datetime) -> Gift | None:
    return open_gift(entitlement_id=issued.id, account_id=who.account_id, by=customer(who), at=at)


def test_it_is_opened_once_and_the_giver_is_told_later(
    issued: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    give(issued.id)
    settle()
    look(issued, ana, at)
    with unchanged():
        look(issued, bob, at + timedelta(minutes=1))

    assert Gift.objects.get().opened_at == at
    assert not any("opened" in one.subject for one in sent_to("ann.buyer@example.com"))
    settle(at=at + timedelta(minutes=6))
    [told] = [one for one in sent_to("ann.buyer@example.com") if "opened" in one.subject]
    assert "ana@example.com" not in told.body


def test_of_a_gift_that_was_claimed_at_once_only_that_is_told(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    give(issued.id)
    settle()
    look(issued, ana, at)
    use(issued, ana)
    settle(at=at + timedelta(minutes=6))

    subjects = [one.subject for one in sent_to("ann.buyer@example.com")]
    assert [one for one in subjects if "claimed" in one or "opened" in one] == [
        "Your gift for Eva Otter was claimed"
    ]


def test_the_giver_does_not_open_it(issued: Issued, at: datetime) -> None:
    give(issued.id)
    ann = Assignee(account_id=make_account("ann.buyer@example.com").pk)
    with unchanged():
        look(issued, ann, at)


def test_what_is_no_gift_is_not_opened(issued: Issued, ana: Assignee, at: datetime) -> None:
    with unchanged():
        assert look(issued, ana, at) is None


def test_nobody_is_told_where_there_is_no_giver(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    give(issued.id, giver_id=None, send_at=in_days(1))
    look(issued, ana, at)
    assert not Delivery.objects.filter(kind=DeliveryKind.GIFT_NEWS).exists()
