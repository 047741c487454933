"""A gift that is claimed, called off and sent at once: one of them is first, and the rest fits."""

from functools import partial
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from counterfoil.effects.deliveries import send_delivery, send_due
from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.sealer import seal
from counterfoil.errors import CodeReplaced, GiftClaimed, IllegalMove
from counterfoil.models import CodeState, Delivery, Entitlement, Gift, GiftEnd, Link
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.redeem import redeem
from counterfoil.testing.builders import ORIGIN, customer, issue_many, make_assignee, now
from tests.giving import GIVER, give
from tests.races.arena import SOME, fight, hesitate

pytestmark = pytest.mark.django_db(transaction=True)


def cancel(entitlement_id: UUID) -> object:
    return cancel_gift(entitlement_id=entitlement_id, by=GIVER, at=now())


def test_given_and_redeemed_at_once_no_gift_stays_open_on_what_somebody_has() -> None:
    issued, ana = issue_many(SOME), make_assignee()

    def present(code: str) -> object:
        return redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    def judge(number: int, outcomes: list[object]) -> None:
        assert not isinstance(outcomes[1], Exception)
        assert isinstance(outcomes[0], IllegalMove | Gift)
        gifts = Gift.objects.filter(entitlement=issued.entitlement_ids[number])
        assert not gifts.filter(ended_at=None).exists()

    pairs = zip(issued.entitlement_ids, issued.codes, strict=True)
    fight([[partial(give, one), partial(present, code)] for one, code in pairs], judge, even=True)


def test_called_off_and_claimed_at_once_one_of_them_happens() -> None:
    issued, ana = issue_many(SOME), make_assignee()
    for one in issued.entitlement_ids:
        give(one)
    seal()
    dispatch(at=now())
    send_due(at=now())

    def present(code: str) -> object:
        return redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    def judge(number: int, outcomes: list[object]) -> None:
        refusals = [type(one) for one in outcomes if isinstance(one, Exception)]
        assert refusals in ([GiftClaimed], [CodeReplaced])
        gift = Gift.objects.get(entitlement=issued.entitlement_ids[number])
        ended = GiftEnd.CLAIMED if refusals == [GiftClaimed] else GiftEnd.CANCELLED
        assert gift.ended_because == ended

    pairs = zip(issued.entitlement_ids, issued.codes, strict=True)
    fight([[partial(cancel, one), partial(present, code)] for one, code in pairs], judge, even=True)


def mails_that_went_astray() -> list[UUID]:
    """Find gifts that were called off while a link that still works was made for them."""
    live = Link.objects.filter(code__state=CodeState.LIVE, delivery__gift__isnull=False)
    return list(
        live.filter(delivery__gift__ended_because=GiftEnd.CANCELLED).values_list("pk", flat=True)
    )


def ready(count: int) -> list[UUID]:
    """Give so many, with their mails queued and not sent."""
    issued = issue_many(count)
    for one in issued.entitlement_ids:
        give(one)
    seal()
    dispatch(at=now())
    return list(issued.entitlement_ids)


def send(entitlement_id: UUID) -> object:
    delivery = Delivery.objects.get(entitlement=entitlement_id, kind="gift")
    return send_delivery(delivery.pk, at=now())


def test_called_off_while_its_mail_is_made_no_link_survives() -> None:
    units = ready(SOME)

    def judge(_number: int, outcomes: list[object]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)

    fight([[partial(cancel, one), partial(send, one)] for one in units], judge, even=False)
    assert mails_that_went_astray() == []


def test_looking_at_the_mail_before_calling_off_is_caught() -> None:
    """Whoever reads without the lock lets a link live that nobody knows of."""
    units = ready(SOME)

    def careless(entitlement_id: UUID) -> object:
        gift = Gift.objects.get(entitlement=entitlement_id, ended_at=None)
        has_left = Delivery.objects.filter(gift=gift, attempts__gt=0).exists()
        hesitate(0.02)
        with transaction.atomic():
            if has_left:
                return cancel(entitlement_id)
            gift.ended_at, gift.ended_because = now(), GiftEnd.CANCELLED
            gift.save(update_fields=["ended_at", "ended_because"])
        return None

    fight([[partial(careless, one), partial(send, one)] for one in units], lambda *_: None)
    with pytest.raises((AssertionError, IntegrityError)):
        assert mails_that_went_astray() == []
    assert Entitlement.objects.count() == len(units)
